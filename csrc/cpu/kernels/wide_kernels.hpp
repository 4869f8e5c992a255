// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/kernels/newton_kernels.hpp"

namespace fourfold {

// The most that a block of a product is deep: eight rows of a of this length take two thirds of the
// first-level cache, and the result is read and written once for each block.
inline constexpr std::size_t kWideDepth = 344;
// Distance of these rows in their copy; no power of two, or all would map to the same cache lines.
inline constexpr std::size_t kWideStride = kWideDepth + kPanel;
// Rows that a call takes at most.
inline constexpr std::size_t kWideRows = 8;

// What the next calls will read, to be fetched into the second-level cache meanwhile: left alone, a
// product waits for memory at the start of each block. Lines of 64 bytes; none where the counts are 0.
struct Ahead {
    const double* a = nullptr; // kWideRows runs of a_lines, a_step apart
    std::size_t a_step = 0;
    std::size_t a_lines = 0;
    const double* b = nullptr; // for every panel, b_panel apart, b_lines lines b_step apart
    std::size_t b_panel = 0;
    std::size_t b_step = 0;
    std::size_t b_lines = 0;
};

// One block of a product c = a b for one instruction set: c(i,:) = sum_k a(i,k) b(k,:), added to what
// is there unless `start`.  b: `panels` panels of (depth, kPanel), b_panel apart; c: rows c_row
// apart, of which panel p is at p * c_panel; depth at most kWideDepth, rows at most kWideRows.
struct WideKernels {
    using Multiply = void (*)(std::size_t rows, std::size_t depth, std::size_t panels,
                              bool start, const double* a, std::size_t lda, const double* b,
                              std::size_t b_panel, double* c, std::size_t c_row,
                              std::size_t c_panel, const Ahead& ahead);
    Multiply multiply_rows; // a(i,k) at i * lda + k
    Multiply
        multiply_panel; // a(i,k) at i + k * kPanel: the panel of a transpose; lda is not read

    // Rows of r, ld apart, into panels of (rows, kPanel).
    void (*copy_panels)(std::size_t rows, std::size_t panels, std::size_t ld, const double* r,
                        double* out);
};

} // namespace fourfold
