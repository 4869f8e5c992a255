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

// The block S[begin : begin + size, same] becomes its upper factor.
void Cholesky::factorise_diagonal_block(std::size_t begin, std::size_t size) {
    const std::size_t end = begin + size;
    for (std::size_t k = begin; k < end; ++k) {
        double* row_k = row(k);
        row_k[k] = diagonal_from(row_k[k]);
        for (std::size_t m = k + 1; m < end; ++m)
            row_k[m] /= row_k[k];
        for (std::size_t m = k + 1; m < end; ++m)
            kernels_.add_scaled(end - m, -row_k[m], row_k + m, row(m) + m);
    }
}

void Cholesky::factorise() {
    for (std::size_t i = n_; i < ld_; ++i)
        row(i)[i] = 1.0; // padding
    panels_.reserve(kBlock * ld_);
    lower_.reserve(kBlock * kBlock);
    for (std::size_t begin = 0; begin < ld_; begin += kBlock) {
        const std::size_t size = std::min(kBlock, ld_ - begin);
        factorise_diagonal_block(begin, size);
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

void Cholesky::solve(double* x) const {
    const double* s = s_.get();
    for (std::size_t k = 0; k < n_; ++k) {
        x[k] /= s[k * ld_ + k];
        kernels_.add_scaled(n_ - k - 1, -x[k], s + k * ld_ + k + 1, x + k + 1);
    }
    for (std::size_t k = n_; k-- > 0;)
        x[k] =
            (x[k] - kernels_.dot(n_ - k - 1, s + k * ld_ + k + 1, x + k + 1)) / s[k * ld_ + k];
}

} // namespace fourfold
