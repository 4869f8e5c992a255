// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/newton_kernels.hpp"

namespace fourfold {

// The most that a block of a product is deep: eight rows of a of this length take half of the
// first-level cache.
inline constexpr std::size_t kWideDepth = 256;
// Distance of these rows in their copy; no power of two, or all would map to the same cache lines.
inline constexpr std::size_t kWideStride = kWideDepth + kPanel;
// Rows that a call takes at most.
inline constexpr std::size_t kWideRows = 8;

// One block of a product c = a b for one instruction set: c(i,:) = sum_k a(i,k) b(k,:), added to what
// is there unless `start`.  b: `panels` panels of (depth, kPanel), b_panel apart; c: rows c_row
// apart, of which panel p is at p * c_panel; depth at most kWideDepth, rows at most kWideRows.
struct WideKernels {
    // a(i,k) at i * kWideStride + k
    void (*multiply_rows)(std::size_t rows, std::size_t depth, std::size_t panels, bool start,
                          const double* a, const double* b, std::size_t b_panel, double* c,
                          std::size_t c_row, std::size_t c_panel);
    // a(i,k) at i + k * kPanel: the panel of a transpose
    void (*multiply_panel)(std::size_t rows, std::size_t depth, std::size_t panels, bool start,
                           const double* a, const double* b, std::size_t b_panel, double* c,
                           std::size_t c_row, std::size_t c_panel);
};

} // namespace fourfold
