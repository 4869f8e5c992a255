// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "cpu/aligned.hpp"
#include "cpu/layout.hpp"

namespace fourfold {

// q = r a b in the precision of the steps; `t` marks a transpose.
template <class Real>
struct IterateCpu {
    AlignedArrayOf<Real> r, x, x_prev;    // pair arrays
    AlignedArrayOf<Real> a;               // a row array
    AlignedArrayOf<Real> bt, column_sums; // column arrays: b and r^T a

    void reserve(const Layout& layout) {
        for (auto* const pairs : {&r, &x, &x_prev})
            pairs->reserve(layout.pairs());
        a.reserve(layout.rows());
        bt.reserve(layout.columns());
        column_sums.reserve(layout.columns());
    }
};

// The marginals that it is to fit, in double precision and in that of the steps.
template <class Real>
class TargetsCpu {
public:
    // Products says where (y, j) is in a column array.
    template <class Products>
    void load(const Problem& problem, const Layout& layout, const Products& products) {
        exact_p1y_ = problem.p1y;
        double* const p2t = exact_p2t_.reserve(layout.columns());
        std::fill_n(p2t, layout.columns(), 0.0);
        for (std::size_t j = 0; j < layout.k2; ++j)
            for (std::size_t y = 0; y < layout.ky; ++y)
                p2t[products.at(y, j)] = problem.p2y[j * layout.ky + y];
        p1y_ = in_precision(problem.p1y, layout.rows(), rounded_p1y_);
        p2t_ = in_precision(p2t, layout.columns(), rounded_p2t_);
    }

    const double* exact_p1y() const { return exact_p1y_; }
    const double* exact_p2t() const { return exact_p2t_.get(); }
    const Real* p1y() const { return p1y_; }
    const Real* p2t() const { return p2t_; }

private:
    static const double* in_precision(const double* from, std::size_t, AlignedArray&) {
        return from;
    }
    static const float* in_precision(const double* from, std::size_t n,
                                     AlignedArrayOf<float>& rounded) {
        std::copy_n(from, n, rounded.reserve(n));
        return rounded.get();
    }

    const double* exact_p1y_ = nullptr;
    const Real* p1y_ = nullptr;
    const Real* p2t_ = nullptr;
    AlignedArray exact_p2t_;
    AlignedArrayOf<Real> rounded_p1y_, rounded_p2t_; // in single precision only
};

} // namespace fourfold
