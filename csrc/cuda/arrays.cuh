// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "core/real.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// The sizes of a problem: r, x, x_prev (k1, ld); a (k1, ky); bt, the transpose of b, (ky, ld).
struct Shape {
    unsigned k1 = 0;
    unsigned k2 = 0;
    unsigned ky = 0;
    unsigned ld = 0;
};

// In shared memory rows are an odd number of entries apart, so that a column is spread over all
// banks; in global memory they start at a whole sector.
FOURFOLD_HOST_DEVICE inline Shape shape_of(const Problem& problem, bool in_shared) {
    const auto k2 = static_cast<unsigned>(problem.k2);
    return {static_cast<unsigned>(problem.k1), k2, static_cast<unsigned>(problem.ky),
            in_shared ? k2 | 1u : (k2 + 3u) / 4u * 4u};
}

// Where entry k of an array of so many columns is. A division of 64 bits takes five times as long as
// one of 32.
struct Position {
    unsigned row, column;
};
FOURFOLD_HOST_DEVICE inline Position position_of(std::size_t k, unsigned columns) {
    if (k <= 0xffffffffu)
        return {unsigned(k) / columns, unsigned(k) % columns};
    return {unsigned(k / columns), unsigned(k % columns)};
}

// How the tiled products cut their long dimension, so that every block of the grid has work.
struct Chunks {
    unsigned rows = 1;    // of the columns, in row_products
    unsigned columns = 1; // of the rows, in column_products and step_products
};

// The arrays of one problem, carved out of one piece of memory. Those in double precision are of
// the certificate; where Real is double itself, exact_a, exact_bt and exact_sums are a, bt and sums.
template <class Real>
struct Arrays {
    Real *r, *x, *x_prev;                        // (k1, ld)
    Real* a;                                     // (k1, ky)
    Real *bt, *sums;                             // (ky, ld); sums = (r^T a)^T
    double *p1, *mean_log_a, *work_a;            // (k1, ky)
    double *p2t, *mean_log_bt, *work_bt;         // (ky, ld)
    double *exact_a, *exact_bt, *exact_sums;     // (k1, ky), (ky, ld) twice
    double *class_sums1, *class_sums2, *classes; // (ky)
    unsigned long long *row_max, *column_max;    // (k1), (k2): bits of doubles
    double* partial;                             // partial_size(shape, chunks)

    // Of the products cut into chunks: (chunks.rows, k1, ky) or (chunks.columns, ky, ld).
    FOURFOLD_HOST_DEVICE static std::size_t partial_size(const Shape& s, const Chunks& chunks) {
        const std::size_t rows = std::size_t(chunks.rows) * s.k1 * s.ky;
        const std::size_t columns = std::size_t(chunks.columns) * s.ky * s.ld;
        return rows > columns ? rows : columns;
    }

    // Places the arrays from `memory` on and returns the bytes that they take.
    FOURFOLD_HOST_DEVICE std::size_t place(const Shape& s, std::size_t partial_entries,
                                           unsigned char* memory) {
        constexpr bool kIsDouble = std::is_same_v<Real, double>;
        const std::size_t pairs = std::size_t(s.k1) * s.ld;
        const std::size_t rows = std::size_t(s.k1) * s.ky;
        const std::size_t columns = std::size_t(s.ky) * s.ld;
        std::size_t used = 0;
        const auto take = [&](auto& pointer, std::size_t entries) {
            using Entry = std::remove_reference_t<decltype(*pointer)>;
            pointer = reinterpret_cast<Entry*>(memory + used);
            used += (entries * sizeof(Entry) + 15) / 16 * 16;
        };
        take(r, pairs);
        take(x, pairs);
        take(x_prev, pairs);
        take(a, rows);
        take(bt, columns);
        take(sums, columns);
        take(p1, rows);
        take(mean_log_a, rows);
        take(work_a, rows);
        take(p2t, columns);
        take(mean_log_bt, columns);
        take(work_bt, columns);
        if constexpr (kIsDouble) {
            exact_a = a;
            exact_bt = bt;
            exact_sums = sums;
        } else {
            take(exact_a, rows);
            take(exact_bt, columns);
            take(exact_sums, columns);
        }
        take(class_sums1, s.ky);
        take(class_sums2, s.ky);
        take(classes, s.ky);
        take(row_max, s.k1);
        take(column_max, s.k2);
        take(partial, partial_entries);
        return used;
    }
};

} // namespace fourfold
