// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/kernels/vec.hpp"

// How kernels cut their arrays into what stays in registers. Internal linkage and raw pointers
// only, like vec.hpp.
namespace fourfold {
namespace {

using std::size_t;

// Tile sizes: 32 registers of 512 bits, 16 otherwise.
constexpr bool kManyRegisters = FOURFOLD_SIMD_BYTES == 64;
constexpr size_t kProductRows = kManyRegisters ? 4 : 2; // products: rows by vectors
constexpr size_t kProductVecs = kManyRegisters ? 4 : 2;
// Entries of the strips of bt that M is computed from.
constexpr size_t kStripEntries = 262144 / sizeof(Real);

// Registers that exp and log work on at a time.
constexpr size_t kGroup = 4;

// Calls body(k, tag) for the vectors of n entries, kGroup of them at a time and then one by one:
// tag is an array of that size, to be filled.
template <class Body>
inline void for_vectors(size_t n, Body body) {
    size_t k = 0;
    for (; k + kGroup * kWidth <= n; k += kGroup * kWidth) {
        Vec group[kGroup];
        body(k, group);
    }
    for (; k + kWidth <= n; k += kWidth) {
        Vec single[1];
        body(k, single);
    }
}

// A number that is known when a tile is compiled.
template <size_t N>
struct Size {
    static constexpr size_t value = N;
};

// body(Size of n), n at most Most.
template <size_t Most, class Body>
inline void with_size(size_t n, Body body) {
    if constexpr (Most > 1)
        if (n < Most)
            return with_size<Most - 1>(n, body);
    body(Size<Most>());
}

// Calls body(y, Size of the tile) for tiles of at most Most classes, all of nearly one size: twelve
// classes in tiles of 6 and 6 cost less than in tiles of 10 and 2.
template <size_t Most, class Body>
inline void for_class_tiles(size_t ky, Body body) {
    const size_t tiles = (ky + Most - 1) / Most;
    for (size_t t = 0, y = 0; t < tiles; ++t) {
        const size_t next = ky * (t + 1) / tiles;
        with_size<Most>(next - y, [=](auto size) { body(y, size); });
        y = next;
    }
}

// m[i][v] = sum_y a(i,y) bt(y,j) for R rows and V vectors of columns; a (R, ky), bt (ky, ld) at
// j.
template <size_t R, size_t V>
inline void product_tile(size_t ld, size_t ky, const Real* a, const Real* bt, Vec (&m)[R][V]) {
    for (size_t i = 0; i < R; ++i)
        for (size_t v = 0; v < V; ++v)
            m[i][v] = Vec{};
    for (size_t y = 0; y < ky; ++y) {
        Vec b[V];
        for (size_t v = 0; v < V; ++v)
            b[v] = load(bt + y * ld + v * kWidth);
        for (size_t i = 0; i < R; ++i)
            for (size_t v = 0; v < V; ++v)
                m[i][v] += a[i * ky + y] * b[v];
    }
}

// Calls body(i, j, tile) for the tiles of R rows from row i and the columns [begin, end).
template <size_t R, class Body>
inline void for_row_of_tiles(size_t ld, size_t ky, size_t i, size_t begin, size_t end,
                             const Real* a, const Real* bt, Body body) {
    size_t j = begin;
    for (; j + kProductVecs * kWidth <= end; j += kProductVecs * kWidth) {
        Vec m[R][kProductVecs];
        product_tile<R, kProductVecs>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
    for (; j + 2 * kWidth <= end; j += 2 * kWidth) {
        Vec m[R][2];
        product_tile<R, 2>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
    for (; j < end; j += kWidth) {
        Vec m[R][1];
        product_tile<R, 1>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
}

// Calls body(i, j, tile) with every tile of M = a bt. In strips of columns, whose part of bt stays
// in cache for all rows, and inside a strip along the rows: what body reads and writes of (K1, K2)
// arrays is then in runs long enough to be fetched ahead.
template <class Body>
void for_product_tiles(size_t rows, size_t ld, size_t ky, const Real* a, const Real* bt,
                       Body body) {
    constexpr size_t kTileColumns = kProductVecs * kWidth;
    // no classes are left of a table whose mass is negligible in each
    size_t strip = ky == 0 ? ld : kStripEntries / ky / kTileColumns * kTileColumns;
    if (strip < kTileColumns)
        strip = kTileColumns;
    for (size_t begin = 0; begin < ld; begin += strip) {
        const size_t end = ld - begin < strip ? ld : begin + strip;
        size_t i = 0;
        for (; i + kProductRows <= rows; i += kProductRows)
            for_row_of_tiles<kProductRows>(ld, ky, i, begin, end, a, bt, body);
        for (; i + 2 <= rows; i += 2)
            for_row_of_tiles<2>(ld, ky, i, begin, end, a, bt, body);
        for (; i < rows; ++i)
            for_row_of_tiles<1>(ld, ky, i, begin, end, a, bt, body);
    }
}

// The same of an M that is there: m (rows, columns) in rows of ldm.
template <class Body>
void for_stored_tiles(size_t rows, size_t columns, size_t ldm, const Real* m, Body body) {
    for (size_t i = 0; i < rows; ++i)
        for_vectors(columns, [=](size_t j, auto& group) {
            constexpr size_t V = sizeof group / sizeof group[0];
            Vec tile[1][V];
            for (size_t v = 0; v < V; ++v)
                tile[0][v] = load(m + i * ldm + j + v * kWidth);
            body(i, j, tile);
        });
}

} // namespace
} // namespace fourfold
