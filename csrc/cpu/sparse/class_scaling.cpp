// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/class_scaling.hpp"

#include <algorithm>
#include <cmath>

namespace fourfold {

namespace {

// On the unit diagonal: parts of a block that hang together by less than this are left apart, to the
// sweeps.
constexpr double kLiftOfScaling = 1e-9;
// Longest step in log b.
constexpr double kLongestStep = 3.0;

} // namespace

void ClassScaling::load() {
    std::size_t cells = 0, rows = 0, width = 0;
    for (const ClassBlocks::Block& block : blocks_.blocks()) {
        cells = std::max(cells, block.rows * block.width);
        rows = std::max(rows, block.rows);
        width = std::max(width, block.width);
    }
    panels_.reserve(cells);
    row_scale_.reserve(rows);
    column_scale_.reserve(width);
    step_.reserve(width);
}

void ClassScaling::move_columns(const ClassBlocks::Block& block) {
    const std::size_t n = block.columns - 1; // the last one is pinned
    const double* const a = iterate_.a.get() + block.first_row;
    const double* const p1 = iterate_.p1.get() + block.first_row;
    const double* const p2 = iterate_.p2.get() + block.first_column;
    const double* const sums = iterate_.column_sums.get() + block.first_column;
    double* const b = iterate_.b.get() + block.first_column;
    double* const of_row = row_scale_.get();
    double* const of_column = column_scale_.get();
    double* const z = step_.get();

    for (std::size_t i = 0; i < block.rows; ++i)
        of_row[i] = a[i] / std::sqrt(p1[i]);
    // D2^-1/2, here times b; and the right-hand side in these units
    std::fill_n(of_column, block.width, 0.0);
    for (std::size_t j = 0; j < n; ++j) {
        const double mass = b[j] * sums[j];
        const double scale = mass > 0.0 ? 1.0 / std::sqrt(mass) : 0.0;
        of_column[j] = scale * b[j];
        z[j] = scale * (p2[j] - mass);
    }
    schur_.reset(n);
    for (std::size_t p = 0; p < schur_.panels(); ++p)
        kernels_.sparse.scale_to_panel(block.rows, block.width, of_row, of_column + p * kPanel,
                                       iterate_.r.get() + block.first_cell + p * kPanel,
                                       panels_.get() + p * block.rows * kPanel);
    for (std::size_t j = 0; j < n; ++j)
        schur_.row(j)[j] = 1.0 + kLiftOfScaling;
    schur_.subtract_gram(block.rows, panels_.get());
    schur_.factorise();
    schur_.solve(z);

    double longest = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
        z[j] *= b[j] > 0.0 ? of_column[j] / b[j] : 0.0;
        longest = std::max(longest, std::abs(z[j]));
    }
    const double part = longest > kLongestStep ? kLongestStep / longest : 1.0;
    for (std::size_t j = 0; j < n; ++j)
        z[j] *= part;
    kernels_.in_double.exponential(n, z, z);
    for (std::size_t j = 0; j < n; ++j)
        b[j] *= z[j];
}

} // namespace fourfold
