// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/wide_products.hpp"

#include <atomic>

#include "cpu/threads.hpp"

namespace fourfold {

namespace {

// A tile of the widest registers: three panels.
constexpr std::size_t kTileColumns = 3 * kPanel;
// Blocks of columns that are summed side by side.
constexpr std::size_t kColumnBlocks = 16;
// From here on the wide products are faster.
constexpr std::size_t kLeastClasses = 48;

std::atomic<ProductKind> selected{ProductKind::kAuto};

// n in parts of one size, at most `most`.
std::size_t even_part(std::size_t n, std::size_t most) {
    const std::size_t parts = (n + most - 1) / most;
    return (n + parts - 1) / parts;
}

} // namespace

void select_products(ProductKind kind) {
    selected.store(kind);
}

bool WideProducts::pays(std::size_t k1, std::size_t ld, std::size_t ky) {
    const ProductKind kind = selected.load();
    if (kind != ProductKind::kAuto)
        return kind == ProductKind::kWide && k1 > 0 && ld > 0 && ky > 0;
    return ky >= kLeastClasses && k1 >= kLeastClasses && ld >= kLeastClasses;
}

std::size_t WideProducts::block_size(std::size_t n, std::size_t most) {
    return (even_part(n, most) + kTileColumns - 1) / kTileColumns * kTileColumns;
}

void WideProducts::load(const WideKernels& kernels, std::size_t k1, std::size_t k2,
                        std::size_t ld, std::size_t ky, int threads) {
    kernels_ = &kernels;
    k1_ = k1;
    k2_ = k2;
    ld_ = ld;
    ky_ = ky;
    const std::size_t shared_out = (ld + kColumnBlocks - 1) / kColumnBlocks;
    block_columns_ = block_size(ld, std::clamp(shared_out, kTileColumns, kMostColumns));
    if (scratch_.size() < static_cast<std::size_t>(threads))
        scratch_.resize(static_cast<std::size_t>(threads));
    for (Scratch& one : scratch_) {
        one.rows.reserve(kWideRows * kWideStride);
        one.panels.reserve(kWideDepth * block_columns_);
        one.product.reserve(kBlockRows * kStride);
    }
    at_.reserve(padded_classes() * k1);
}

// A region of one thread may be inside another one, with the index of that.
WideProducts::Scratch& WideProducts::scratch() {
    return scratch_[static_cast<std::size_t>(thread_index()) % scratch_.size()];
}

void WideProducts::copy_b(std::size_t begin, std::size_t end, const double* bt,
                          double* b) const {
    for (std::size_t j = begin; j < std::min(end, k2_); j += kPanel) {
        const std::size_t columns = std::min(kPanel, k2_ - j);
        for (std::size_t y = 0; y < ky_; y += kPanel) {
            const double* from = bt + (j * ky_ + y * kPanel);
            double* to = b + (y * k2_ + j * kPanel);
            const std::size_t classes = std::min(kPanel, ky_ - y);
            for (std::size_t l = 0; l < columns; ++l)
                for (std::size_t c = 0; c < kPanel; ++c)
                    to[l * kPanel + c] = c < classes ? from[c * kPanel + l] : 0.0;
        }
    }
}

void WideProducts::copy_a(std::size_t begin, std::size_t end, std::size_t first,
                          std::size_t last, const double* a) {
    for (std::size_t y = first; y < last; y += kPanel) {
        const std::size_t classes = std::min(kPanel, ky_ - y);
        double* to = at_.get() + y * k1_;
        for (std::size_t i = begin; i < end; ++i)
            std::copy_n(a + i * ky_ + y, classes, to + i * kPanel);
    }
}

// c (rows, panels) = a b in rows of kStride; a (rows, depth) with rows lda apart; b: panels of
// (depth, kPanel), b_panel apart.
void WideProducts::multiply(std::size_t rows, std::size_t panels, std::size_t depth,
                            const double* a, std::size_t lda, const double* b,
                            std::size_t b_panel, double* c) {
    double* copy = scratch().rows.get();
    const std::size_t step = even_part(depth, kWideDepth);
    for (std::size_t k = 0; k < depth; k += step) {
        const std::size_t n = std::min(step, depth - k);
        for (std::size_t i = 0; i < rows; i += kWideRows) {
            const std::size_t some = std::min(kWideRows, rows - i);
            for (std::size_t l = 0; l < some; ++l)
                std::copy_n(a + (i + l) * lda + k, n, copy + l * kWideStride);
            kernels_->multiply_rows(some, n, panels, k == 0, copy, b + k * kPanel, b_panel,
                                    c + i * kStride, kStride, kPanel);
        }
    }
}

void WideProducts::sum_columns(std::size_t begin, std::size_t end, const double* r,
                               double* out) {
    double* copy = scratch().panels.get();
    const std::size_t panels = (end - begin) / kPanel;
    const std::size_t step = even_part(k1_, kWideDepth);
    for (std::size_t i = 0; i < k1_; i += step) {
        const std::size_t n = std::min(step, k1_ - i);
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t p = 0; p < panels; ++p)
                std::copy_n(r + (i + k) * ld_ + begin + p * kPanel, kPanel,
                            copy + (p * n + k) * kPanel);
        for (std::size_t y = 0; y < ky_; y += kWideRows)
            kernels_->multiply_panel(std::min(kWideRows, ky_ - y), n, panels, i == 0,
                                     at_.get() + (y * k1_ + i * kPanel), copy, n * kPanel,
                                     out + (begin * ky_ + y * kPanel), kPanel, ky_ * kPanel);
    }
}

} // namespace fourfold
