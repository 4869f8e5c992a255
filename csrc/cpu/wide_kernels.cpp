// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the products for many classes, compiled once for each instruction set like kernels.cpp:
// raw pointers and internal linkage only. Shapes are those of WideKernels.
#include "cpu/wide_kernels.hpp"
#include "cpu/simd_level.hpp"
#include "cpu/vec.hpp"

namespace fourfold {
namespace {

using std::size_t;

// Vectors in a panel row, and the tile of c that stays in registers: 24 of 32 registers of 512
// bits, 8 of 16 otherwise.
constexpr size_t kVecs = kPanel / kWidth;
constexpr size_t kTileRows = kWidth == 8 ? 8 : 8 / kVecs;
constexpr size_t kTilePanels = kWidth == 8 ? 3 : 1;

// R rows and P panels of c; a(i,k) at i * Row + k * Depth.
template <size_t Row, size_t Depth, size_t R, size_t P>
void multiply_tile(size_t depth, bool start, const double* a, const double* b, size_t b_panel,
                   double* c, size_t c_row, size_t c_panel) {
    Vec acc[R][P * kVecs] = {};
    // c is not in the first-level cache, and by the time the sums are ready it will be
    if (!start)
        for (size_t i = 0; i < R; ++i)
            for (size_t p = 0; p < P; ++p)
                __builtin_prefetch(c + i * c_row + p * c_panel);
    for (size_t k = 0; k < depth; ++k) {
        Vec row[P * kVecs];
        for (size_t p = 0; p < P; ++p)
            for (size_t v = 0; v < kVecs; ++v)
                row[p * kVecs + v] = load(b + p * b_panel + k * kPanel + v * kWidth);
        for (size_t i = 0; i < R; ++i)
            for (size_t v = 0; v < P * kVecs; ++v)
                acc[i][v] += a[i * Row + k * Depth] * row[v];
    }
    for (size_t i = 0; i < R; ++i)
        for (size_t p = 0; p < P; ++p)
            for (size_t v = 0; v < kVecs; ++v) {
                double* out = c + i * c_row + p * c_panel + v * kWidth;
                const Vec sum = acc[i][p * kVecs + v];
                store(out, start ? sum : load(out) + sum);
            }
}

template <size_t Row, size_t Depth, size_t R>
void multiply_few(size_t depth, size_t panels, bool start, const double* a, const double* b,
                  size_t b_panel, double* c, size_t c_row, size_t c_panel) {
    size_t p = 0;
    for (; p + kTilePanels <= panels; p += kTilePanels)
        multiply_tile<Row, Depth, R, kTilePanels>(depth, start, a, b + p * b_panel, b_panel,
                                                  c + p * c_panel, c_row, c_panel);
    for (; p < panels; ++p)
        multiply_tile<Row, Depth, R, 1>(depth, start, a, b + p * b_panel, b_panel,
                                        c + p * c_panel, c_row, c_panel);
}

// In tiles of kTileRows, and what is left of the rows in halves of that.
template <size_t Row, size_t Depth, size_t R = kTileRows>
void multiply(size_t rows, size_t depth, size_t panels, bool start, const double* a,
              const double* b, size_t b_panel, double* c, size_t c_row, size_t c_panel) {
    size_t i = 0;
    for (; i + R <= rows; i += R)
        multiply_few<Row, Depth, R>(depth, panels, start, a + i * Row, b, b_panel,
                                    c + i * c_row, c_row, c_panel);
    if constexpr (R > 1)
        if (i < rows)
            multiply<Row, Depth, R / 2>(rows - i, depth, panels, start, a + i * Row, b, b_panel,
                                        c + i * c_row, c_row, c_panel);
}

} // namespace

extern const WideKernels FOURFOLD_LEVEL_NAME(wide_kernels_);
const WideKernels FOURFOLD_LEVEL_NAME(wide_kernels_) = {multiply<kWideStride, 1>,
                                                        multiply<1, kPanel>};

} // namespace fourfold
