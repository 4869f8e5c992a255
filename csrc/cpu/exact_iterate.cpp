// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/exact_iterate.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kPanelRows = 64; // of r that refit() widens at a time

} // namespace

void ExactCopy::load(const Layout& layout) {
    layout_ = layout;
    products_.load(layout);
    in_range_ = true;
    a_.reserve(layout.rows());
    bt_.reserve(layout.columns());
    column_sums_.reserve(layout.columns());
    scratch_size_ =
        std::max(blocks_.block_rows() * layout.ld,
                 (kPanelRows + layout.ky) * ThinProducts<float>::block_columns(layout));
    scratch_.reserve(static_cast<std::size_t>(blocks_.threads()) * scratch_size_);
}

// Room for part of r in double precision, for the thread that asks.
double* ExactCopy::scratch() {
    // with one thread of its own, this may run on any thread of a batch
    const int thread = blocks_.threads() == 1 ? 0 : thread_index();
    return scratch_.get() + static_cast<std::size_t>(thread) * scratch_size_;
}

// r of a block of rows in double precision, (rows, ld).
const double* ExactCopy::widened(Block rows) {
    double* const wide = scratch();
    std::copy_n(iterate_.r.get() + rows.begin * layout_.ld, rows.size() * layout_.ld, wide);
    return wide;
}

// a = P1 / (r b), and the column sums r^T a. Sums are over blocks in order.
void ExactCopy::refit() {
    in_range_ = true;
    for (std::size_t k = 0; k < layout_.columns(); ++k) {
        const float b = iterate_.bt.get()[k];
        bt_.get()[k] = b;
        const bool positive = b >= kTinyOf<float> && b <= 1.0f / kTinyOf<float>;
        in_range_ = in_range_ && (positive || p2t()[k] == 0.0);
    }
    blocks_.for_row_blocks([this](std::size_t, Block rows) {
        const std::size_t first = rows.begin * layout_.ky;
        products_.fit_rows(rows, widened(rows), bt_.get(), p1y() + first, a_.get() + first);
    });
    // blocks of columns, widened a panel of rows at a time
    blocks_.for_column_blocks([this](std::size_t, Block columns) {
        const std::size_t width = columns.size();
        double* const panel = scratch();
        double* const sums = panel + kPanelRows * width;
        for (std::size_t i = 0; i < layout_.k1; i += kPanelRows) {
            const std::size_t rows = std::min(kPanelRows, layout_.k1 - i);
            for (std::size_t k = 0; k < rows; ++k)
                std::copy_n(iterate_.r.get() + (i + k) * layout_.ld + columns.begin, width,
                            panel + k * width);
            kernels_.column_products(rows, width, layout_.ky, 0, width, i == 0, panel,
                                     a_.get() + i * layout_.ky, sums);
        }
        for (std::size_t y = 0; y < layout_.ky; ++y)
            std::copy_n(sums + y * width, width,
                        column_sums_.get() + y * layout_.ld + columns.begin);
    });
}

} // namespace fourfold
