// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

// Cholesky factors of positive semidefinite matrices that have been scaled to a unit diagonal, and
// the rule for directions in which they are flat to rounding. Number is double or DoubleDouble.
namespace fourfold {

// What is left of a pivot below kNullPivot is rounding error; the lift keeps slightly larger ones
// from giving huge steps. Both follow the rounding of Number.
template <class Number>
inline constexpr double kNullPivot = std::is_same_v<Number, double> ? 1e-14 : 1e-29;
template <class Number>
inline constexpr double kLift = std::is_same_v<Number, double> ? 1e-15 : 1e-30;
// The diagonal of the factor in a flat direction: a solution is zero along it.
inline constexpr double kLeftOut = 1e150;

// The diagonal of the factor, from what is left of the pivot.
template <class Number>
Number diagonal_from(Number pivot) {
    using std::sqrt;
    pivot = pivot + Number(kLift<Number>);
    return pivot > kNullPivot<Number> ? sqrt(pivot) : Number(kLeftOut);
}

// Row k of the lower factor L of the matrix h (n, n) from column `first` on, in place, from the rows
// above it and what is before.
template <class Number>
void factorise_row_from(std::size_t k, std::size_t first, std::size_t n, Number* h) {
    Number* row_k = h + k * n;
    for (std::size_t m = first; m <= k; ++m) {
        const Number* row_m = h + m * n;
        Number value = row_k[m];
        for (std::size_t l = 0; l < m; ++l)
            value = value - row_k[l] * row_m[l];
        row_k[m] = m < k ? value / row_m[m] : diagonal_from(value);
    }
}

// All of row k.
template <class Number>
void factorise_next_row(std::size_t k, std::size_t n, Number* h) {
    factorise_row_from(k, 0, n, h);
}

// All of L, in the lower triangle of h (n, n); the upper one is not read.
template <class Number>
void factorise_small(std::size_t n, Number* h) {
    for (std::size_t k = 0; k < n; ++k)
        factorise_next_row(k, n, h);
}

// x <- L^-1 x.  lower (n, n), x (n)
template <class Number>
void substitute_small(std::size_t n, const Number* lower, Number* x) {
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t m = 0; m < k; ++m)
            x[k] = x[k] - lower[k * n + m] * x[m];
        x[k] = x[k] / lower[k * n + k];
    }
}

// x <- L^-T x
template <class Number>
void substitute_back_small(std::size_t n, const Number* lower, Number* x) {
    for (std::size_t k = n; k-- > 0;) {
        x[k] = x[k] / lower[k * n + k];
        for (std::size_t m = 0; m < k; ++m)
            x[m] = x[m] - lower[k * n + m] * x[k];
    }
}

// x <- (L L^T)^-1 x
template <class Number>
void solve_small(std::size_t n, const Number* lower, Number* x) {
    substitute_small(n, lower, x);
    substitute_back_small(n, lower, x);
}

} // namespace fourfold
