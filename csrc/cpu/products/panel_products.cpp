// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/products/panel_products.hpp"

#include "cpu/threads.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kPage = 512; // doubles
// A tile of the widest registers: three panels.
constexpr std::size_t kTileColumns = 3 * kPanel;
// Blocks of columns that are summed side by side.
constexpr std::size_t kColumnBlocks = 16;
// Where b is larger, blocks are fetched ahead: where it stays in the third-level cache, asking for
// lines costs more than waiting for them.
constexpr std::size_t kLeastFetchedEntries = 524288;

// n in parts of one size, at most `most`.
std::size_t even_part(std::size_t n, std::size_t most) {
    const std::size_t parts = (n + most - 1) / most;
    return (n + parts - 1) / parts;
}

// At least n rows of a panel such that the panels of a block do not all map to the same lines of the
// second-level cache, 64 KiB a way: a quarter of that to three quarters apart.
std::size_t spread(std::size_t n) {
    constexpr std::size_t kRows = 1024;
    const std::size_t rest = n % kRows;
    if (n < kRows / 2 || (rest >= kRows / 4 && rest <= 3 * kRows / 4))
        return n;
    return n - rest + (rest < kRows / 4 ? 0 : kRows) + kRows / 4;
}

} // namespace

std::size_t PanelProducts::block_size(std::size_t n, std::size_t most) {
    return rounded_up(even_part(n, most), kTileColumns);
}

std::size_t PanelProducts::block_columns(std::size_t ld) {
    const std::size_t shared_out = (ld + kColumnBlocks - 1) / kColumnBlocks;
    return block_size(ld, std::clamp(shared_out, kTileColumns, kMostColumns));
}

void PanelProducts::load(const Layout& layout, int threads) {
    layout_ = layout;
    b_rows_ = spread(layout.k2);
    fetches_ahead_ = layout.columns() > kLeastFetchedEntries;
    if (scratch_.size() < static_cast<std::size_t>(threads))
        scratch_.resize(static_cast<std::size_t>(threads));
    for (Scratch& one : scratch_) {
        one.rows.reserve(kWideRows * kWideStride);
        one.panels.reserve(kWideDepth * block_columns(layout.ld));
        one.product.reserve(kBlockRows * kStride);
    }
    at_.reserve(padded_classes() * layout.k1);
    b_.reserve(padded_classes() * b_rows_);
}

// A region of one thread may be inside another one, with the index of that.
PanelProducts::Scratch& PanelProducts::scratch() {
    return scratch_[static_cast<std::size_t>(thread_index()) % scratch_.size()];
}

void PanelProducts::copy_b(std::size_t begin, std::size_t end, const double* bt) {
    const std::size_t ky = layout_.ky;
    for (std::size_t j = begin; j < std::min(end, layout_.k2); j += kPanel) {
        const std::size_t columns = std::min(kPanel, layout_.k2 - j);
        for (std::size_t y = 0; y < ky; y += kPanel) {
            const double* from = bt + (j * ky + y * kPanel);
            double* to = b_.get() + (y * b_rows_ + j * kPanel);
            const std::size_t classes = std::min(kPanel, ky - y);
            for (std::size_t l = 0; l < columns; ++l)
                for (std::size_t c = 0; c < kPanel; ++c)
                    to[l * kPanel + c] = c < classes ? from[c * kPanel + l] : 0.0;
        }
    }
}

void PanelProducts::copy_a(std::size_t begin, std::size_t end, std::size_t first,
                           std::size_t last, const double* a) {
    for (std::size_t y = first; y < last; y += kPanel) {
        const std::size_t classes = std::min(kPanel, layout_.ky - y);
        double* to = at_.get() + (y * layout_.k1 + begin * kPanel);
        for (std::size_t i = 0; i < end - begin; ++i)
            std::copy_n(a + i * layout_.ky + y, classes, to + i * kPanel);
    }
}

// c (rows, panels) = a b in rows of kStride; a (rows, depth) with rows lda apart; b: panels of
// (depth, kPanel), b_panel apart.
void PanelProducts::multiply(std::size_t rows, std::size_t panels, std::size_t depth,
                             const double* a, std::size_t lda, const double* b,
                             std::size_t b_panel, double* c) {
    // Rows a multiple of a page apart would all map to the same lines of the first-level cache.
    const bool copied = lda % kPage == 0;
    double* copy = scratch().rows.get();
    const std::size_t step = even_part(depth, kWideDepth);
    const std::size_t groups = (rows + kWideRows - 1) / kWideRows;
    for (std::size_t k = 0; k < depth; k += step) {
        const std::size_t n = std::min(step, depth - k);
        const bool last = k + n == depth;
        // the next block of b, further down or at the top of the next panels, in as many parts
        const double* next_b = last ? b + panels * b_panel : b + (k + n) * kPanel;
        const std::size_t part = (n + groups - 1) / groups;
        for (std::size_t i = 0; i < rows; i += kWideRows) {
            const std::size_t some = std::min(kWideRows, rows - i);
            const double* from = a + i * lda + k;
            if (copied)
                for (std::size_t l = 0; l < some; ++l)
                    std::copy_n(from + l * lda, n, copy + l * kWideStride);
            Ahead ahead;
            if (fetches_ahead_) {
                const bool last_rows = i + kWideRows >= rows;
                ahead.a = !last_rows ? from + kWideRows * lda : a + (last ? 0 : k + n);
                ahead.a_step = lda;
                ahead.a_lines = n / kPanel + 1;
                ahead.b = next_b + i / kWideRows * part * kPanel;
                ahead.b_panel = b_panel;
                ahead.b_step = kPanel;
                ahead.b_lines = part;
            }
            kernels_.multiply_rows(some, n, panels, k == 0, copied ? copy : from,
                                   copied ? kWideStride : lda, b + k * kPanel, b_panel,
                                   c + i * kStride, kStride, kPanel, ahead);
        }
    }
}

void PanelProducts::sum_columns(std::size_t begin, std::size_t end, const double* r,
                                double* out) {
    const auto [k1, k2, ky, ld] = layout_;
    double* copy = scratch().panels.get();
    const std::size_t panels = (end - begin) / kPanel;
    const std::size_t step = even_part(k1, kWideDepth);
    const std::size_t groups = (ky + kWideRows - 1) / kWideRows;
    for (std::size_t i = 0; i < k1; i += step) {
        const std::size_t n = std::min(step, k1 - i);
        const std::size_t part = (n + groups - 1) / groups; // of the next rows of r
        kernels_.copy_panels(n, panels, ld, r + i * ld + begin, copy);
        for (std::size_t y = 0; y < ky; y += kWideRows) {
            const double* a = at_.get() + (y * k1 + i * kPanel);
            Ahead ahead;
            if (fetches_ahead_) {
                ahead.a = a + kWideRows * k1;
                ahead.a_step = n;
                ahead.a_lines = n / kPanel;
                ahead.b = r + (i + n + y / kWideRows * part) * ld + begin;
                ahead.b_panel = kPanel;
                ahead.b_step = ld;
                ahead.b_lines = part;
            }
            kernels_.multiply_panel(std::min(kWideRows, ky - y), n, panels, i == 0, a, 0, copy,
                                    n * kPanel, out + (begin * ky + y * kPanel), kPanel,
                                    ky * kPanel, ahead);
        }
    }
}

} // namespace fourfold
