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
FOURFOLD_HOST_DEVICE inline Position position_of(unsigned k, unsigned columns) {
    return {k / columns, k % columns};
}
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

// Rows and columns of a tile of the products in tiled_products.cuh; of classes, at least kLanes.
inline constexpr unsigned kLanes = 16;
inline constexpr unsigned kTile = 64;

FOURFOLD_HOST_DEVICE inline unsigned ceiling(unsigned n, unsigned size) {
    return (n + size - 1) / size;
}

// Of more pairs than this, a block in shared memory leaves x_prev in global memory, which a step reads and
// writes once: at 64 x 64 x 10 two blocks then have room on a multiprocessor.
inline constexpr unsigned kMostNearPairs = 1024;

// How the products in tiles share a piece of work out, and where its parts meet.
struct Split {
    Chunks chunks;
    void* partial;
    unsigned* arrivals;
};

// Bytes of a problem's arrays. Near ones are in shared memory where a block works in it; the far ones, which are
// touched only now and then, are in global memory always.
struct ArrayBytes {
    std::size_t near = 0, far = 0;
};

// The arrays of one problem, carved out of two pieces of memory. Those in double precision are of
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
    // of a scaling step: the step in log b, what is left of the gradient, the direction, and its
    // image under S; (ky, ld)
    Real *z, *residual, *direction, *image;
    // the same: rows of the image (k1, ky) and b times the direction (ky, ld), in work_a and work_bt
    Real *image_rows, *scaled_direction;
    // of the products in tiles
    double* partial;    // partial_size(shape, chunks)
    double* of_tiles;   // (most_tiles(shape)), a sum of each tile
    unsigned* arrivals; // (most_tiles(shape)), zero between the products

    // Of the products cut into chunks: (chunks.rows, k1, ky) or (chunks.columns, ky, ld).
    FOURFOLD_HOST_DEVICE static std::size_t partial_size(const Shape& s, const Chunks& chunks) {
        const std::size_t rows = chunks.rows > 1 ? std::size_t(chunks.rows) * s.k1 * s.ky : 0;
        const std::size_t columns =
            chunks.columns > 1 ? std::size_t(chunks.columns) * s.ky * s.ld : 0;
        return rows > columns ? rows : columns;
    }
    FOURFOLD_HOST_DEVICE Split split(const Chunks& chunks) const {
        return {chunks, partial, arrivals};
    }
    // Tiles of r b or of r^T a.
    FOURFOLD_HOST_DEVICE static unsigned most_tiles(const Shape& s) {
        return ceiling(s.k1 > s.k2 ? s.k1 : s.k2, kTile) * ceiling(s.ky, kLanes);
    }

    // Places the arrays from `near` and from `far` on and returns the bytes that they take.
    FOURFOLD_HOST_DEVICE ArrayBytes place(const Shape& s, const Chunks& chunks, bool in_shared,
                                          unsigned char* near, unsigned char* far) {
        constexpr bool kIsDouble = std::is_same_v<Real, double>;
        const std::size_t pairs = std::size_t(s.k1) * s.ld;
        const std::size_t rows = std::size_t(s.k1) * s.ky;
        const std::size_t columns = std::size_t(s.ky) * s.ld;
        ArrayBytes used;
        const auto carve = [](auto& pointer, std::size_t entries, unsigned char* memory,
                              std::size_t& bytes) {
            using Entry = std::remove_reference_t<decltype(*pointer)>;
            pointer = reinterpret_cast<Entry*>(memory + bytes);
            bytes += (entries * sizeof(Entry) + 15) / 16 * 16;
        };
        const auto take = [&](auto& pointer, std::size_t entries) {
            carve(pointer, entries, near, used.near);
        };
        const auto take_far = [&](auto& pointer, std::size_t entries) {
            carve(pointer, entries, far, used.far);
        };
        take(r, pairs);
        take(x, pairs);
        if (std::size_t(s.k1) * s.k2 > kMostNearPairs)
            take_far(x_prev, pairs);
        else
            take(x_prev, pairs);
        take(a, rows);
        take(bt, columns);
        take(sums, columns);
        take(p1, rows);
        take(work_a, rows);
        take(p2t, columns);
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
        take_far(mean_log_a, rows);
        take_far(mean_log_bt, columns);
        take_far(z, columns);
        take_far(residual, columns);
        take_far(direction, columns);
        take_far(image, columns);
        image_rows = reinterpret_cast<Real*>(work_a);
        scaled_direction = reinterpret_cast<Real*>(work_bt);
        take_far(partial, in_shared ? 0 : partial_size(s, chunks));
        take_far(of_tiles, in_shared ? 0 : most_tiles(s));
        take_far(arrivals, in_shared ? 0 : most_tiles(s));
        return used;
    }
};

// What the far arrays take in bytes at most, in shared memory, of all problems whose near ones take no
// more than `near`: (8 K1 K2 + 8 K1 KY + 40 K2 KY) / (16 K1 K2 + 24 K1 KY + 32 K2 KY) is below 5 / 4, in
// single precision it is less; and each of seven is rounded up to 16.
FOURFOLD_HOST_DEVICE inline std::size_t most_far_bytes(std::size_t near) {
    return (near + near / 4 + 128 + 15) / 16 * 16;
}

} // namespace fourfold
