// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/vec.hpp"

// How kernels cut their arrays into what stays in registers. Internal linkage and raw pointers
// only, like vec.hpp.
namespace fourfold {
namespace {

using std::size_t;

// Tile sizes: 32 registers of 512 bits, 16 otherwise.
constexpr size_t kRowTile = FOURFOLD_SIMD_BYTES == 64 ? 4 : 2;
constexpr size_t kClassTile = FOURFOLD_SIMD_BYTES == 64 ? 5 : 4;
constexpr size_t kVecTile = 2;

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

// Calls body(i, j, tile) with every tile of M = a bt. Columns outside, rows inside: a column
// panel of bt stays in cache for all rows.
template <size_t V, class Body>
void for_product_tiles_at(size_t rows, size_t ld, size_t ky, size_t j, const Real* a,
                          const Real* bt, Body body) {
    size_t i = 0;
    for (; i + kRowTile <= rows; i += kRowTile) {
        Vec m[kRowTile][V];
        product_tile<kRowTile, V>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
    for (; i < rows; ++i) {
        Vec m[1][V];
        product_tile<1, V>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
}

template <class Body>
void for_product_tiles(size_t rows, size_t ld, size_t ky, const Real* a, const Real* bt,
                       Body body) {
    size_t j = 0;
    for (; j + kVecTile * kWidth <= ld; j += kVecTile * kWidth)
        for_product_tiles_at<kVecTile>(rows, ld, ky, j, a, bt, body);
    for (; j < ld; j += kWidth)
        for_product_tiles_at<1>(rows, ld, ky, j, a, bt, body);
}

} // namespace
} // namespace fourfold
