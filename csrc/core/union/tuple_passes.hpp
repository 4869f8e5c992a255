// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "core/union/tuple_list.hpp"

// Passes over a list of tuples. A cell array is (states, ky), e is (tuples, ky), the others (tuples).
namespace fourfold {

// e(k,y) = product over the sources of a(x_i,y);  s(k) = sum_y e(k,y).
inline void tuple_products(const TupleList& list, std::size_t ky, const double* a, double* e,
                           double* s) {
    for (std::size_t k = 0; k < list.size(); ++k) {
        const std::uint32_t* const tuple = list[k];
        double* const row = e + k * ky;
        const double* const first = a + tuple[0] * ky;
        for (std::size_t y = 0; y < ky; ++y)
            row[y] = first[y];
        for (std::size_t i = 1; i < list.sources(); ++i) {
            const double* const factor = a + tuple[i] * ky;
            for (std::size_t y = 0; y < ky; ++y)
                row[y] *= factor[y];
        }
        double sum = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            sum += row[y];
        s[k] = sum;
    }
}

// out(x,y) = sum of t(k) e(k,y) over the tuples with state x.
inline void tuple_marginals(const TupleList& list, std::size_t states, std::size_t ky,
                            const double* t, const double* e, double* out) {
    for (std::size_t cell = 0; cell < states * ky; ++cell)
        out[cell] = 0.0;
    for (std::size_t k = 0; k < list.size(); ++k) {
        const std::uint32_t* const tuple = list[k];
        const double* const row = e + k * ky;
        for (std::size_t i = 0; i < list.sources(); ++i) {
            double* const sums = out + tuple[i] * ky;
            for (std::size_t y = 0; y < ky; ++y)
                sums[y] += t[k] * row[y];
        }
    }
}

// out(k) = sum_y e(k,y) sum_i d(x_i,y): by how much s changes with log a.
inline void tuple_change(const TupleList& list, std::size_t ky, const double* e,
                         const double* d, double* out) {
    for (std::size_t k = 0; k < list.size(); ++k) {
        const std::uint32_t* const tuple = list[k];
        const double* const row = e + k * ky;
        double sum = 0.0;
        for (std::size_t i = 0; i < list.sources(); ++i) {
            const double* const change = d + tuple[i] * ky;
            for (std::size_t y = 0; y < ky; ++y)
                sum += row[y] * change[y];
        }
        out[k] = sum;
    }
}

} // namespace fourfold
