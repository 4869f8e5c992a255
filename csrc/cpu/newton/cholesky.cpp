// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/newton/cholesky.hpp"

#include <algorithm>

#include "core/newton/small_cholesky.hpp"
#include "cpu/threads.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kBlock = 64; // rows factorised at a time
constexpr std::size_t kSizeForThreads = 256;

} // namespace

void Cholesky::reset(std::size_t n) {
    n_ = n;
    ld_ = (n + kPanel - 1) / kPanel * kPanel;
    threads_ = n >= kSizeForThreads ? max_threads_ : 1;
    s_.reserve(ld_ * ld_);
    std::fill_n(s_.get(), ld_ * ld_, 0.0);
}

void Cholesky::subtract_gram(std::size_t depth, const double* x) {
    parallel_for(panels(), threads_, [&](std::size_t p) {
        const double* panel = x + p * depth * kPanel;
        kernels_.rank_update(depth, panels() - p, panel, panel, row(p * kPanel) + p * kPanel,
                             ld_);
    });
}

// The rows [at, at + kPanel) from column `at` on and before `end` become those of R, and what they
// subtract from the rows below is taken off these. panels: room for as many columns
void Cholesky::factorise_panel(std::size_t at, std::size_t end, double* panels) {
    double lower[kPanel * kPanel];
    for (std::size_t k = 0; k < kPanel; ++k)
        for (std::size_t m = 0; m <= k; ++m)
            lower[k * kPanel + m] = row(at + m)[at + k];
    factorise_small(kPanel, lower);
    for (std::size_t k = 0; k < kPanel; ++k)
        inverse_.get()[at + k] = 1.0 / lower[k * kPanel + k];
    for (std::size_t k = 0; k < kPanel; ++k)
        for (std::size_t m = 0; m <= k; ++m)
            row(at + m)[at + k] = lower[k * kPanel + m];
    const std::size_t first = at + kPanel;
    const std::size_t count = (end - first) / kPanel;
    for (std::size_t p = 0; p < count; ++p) {
        double* const panel = panels + p * kPanel * kPanel;
        const std::size_t column = first + p * kPanel;
        for (std::size_t k = 0; k < kPanel; ++k)
            std::copy_n(row(at + k) + column, kPanel, panel + k * kPanel);
        kernels_.substitute(kPanel, lower, panel);
        for (std::size_t k = 0; k < kPanel; ++k)
            std::copy_n(panel + k * kPanel, kPanel, row(at + k) + column);
    }
    for (std::size_t p = 0; p < count; ++p) {
        const double* const panel = panels + p * kPanel * kPanel;
        const std::size_t below = first + p * kPanel;
        kernels_.rank_update(kPanel, count - p, panel, panel, row(below) + below, ld_);
    }
}

void Cholesky::factorise() {
    for (std::size_t i = n_; i < ld_; ++i)
        row(i)[i] = 1.0; // padding
    panels_.reserve(kBlock * ld_);
    inverse_.reserve(ld_);
    lower_.reserve(kBlock * kBlock);
    for (std::size_t begin = 0; begin < ld_; begin += kBlock) {
        const std::size_t size = std::min(kBlock, ld_ - begin);
        for (std::size_t at = begin; at < begin + size; at += kPanel)
            factorise_panel(at, begin + size, panels_.get());
        double* lower = lower_.get();
        for (std::size_t k = 0; k < size; ++k)
            for (std::size_t m = 0; m <= k; ++m)
                lower[k * size + m] = row(begin + m)[begin + k];
        // the rows to the right, R12 = R11^-T S12, kept in panels for the update of the rest
        const std::size_t first = (begin + size) / kPanel;
        const std::size_t count = panels() - first;
        parallel_for(count, threads_, [&](std::size_t p) {
            double* panel = panels_.get() + p * size * kPanel;
            const std::size_t column = (first + p) * kPanel;
            for (std::size_t k = 0; k < size; ++k)
                std::copy_n(row(begin + k) + column, kPanel, panel + k * kPanel);
            kernels_.substitute(size, lower, panel);
            for (std::size_t k = 0; k < size; ++k)
                std::copy_n(panel + k * kPanel, kPanel, row(begin + k) + column);
        });
        parallel_for(count, threads_, [&](std::size_t p) {
            const double* panel = panels_.get() + p * size * kPanel;
            const std::size_t at = (first + p) * kPanel;
            kernels_.rank_update(size, count - p, panel, panel, row(at) + at, ld_);
        });
    }
}

void Cholesky::solve(double* x) {
    double* const v = right_.reserve(ld_);
    std::copy_n(x, n_, v);
    std::fill_n(v + n_, ld_ - n_, 0.0);
    for (std::size_t at = 0; at < ld_; at += kPanel) {
        const double* const s = row(at) + at;
        for (std::size_t k = 0; k < kPanel; ++k) {
            for (std::size_t m = 0; m < k; ++m)
                v[at + k] -= s[m * ld_ + k] * v[at + m];
            v[at + k] *= inverse_.get()[at + k];
        }
        kernels_.subtract_from_columns(ld_ - at - kPanel, ld_, v + at, s + kPanel,
                                       v + at + kPanel);
    }
    for (std::size_t at = ld_; at > 0;) {
        at -= kPanel;
        const double* const s = row(at) + at;
        kernels_.subtract_from_rows(ld_ - at - kPanel, ld_, s + kPanel, v + at + kPanel,
                                    v + at);
        for (std::size_t k = kPanel; k-- > 0;) {
            for (std::size_t m = k + 1; m < kPanel; ++m)
                v[at + k] -= s[k * ld_ + m] * v[at + m];
            v[at + k] *= inverse_.get()[at + k];
        }
    }
    std::copy_n(v, n_, x);
}

} // namespace fourfold
