// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/newton/double_double.hpp"
#include "fourfold/newton_system.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// The Newton system in 32 digits, for small problems on which double precision is not enough:
// where multipliers of 0.1 stand beside needed ones of 1e-9, the terms c u u^T of the former,
// with c up to 1e12, drown the curvature of the latter. One dense matrix over all unknowns, one
// thread, plain loops. See fourfold/newton_system.hpp; pair arrays are (K1, K2), column arrays
// (KY, K2).
class ExtendedSystem {
public:
    explicit ExtendedSystem(Interrupt& interrupt) : interrupt_(interrupt) {}

    // Unknowns of a problem of this size: the cost is that of a third of their cube.
    static double unknowns(const Problem& problem);

    void load(const Problem& problem);
    std::size_t pairs() const { return problem_.k1 * problem_.k2; }
    std::size_t rows() const { return problem_.k1 * problem_.ky; }
    std::size_t columns() const { return problem_.ky * problem_.k2; }
    void place(const Factors& from, double* r, double* a, double* b) const;
    void gather(const double* r, const double* a, const double* b, const Factors& to) const;
    const double* row_target() const { return problem_.p1y; }
    const double* column_target() const { return p2t_.data(); }

    void products(const double* a, const double* b, double* m) const;
    void row_sums(const double* t, const double* b, double* out) const;
    void column_sums(const double* t, const double* a, double* out) const;
    // Throws Interrupted.
    void factorise(const double* r, const double* c, const double* a, const double* b);
    void solve(const double* ga, const double* gb, double* da, double* db);

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    void add(std::size_t i, std::size_t j, DoubleDouble value) {
        if (i != kNone && j != kNone && j <= i)
            h_[i * n_ + j] = h_[i * n_ + j] + value;
    }

    Interrupt& interrupt_;
    Problem problem_;
    std::vector<double> p2t_;                // (KY, K2)
    std::size_t n_ = 0;                      // unknowns
    std::vector<std::size_t> of_row_;        // unknown of each (i,y), or kNone
    std::vector<std::size_t> of_column_;     // unknown of each (y,j), or kNone
    std::vector<DoubleDouble> h_;            // (n, n), lower triangle, then its factor
    std::vector<DoubleDouble> scale_, work_; // (n)
};

} // namespace fourfold
