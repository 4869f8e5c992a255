// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "fourfold/host_device.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Cells below a certain mass are left out of the iteration, and the bounds on v* are moved outward
// by what that can change. A cell of mass m can always be given a dual variable log a = -100, which
// leaves M <= 1 as it stands to 40 digits, at a cost of 100 m; a coupling that lacks it still exceeds
// no marginal; and H(Y) changes by less than 40 m. Everything that stays then lies within the range
// of a double, products included, and a table is not solved for cells that its tolerance cannot see.
inline constexpr double kLeastMass = 1e-30;
inline constexpr double kSlackPerMass = 150.0; // nats
// Part of the tolerance that all left-out cells together may take.
inline constexpr double kToleranceForSlack = 1e-4;
// So that some class always stays, whatever the tolerance.
inline constexpr double kLargestTolerance = 1e-4;

// The mass above which a cell stays, for a gap of `tol` nats. A class stays where each source has
// such a cell in it.
FOURFOLD_HOST_DEVICE inline double least_mass(const Problem& problem, double tol) {
    const double cells = static_cast<double>((problem.k1 + problem.k2) * problem.ky);
    const double seen = tol < kLargestTolerance ? tol : kLargestTolerance;
    const double least = kToleranceForSlack * seen / (kSlackPerMass * cells);
    return least > kLeastMass ? least : kLeastMass;
}

// A problem restricted to the states that have mass, and with the sources swapped where X2 has
// more states than X1: the Newton system is of the size of X2. Buffers are reused by the next
// assign().
class Support {
public:
    // `tol` is the gap to be certified, nats.
    void assign(const Problem& given, double tol);

    // By how much either bound of the restricted problem is to be moved outward, nats.
    double slack() const { return slack_; }

    // Reads the tables that were given where no cell is left out: they must outlive its use.
    const Problem& problem() const { return reduced_; }

    // Whether X1 of problem() is the given X2.
    bool is_swapped() const { return swapped_; }

    // Whether factors of problem() are those of the given one as they stand.
    bool is_identity() const { return complete_ && !swapped_; }

    // Spreads factors of the reduced problem over the states of the full one; states without
    // mass get log_r = -inf, a = b = 0.
    void expand(const Factors& reduced, const Factors& given) const;

    // The same of a dual pair, -inf in every cell that was left out.
    void expand(const Dual& reduced, const Dual& given) const;

    // The other way: a coupling of the full problem's states on those of the reduced one, with r
    // itself in reduced.log_r.
    void restrict(const Start& given, const Factors& reduced) const;

private:
    void expand_pair(const double* a, const double* b, double* given_a, double* given_b,
                     double nothing) const;

    Problem full_; // sources swapped like those of reduced_
    Problem reduced_;
    bool swapped_ = false;
    bool complete_ = false; // no state, class or cell was left out
    double slack_ = 0.0;
    std::vector<std::size_t> rows_, columns_, classes_;
    std::vector<double> p1y_, p2y_;
};

} // namespace fourfold
