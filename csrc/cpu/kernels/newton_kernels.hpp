// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace fourfold {

// Matrices of the Newton system are cut into panels of this many columns, a panel being stored
// as (depth, kPanel) row-major: the layout that the rank update streams through.
inline constexpr std::size_t kPanel = 8;

// The kernels of the Newton system for one instruction set.
struct NewtonKernels {
    // c(i,j) -= sum_k a(k,i) b(k,j).  a: one panel (depth, kPanel); b: `panels` panels one
    // after another, each (depth, kPanel); c: kPanel rows of length ldc, panels * kPanel
    // columns.
    void (*rank_update)(std::size_t depth, std::size_t panels, const double* a, const double* b,
                        double* c, std::size_t ldc);

    // x <- L^-1 x for a lower triangular L (n, n) row-major and one panel x (n, kPanel).
    void (*substitute)(std::size_t n, const double* lower, double* x);

    // x(k,:) = scale(k) b(index(k),:) f(:), n rows of one panel; b (., ldb) at the panel's
    // column.
    void (*expand)(std::size_t n, const double* scale, const std::size_t* index,
                   std::size_t ldb, const double* b, const double* f, double* x);

    // out = a bt.  a (rows, ky), bt (ky, ld), out (rows, ld), ld a multiple of kPadding
    void (*products)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                     const double* bt, double* out);

    // kPanel rows of s, ld apart, of n entries, a multiple of kPanel:
    // y(e) -= sum_k v(k) s(k,e), and v(k) -= sum_e s(k,e) y(e).
    void (*subtract_from_columns)(std::size_t n, std::size_t ld, const double* v,
                                  const double* s, double* y);
    void (*subtract_from_rows)(std::size_t n, std::size_t ld, const double* s, const double* y,
                               double* v);
};

} // namespace fourfold
