// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/backend_cpu.hpp"

#include <algorithm>
#include <cmath>

#include "core/information.hpp"
#include "cpu/dispatch.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kBlockColumns = 64;
// A thread must have this many multiply-adds in a product, about 40 microseconds: less is lost
// to waking it, and on a busy machine a region waits for whichever thread was descheduled.
constexpr double kWorkPerThread = 250e3;
constexpr double kTiny = 1e-300;

std::size_t pad(std::size_t n) {
    return (n + kPadding - 1) / kPadding * kPadding;
}

void marginal_of_source(const double* p, std::size_t states, std::size_t ky,
                        std::vector<double>& out) {
    out.resize(states);
    for (std::size_t i = 0; i < states; ++i) {
        out[i] = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            out[i] += p[i * ky + y];
    }
}

} // namespace

BackendCpu::BackendCpu(int threads, StopCheck& stop)
    : kernels_(kernels()), stop_(stop), max_threads_(threads) {}

void BackendCpu::load(const Problem& problem) {
    problem_ = problem;
    const auto [k1, k2, ky, p1y, p2y] = problem;
    ld_ = pad(k2);
    row_blocks_ = (k1 + kBlockRows - 1) / kBlockRows;
    const double work = static_cast<double>(k1) * static_cast<double>(ld_ * ky);
    threads_ =
        std::clamp(static_cast<int>(std::min(work / kWorkPerThread, 1e6)), 1, max_threads_);

    r_.reserve(k1 * ld_);
    x_.reserve(k1 * ld_);
    x_prev_.reserve(k1 * ld_);
    a_.reserve(k1 * ky);
    bt_.reserve(ky * ld_);
    p2t_.reserve(ky * ld_);
    column_sums_.reserve(ky * ld_);
    block_column_max_.reserve(row_blocks_ * ld_);
    log_a_.reserve(k1 * ky);
    log_bt_.reserve(ky * ld_);
    mean_log_a_.reserve(k1 * ky);
    mean_log_bt_.reserve(ky * ld_);
    row_products_.reserve(k1 * ky);
    row_max_.reserve(k1);
    step_sums_.resize(row_blocks_);
    block_terms_.resize(row_blocks_);
    class_sums_.resize(ky);

    marginal_of_source(p1y, k1, ky, p1_);
    marginal_of_source(p2y, k2, ky, p2_);
    entropy_y_ = entropy_of_target(p1y, k1, ky);

    std::fill_n(p2t_.get(), ky * ld_, 0.0);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            p2t_.get()[y * ld_ + j] = p2y[j * ky + y];

    // x = log(P1 diag(1 / p(y)) P2^T), as one step from x = 0 with those two factors
    std::fill(class_sums_.begin(), class_sums_.end(), 0.0);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            class_sums_[y] += p1y[i * ky + y];
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            a_.get()[i * ky + y] = p1y[i * ky + y] / class_sums_[y];
    for_row_blocks([&](std::size_t, Block rows) {
        double* x = x_.get() + rows.begin * ld_;
        double* x_prev = x_prev_.get() + rows.begin * ld_;
        double* r = r_.get() + rows.begin * ld_;
        std::fill_n(x, rows.size() * ld_, 0.0);
        std::fill_n(x_prev, rows.size() * ld_, 0.0);
        std::fill_n(r, rows.size() * ld_, 1.0);
        kernels_.multiply(rows.size(), ld_, problem_.ky, a_.get() + rows.begin * problem_.ky,
                          p2t_.get(), r, x_prev, x);
        std::copy_n(x, rows.size() * ld_, x_prev);
    });
    for (std::size_t k = 0; k < k1 * ky; ++k)
        a_.get()[k] = p1y[k] > 0.0 ? 1.0 : 0.0;
}

// column_sums = (r^T a)^T
void BackendCpu::sum_columns() {
    const std::size_t blocks = (ld_ + kBlockColumns - 1) / kBlockColumns;
    parallel_for(blocks, threads_, [&](std::size_t index) {
        if (stop_.requested())
            return;
        const std::size_t begin = index * kBlockColumns;
        kernels_.column_products(problem_.k1, ld_, problem_.ky, begin,
                                 std::min(ld_, begin + kBlockColumns), r_.get(), a_.get(),
                                 column_sums_.get());
    });
    if (stop_.requested())
        throw Interrupted();
}

void BackendCpu::extrapolate(double weight) {
    for_row_blocks([&](std::size_t, Block rows) {
        const std::size_t k = rows.begin * ld_;
        kernels_.extrapolate(rows.size() * ld_, weight, x_.get() + k, x_prev_.get() + k,
                             r_.get() + k);
    });
    sum_columns();
}

double BackendCpu::sweep() {
    const std::size_t ky = problem_.ky;
    double* bt = bt_.get();
    const double* p2t = p2t_.get();
    const double* sums = column_sums_.get();
    for (std::size_t k = 0; k < ky * ld_; ++k)
        bt[k] = p2t[k] / std::max(sums[k], kTiny);
    for_row_blocks([&](std::size_t, Block rows) {
        double* a = a_.get() + rows.begin * ky;
        const double* p1y = problem_.p1y + rows.begin * ky;
        kernels_.row_products(rows.size(), ld_, ky, r_.get() + rows.begin * ld_, bt, a);
        for (std::size_t k = 0; k < rows.size() * ky; ++k)
            a[k] = p1y[k] / std::max(a[k], kTiny);
    });
    sum_columns();
    double violation = 0.0;
    for (std::size_t y = 0; y < ky; ++y) {
        double of_class = 0.0;
        for (std::size_t k = y * ld_; k < (y + 1) * ld_; ++k)
            of_class += std::abs(bt[k] * sums[k] - p2t[k]);
        violation += of_class;
    }
    return violation;
}

Step BackendCpu::multiply() {
    const std::size_t ky = problem_.ky;
    for_row_blocks([&](std::size_t index, Block rows) {
        const std::size_t k = rows.begin * ld_;
        step_sums_[index] =
            kernels_.multiply(rows.size(), ld_, ky, a_.get() + rows.begin * ky, bt_.get(),
                              r_.get() + k, x_prev_.get() + k, x_.get() + k);
    });
    Step step;
    for (const StepSums& sums : step_sums_) {
        step.change += sums.change;
        step.alignment += sums.alignment;
    }
    return step;
}

} // namespace fourfold
