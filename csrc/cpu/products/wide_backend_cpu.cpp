// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// What the stages of BackendCpu do otherwise where there are many classes; see WideProducts.
// In double precision only.
#include <algorithm>

#include "cpu/backend_cpu.hpp"

namespace fourfold {

// Takes all of a into the copy that the columns are summed from.
template <>
void BackendCpu<double>::copy_a() {
    if (wide_)
        for_chunks([&](std::size_t, Block rows) {
            wide_products_.copy_a(rows.begin, rows.end, 0, problem_.ky, a_.get());
        });
}

// Copies b for r b into log_bt_, which certificate() and average() fill anew; with `divide`,
// b = P2 / (r^T a) before.
template <>
void BackendCpu<double>::copy_b(bool divide) {
    const std::size_t ky = problem_.ky;
    for_column_blocks([&](std::size_t, Block columns) {
        const std::size_t first = columns.begin * ky;
        if (divide)
            kernels_.quotients(columns.size() * ky, p2t_.get() + first,
                               column_sums_.get() + first, bt_.get() + first);
        wide_products_.copy_b(columns.begin, columns.end, bt_.get(), log_bt_.get());
    });
}

// a = P1 / (r b) for a block of rows.
template <>
void BackendCpu<double>::fit_rows(Block rows) {
    const std::size_t ky = problem_.ky;
    wide_products_.for_class_strips(
        rows.size(), r_.get() + rows.begin * ld_, log_bt_.get(),
        [&](std::size_t y, std::size_t n, std::size_t stride, const double* rb) {
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const std::size_t k = (rows.begin + i) * ky + y;
                kernels_.quotients(n, problem_.p1y + k, rb + i * stride, a_.get() + k);
            }
            wide_products_.copy_a(rows.begin, rows.end, y, y + n, a_.get());
        });
}

// sum |b (r^T a) - P2|
template <>
double BackendCpu<double>::misfit() {
    const std::size_t ky = problem_.ky;
    block_misfits_.assign(
        (ld_ + wide_products_.block_columns() - 1) / wide_products_.block_columns(), 0.0);
    for_column_blocks([&](std::size_t index, Block columns) {
        const std::size_t first = columns.begin * ky;
        block_misfits_[index] = kernels_.misfit(columns.size() * ky, bt_.get() + first,
                                                column_sums_.get() + first, p2t_.get() + first);
    });
    double total = 0.0;
    for (const double of_block : block_misfits_)
        total += of_block;
    return total;
}

// sum a (r b) log a over some rows; log_a (rows, KY).
template <>
LogSums BackendCpu<double>::primal_of_rows(Block rows, const double* log_a) {
    const std::size_t ky = problem_.ky;
    LogSums total;
    for_parts(rows, [&](Block part) {
        wide_products_.for_class_strips(
            part.size(), r_.get() + part.begin * ld_, log_bt_.get(),
            [&](std::size_t y, std::size_t n, std::size_t stride, const double* rb) {
                for (std::size_t i = 0; i < part.size(); ++i) {
                    const LogSums sums = certificate_kernels_.weighted_logs(
                        n, a_.get() + (part.begin + i) * ky + y, rb + i * stride,
                        log_a + (part.begin - rows.begin + i) * ky + y);
                    total.sum += sums.sum;
                    total.magnitude += sums.magnitude;
                }
            });
    });
    return total;
}

// CertificateKernels::scan_products with M = a bt of the iterate.
template <>
ScanSums BackendCpu<double>::scan_rows(Block rows, double* row_max, double* column_max) {
    std::fill_n(row_max, rows.size(), 0.0);
    ScanSums total;
    for_parts(rows, [&](Block part) {
        wide_products_.for_strips(
            part.size(), a_.get() + part.begin * problem_.ky, bt_.get(),
            [&](std::size_t j, std::size_t n, std::size_t stride, const double* m) {
                const ScanSums sums = certificate_kernels_.scan_stored(
                    part.size(), n, stride, m, ld_, r_.get() + part.begin * ld_ + j,
                    row_max + (part.begin - rows.begin), column_max + j);
                total.r_m_log_m += sums.r_m_log_m;
                total.magnitude += sums.magnitude;
            });
    });
    return total;
}

// CertificateKernels::product_maxima; a at the first row.
template <>
void BackendCpu<double>::maxima_of_rows(Block rows, const double* a, const double* bt,
                                        double* row_max, double* column_max) {
    std::fill_n(row_max, rows.size(), 0.0);
    for_parts(rows, [&](Block part) {
        const std::size_t first = part.begin - rows.begin;
        wide_products_.for_strips(
            part.size(), a + first * problem_.ky, bt,
            [&](std::size_t j, std::size_t n, std::size_t stride, const double* m) {
                certificate_kernels_.stored_maxima(part.size(), n, stride, m, row_max + first,
                                                   column_max + j);
            });
    });
}

} // namespace fourfold
