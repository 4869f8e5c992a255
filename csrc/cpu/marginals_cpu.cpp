// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/marginals_cpu.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cpu/dispatch.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// Masses beyond these are divided by the largest of their table: sums could leave the range.
constexpr double kLeastLargest = 1e-100;
constexpr double kMostLargest = 1e100;
// Reduces one table after another, with buffers that are kept between them.
class TableReducer {
public:
    TableReducer(std::size_t k1, std::size_t k2, std::size_t ky)
        : kernels_(kernels()), k1_(k1), k2_(k2), ky_(ky), pairs_(k2), classes_(ky),
          logs_(k2 * ky), sum_scratch_(ky * kPadding) {}

    // c (K1, K2, KY); p1y (K1, KY), p2y (K2, KY)
    TableReport reduce(const double* c, double* p1y, double* p2y) {
        TableReport report;
        const MassScan entries = kernels_.table.scan(k1_ * k2_ * ky_, c);
        report.valid = entries.valid && entries.largest > 0.0;
        report.whole = entries.whole;
        if (!report.valid)
            return report;
        const bool in_range =
            entries.largest >= kLeastLargest && entries.largest <= kMostLargest;
        const double unit = in_range ? 1.0 : entries.largest;
        std::fill_n(p1y, k1_ * ky_, 0.0);
        std::fill_n(p2y, k2_ * ky_, 0.0);
        double information = 0.0; // sum c log c - sum c12 log c12 at first
        for (std::size_t i = 0; i < k1_; ++i) {
            const double* row = row_in_units(c + i * k2_ * ky_, unit);
            kernels_.table.add(k2_ * ky_, row, p2y);
            kernels_.table.sum_row(k2_, ky_, row, pairs_.data(), p1y + i * ky_,
                                   sum_scratch_.data());
            information += sum_x_log_x(k2_ * ky_, row) - sum_x_log_x(k2_, pairs_.data());
        }
        std::fill(classes_.begin(), classes_.end(), 0.0);
        for (std::size_t i = 0; i < k1_; ++i)
            for (std::size_t y = 0; y < ky_; ++y)
                classes_[y] += p1y[i * ky_ + y];
        double total = 0.0;
        for (const double of_class : classes_)
            total += of_class;
        information -= sum_x_log_x(ky_, classes_.data());
        report.joint_information = std::max(information / total + std::log(total), 0.0);
        report.total = total * unit;
        for (std::size_t k = 0; k < k1_ * ky_; ++k)
            p1y[k] /= total;
        for (std::size_t k = 0; k < k2_ * ky_; ++k)
            p2y[k] /= total;
        return report;
    }

private:
    // row (K2, KY)
    const double* row_in_units(const double* row, double unit) {
        if (unit == 1.0)
            return row;
        scaled_.resize(k2_ * ky_);
        for (std::size_t k = 0; k < k2_ * ky_; ++k)
            scaled_[k] = row[k] / unit;
        return scaled_.data();
    }

    // x (n), n at most K2 KY
    double sum_x_log_x(std::size_t n, const double* x) {
        kernels_.in_double.log_or_zero(n, x, logs_.data());
        return kernels_.certificate.weighted_logs(n, x, nullptr, logs_.data()).sum;
    }

    const KernelTable& kernels_;
    std::size_t k1_, k2_, ky_;
    std::vector<double> pairs_, classes_, logs_, sum_scratch_, scaled_;
};

} // namespace

void reduce_tables(std::size_t count, std::size_t k1, std::size_t k2, std::size_t ky,
                   const double* c, double* p1y, double* p2y, TableReport* reports,
                   int num_threads, Interrupt& interrupt) {
    // tables for each piece of work, so that the buffers and the region cost little
    constexpr std::size_t kEntriesTogether = 65536;
    const std::size_t entries = k1 * k2 * ky;
    const std::size_t together = std::max<std::size_t>(kEntriesTogether / entries, 1);
    StopCheck stop(interrupt);
    parallel_for((count + together - 1) / together, effective_threads(num_threads),
                 [&](std::size_t piece) {
                     TableReducer reducer(k1, k2, ky);
                     const std::size_t end = std::min(count, (piece + 1) * together);
                     for (std::size_t n = piece * together; n < end && !stop.requested(); ++n)
                         reports[n] = reducer.reduce(c + n * entries, p1y + n * k1 * ky,
                                                     p2y + n * k2 * ky);
                 });
    if (stop.requested())
        throw Interrupted();
}

} // namespace fourfold
