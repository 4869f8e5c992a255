// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the Newton system, compiled once for each instruction set like step_kernels.cpp: raw
// pointers and internal linkage only. Shapes are those of NewtonKernels.
#include "cpu/kernels/newton_kernels.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/tiles.hpp"
#include "cpu/kernels/vec.hpp"

namespace fourfold {
namespace {

using std::size_t;

// Vectors in a panel row, and the tile of c that stays in registers: 24 of 32 registers of 512
// bits, 8 of 16 otherwise.
constexpr size_t kVecs = kPanel / kWidth;
constexpr size_t kTileRows = FOURFOLD_SIMD_BYTES == 64 ? 8 : 8 / kVecs;
constexpr size_t kTilePanels = FOURFOLD_SIMD_BYTES == 64 ? 3 : 1;

// Rows [0, kTileRows) of c and P panels.  a (depth, kPanel) at its first row.
template <size_t P>
void rank_update_tile(size_t depth, const double* a, const double* b, double* c, size_t ldc) {
    Vec acc[kTileRows][P * kVecs] = {};
    for (size_t k = 0; k < depth; ++k) {
        Vec row[P * kVecs];
        for (size_t p = 0; p < P; ++p)
            for (size_t v = 0; v < kVecs; ++v)
                row[p * kVecs + v] = load(b + (p * depth + k) * kPanel + v * kWidth);
        for (size_t i = 0; i < kTileRows; ++i)
            for (size_t v = 0; v < P * kVecs; ++v)
                acc[i][v] += a[k * kPanel + i] * row[v];
    }
    for (size_t i = 0; i < kTileRows; ++i)
        for (size_t v = 0; v < P * kVecs; ++v) {
            double* out = c + i * ldc + v * kWidth;
            store(out, load(out) - acc[i][v]);
        }
}

void rank_update(size_t depth, size_t panels, const double* a, const double* b, double* c,
                 size_t ldc) {
    for (size_t i = 0; i < kPanel; i += kTileRows) {
        size_t p = 0;
        for (; p + kTilePanels <= panels; p += kTilePanels)
            rank_update_tile<kTilePanels>(depth, a + i, b + p * depth * kPanel,
                                          c + i * ldc + p * kPanel, ldc);
        for (; p < panels; ++p)
            rank_update_tile<1>(depth, a + i, b + p * depth * kPanel, c + i * ldc + p * kPanel,
                                ldc);
    }
}

// A row of x waits for the one before; what the others give it is summed in several chains meanwhile.
void substitute(size_t n, const double* lower, double* x) {
    constexpr size_t kChains = 4;
    for (size_t k = 0; k < n; ++k) {
        const double* const of_row = lower + k * n;
        const double inverse = 1.0 / of_row[k];
        for (size_t v = 0; v < kPanel; v += kWidth) {
            Vec part[kChains] = {};
            size_t m = 0;
            for (; m + kChains <= k; m += kChains)
                for (size_t c = 0; c < kChains; ++c)
                    part[c] += of_row[m + c] * load(x + (m + c) * kPanel + v);
            Vec row = load(x + k * kPanel + v) - ((part[0] + part[1]) + (part[2] + part[3]));
            for (; m < k; ++m)
                row -= of_row[m] * load(x + m * kPanel + v);
            store(x + k * kPanel + v, inverse * row);
        }
    }
}

void expand(size_t n, const double* scale, const size_t* index, size_t ldb, const double* b,
            const double* f, double* x) {
    for (size_t k = 0; k < n; ++k)
        for (size_t v = 0; v < kPanel; v += kWidth)
            store(x + k * kPanel + v, scale[k] * load(b + index[k] * ldb + v) * load(f + v));
}

void products(size_t rows, size_t ld, size_t ky, const double* a, const double* bt,
              double* out) {
    for_product_tiles(rows, ld, ky, a, bt, [=](size_t i0, size_t j, const auto& m) {
        constexpr size_t R = sizeof m / sizeof m[0];
        constexpr size_t V = sizeof m[0] / sizeof m[0][0];
        for (size_t i = 0; i < R; ++i)
            for (size_t v = 0; v < V; ++v)
                store(out + (i0 + i) * ld + j + v * kWidth, m[i][v]);
    });
}

void subtract_from_columns(size_t n, size_t ld, const double* v, const double* s, double* y) {
    for (size_t e = 0; e < n; e += kWidth) {
        // two chains of additions
        Vec even = load(y + e), odd{};
        for (size_t k = 0; k < kPanel; k += 2) {
            even -= v[k] * load(s + k * ld + e);
            odd -= v[k + 1] * load(s + (k + 1) * ld + e);
        }
        store(y + e, even + odd);
    }
}

void subtract_from_rows(size_t n, size_t ld, const double* s, const double* y, double* v) {
    Vec total[kPanel] = {};
    for (size_t e = 0; e < n; e += kWidth) {
        const Vec of_column = load(y + e);
        for (size_t k = 0; k < kPanel; ++k)
            total[k] += load(s + k * ld + e) * of_column;
    }
    for (size_t k = 0; k < kPanel; k += kWidth) {
        Vec part[kWidth];
        for (size_t l = 0; l < kWidth; ++l)
            part[l] = total[k + l];
        store(v + k, load(v + k) - lane_sums(part));
    }
}

} // namespace

extern const NewtonKernels FOURFOLD_LEVEL_NAME(newton_kernels_);
const NewtonKernels FOURFOLD_LEVEL_NAME(newton_kernels_) = {
    rank_update, substitute, expand, products, subtract_from_columns, subtract_from_rows};

} // namespace fourfold
