// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/kernels/newton_kernels.hpp"

namespace fourfold {

// The kernels of the sparse back end for one instruction set. Panels are those of NewtonKernels;
// widths are multiples of kPadding.
struct SparseKernels {
    // A run of `panels` panels of (depth, kPanel), of which row k is here written:
    //     t(e) = scale c(e) f(e) g(e), and + scale_r r(e) g(e) unless r is null;
    //     total(e) += t(e) unless total is null. Returns sum t.   t: that row of the first panel
    double (*couple)(std::size_t panels, std::size_t depth, double scale, const double* c,
                     const double* f, const double* g, double scale_r, const double* r,
                     double* t, double* total);

    // x <- L^-1 x for a run of panels of (n, kPanel). L (n, n) is lower triangular, row-major, with the
    // inverses of its diagonal in their place.
    void (*substitute)(std::size_t panels, std::size_t n, const double* lower, double* x);

    // One panel x(i,:) = s(i) f(:) r(i,:), r with rows of ld.
    void (*scale_to_panel)(std::size_t rows, std::size_t ld, const double* s, const double* f,
                           const double* r, double* x);

    // Of `panels` panels x of (depth, kPanel):  out(e) -= sum_k v(k) x(k,e), and
    // v(k) -= sum_e x(k,e) d(e).
    void (*subtract_from_columns)(std::size_t panels, std::size_t depth, const double* v,
                                  const double* x, double* out);
    void (*subtract_from_rows)(std::size_t panels, std::size_t depth, const double* x,
                               const double* d, double* v);
};

} // namespace fourfold
