// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the products for many classes, compiled once for each instruction set like step_kernels.cpp:
// raw pointers and internal linkage only. Shapes are those of WideKernels.
#include "cpu/kernels/wide_kernels.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/vec.hpp"

namespace fourfold {
namespace {

using std::size_t;

// Vectors in a panel row, and the tile of c that stays in registers: 24 of 32 registers of 512
// bits, 8 of 16 otherwise.
constexpr size_t kVecs = kPanel / kWidth;
constexpr size_t kTileRows = kWidth == 8 ? 8 : 8 / kVecs;
constexpr size_t kTilePanels = kWidth == 8 ? 3 : 1;

// Lines to be fetched while a tile is computed: a few at a time, as the tile's own reads would wait
// behind a burst of them.
constexpr size_t kMostLines = 192;
constexpr size_t kFetchEvery = 64;
// Rows of b that are brought to the first-level cache before they are read: from the second level
// alone, a tile waits for a tenth of its time.
constexpr size_t kRowsAhead = 8;
struct Lines {
    const double* at[kMostLines];
    size_t count = 0;
    void add(const double* p) {
        if (count < kMostLines)
            at[count++] = p;
    }
};

// R rows and P panels of c; a(i,k) at i * lda + k where Depth is 1, else at i + k * Depth.
template <size_t Depth, size_t R, size_t P>
void multiply_tile(size_t depth, bool start, const double* a, size_t lda, const double* b,
                   size_t b_panel, double* c, size_t c_row, size_t c_panel,
                   const Lines& lines) {
    constexpr size_t V = P * kVecs;
    Vec acc[R][V];
    for (size_t i = 0; i < R; ++i)
        for (size_t v = 0; v < V; ++v)
            acc[i][v] = Vec{};
    // c is not in the first-level cache, and by the time the sums are ready it will be
    if (!start)
        for (size_t i = 0; i < R; ++i)
            for (size_t p = 0; p < P; ++p)
                __builtin_prefetch(c + i * c_row + p * c_panel);
    const size_t each = (lines.count * kFetchEvery + depth - 1) / depth;
    size_t fetched = 0;
    for (size_t begin = 0; begin < depth; begin += kFetchEvery) {
        const size_t until = fetched + each < lines.count ? fetched + each : lines.count;
        for (; fetched < until; ++fetched)
            __builtin_prefetch(lines.at[fetched], 0, 2);
        const size_t end = depth - begin < kFetchEvery ? depth : begin + kFetchEvery;
        for (size_t k = begin; k < end; ++k) {
            for (size_t p = 0; p < P; ++p)
                __builtin_prefetch(b + p * b_panel + (k + kRowsAhead) * kPanel);
            Vec row[V];
            for (size_t v = 0; v < V; ++v)
                row[v] = load(b + v / kVecs * b_panel + k * kPanel + v % kVecs * kWidth);
            for (size_t i = 0; i < R; ++i)
                for (size_t v = 0; v < V; ++v)
                    acc[i][v] += a[i * (Depth == 1 ? lda : 1) + k * Depth] * row[v];
        }
    }
    for (size_t i = 0; i < R; ++i)
        for (size_t v = 0; v < V; ++v) {
            double* out = c + i * c_row + v / kVecs * c_panel + v % kVecs * kWidth;
            store(out, start ? acc[i][v] : load(out) + acc[i][v]);
        }
}

// The part of `ahead` that belongs to the panels [p, end) of all.
inline void collect(const Ahead& ahead, size_t p, size_t end, size_t panels, Lines& lines) {
    lines.count = 0;
    const size_t last = end * ahead.a_lines / panels;
    for (size_t l = p * ahead.a_lines / panels; l < last; ++l)
        for (size_t i = 0; i < kWideRows; ++i)
            lines.add(ahead.a + i * ahead.a_step + l * kPanel);
    for (; p < end; ++p)
        for (size_t l = 0; l < ahead.b_lines; ++l)
            lines.add(ahead.b + p * ahead.b_panel + l * ahead.b_step);
}

template <size_t Depth, size_t R>
void multiply_few(size_t depth, size_t panels, bool start, const double* a, size_t lda,
                  const double* b, size_t b_panel, double* c, size_t c_row, size_t c_panel,
                  const Ahead& ahead) {
    Lines lines;
    size_t p = 0;
    for (; p + kTilePanels <= panels; p += kTilePanels) {
        collect(ahead, p, p + kTilePanels, panels, lines);
        multiply_tile<Depth, R, kTilePanels>(depth, start, a, lda, b + p * b_panel, b_panel,
                                             c + p * c_panel, c_row, c_panel, lines);
    }
    for (; p < panels; ++p) {
        collect(ahead, p, p + 1, panels, lines);
        multiply_tile<Depth, R, 1>(depth, start, a, lda, b + p * b_panel, b_panel,
                                   c + p * c_panel, c_row, c_panel, lines);
    }
}

// In tiles of R rows, and what is left of the rows in halves of that.
template <size_t Depth, size_t R = kTileRows>
void multiply(size_t rows, size_t depth, size_t panels, bool start, const double* a, size_t lda,
              const double* b, size_t b_panel, double* c, size_t c_row, size_t c_panel,
              const Ahead& ahead) {
    const size_t row = Depth == 1 ? lda : 1;
    Ahead once = ahead;
    size_t i = 0;
    for (; i + R <= rows; i += R) {
        multiply_few<Depth, R>(depth, panels, start, a + i * row, lda, b, b_panel,
                               c + i * c_row, c_row, c_panel, once);
        once.a_lines = once.b_lines = 0;
    }
    if constexpr (R > 1)
        if (i < rows)
            multiply<Depth, R / 2>(rows - i, depth, panels, start, a + i * row, lda, b, b_panel,
                                   c + i * c_row, c_row, c_panel, once);
}

// Copies rows of r (., ld) into panels of (rows, kPanel). Each is short and far from the last one, so
// that nothing fetches them ahead.
void copy_panels(size_t rows, size_t panels, size_t ld, const double* r, double* out) {
    for (size_t k = 0; k < rows; ++k) {
        const double* row = r + k * ld;
        if (k + kRowsAhead < rows)
            for (size_t p = 0; p < panels; ++p)
                __builtin_prefetch(row + kRowsAhead * ld + p * kPanel);
        for (size_t p = 0; p < panels; ++p)
            for (size_t v = 0; v < kPanel; v += kWidth)
                store(out + (p * rows + k) * kPanel + v, load(row + p * kPanel + v));
    }
}

} // namespace

extern const WideKernels FOURFOLD_LEVEL_NAME(wide_kernels_);
const WideKernels FOURFOLD_LEVEL_NAME(wide_kernels_) = {multiply<1>, multiply<kPanel>,
                                                        copy_panels};

} // namespace fourfold
