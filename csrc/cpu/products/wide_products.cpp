// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/products/wide_products.hpp"

#include <algorithm>
#include <atomic>

namespace fourfold {

namespace {

// From here on the wide products are faster.
constexpr std::size_t kLeastClasses = 48;

std::atomic<ProductKind> selected{ProductKind::kAuto};

} // namespace

void select_products(ProductKind kind) {
    selected.store(kind);
}

bool WideProducts::pay(const Problem& problem) {
    const auto [k1, k2, ky, ld] = layout_of<double>(problem);
    const ProductKind kind = selected.load();
    if (kind != ProductKind::kAuto)
        return kind == ProductKind::kWide && k1 > 0 && ld > 0 && ky > 0;
    return ky >= kLeastClasses && k1 >= kLeastClasses && ld >= kLeastClasses;
}

void WideProducts::load(const Layout& layout) {
    layout_ = layout;
    panels_.load(layout, blocks_.threads());
    misfits_.resize(blocks_.column_blocks());
}

void WideProducts::take_a(const double* a) {
    blocks_.for_chunks([&](std::size_t, Block rows) {
        panels_.copy_a(rows.begin, rows.end, 0, layout_.ky, a + rows.begin * layout_.ky);
    });
}

void WideProducts::take_b(const double* bt) {
    blocks_.for_column_blocks(
        [&](std::size_t, Block columns) { panels_.copy_b(columns.begin, columns.end, bt); });
}

void WideProducts::fit_columns(const double* p2t, const double* sums, double* bt) {
    blocks_.for_column_blocks([&](std::size_t, Block columns) {
        const std::size_t first = columns.begin * layout_.ky;
        kernels_.quotients(columns.size() * layout_.ky, p2t + first, sums + first, bt + first);
        panels_.copy_b(columns.begin, columns.end, bt);
    });
}

void WideProducts::fit_rows(Block rows, const double* r, const double*, const double* p1y,
                            double* a) {
    const std::size_t ky = layout_.ky;
    panels_.for_class_strips(
        rows.size(), r,
        [&](std::size_t y, std::size_t n, std::size_t stride, const double* rb) {
            for (std::size_t i = 0; i < rows.size(); ++i)
                kernels_.quotients(n, p1y + i * ky + y, rb + i * stride, a + i * ky + y);
            panels_.copy_a(rows.begin, rows.end, y, y + n, a);
        });
}

void WideProducts::weigh_rows(const ScalingKernels<double>& scaling, Block rows,
                              const double* r, const double*, const double* p1y,
                              const double* a, double* out) {
    const std::size_t ky = layout_.ky;
    panels_.for_class_strips(
        rows.size(), r,
        [&](std::size_t y, std::size_t n, std::size_t stride, const double* rx) {
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const std::size_t k = i * ky + y;
                std::copy_n(rx + i * stride, n, out + k);
                scaling.weigh(n, p1y + k, a + k, out + k);
            }
            panels_.copy_a(rows.begin, rows.end, y, y + n, out);
        });
}

double WideProducts::misfit(const double* bt, const double* sums, const double* p2t) {
    blocks_.for_column_blocks([&](std::size_t index, Block columns) {
        const std::size_t first = columns.begin * layout_.ky;
        misfits_[index] =
            kernels_.misfit(columns.size() * layout_.ky, bt + first, sums + first, p2t + first);
    });
    double total = 0.0;
    for (const double of_block : misfits_)
        total += of_block;
    return total;
}

StepSums WideProducts::step(Block rows, double power, double weight, const double* a,
                            const double* bt, double* x, double* x_prev, double* r) {
    StepSums total;
    panels_.for_strips(rows.size(), a, bt,
                       [&](std::size_t j, std::size_t n, std::size_t stride, const double* m) {
                           const StepSums sums =
                               kernels_.step_stored(rows.size(), n, stride, m, layout_.ld,
                                                    power, weight, x + j, x_prev + j, r + j);
                           total.change += sums.change;
                           total.alignment += sums.alignment;
                       });
    return total;
}

LogSums WideProducts::primal(Block rows, const double* r, const double*, const double* a,
                             const double* log_a) {
    LogSums total;
    blocks_.for_parts(rows, [&](Block part) {
        const std::size_t first = part.begin - rows.begin;
        panels_.for_class_strips(
            part.size(), r + first * layout_.ld,
            [&](std::size_t y, std::size_t n, std::size_t stride, const double* rb) {
                for (std::size_t i = 0; i < part.size(); ++i) {
                    const std::size_t k = (first + i) * layout_.ky + y;
                    const LogSums sums = certificate_kernels_.weighted_logs(
                        n, a + k, rb + i * stride, log_a + k);
                    total.sum += sums.sum;
                    total.magnitude += sums.magnitude;
                }
            });
    });
    return total;
}

ScanSums WideProducts::scan(Block rows, const double* r, const double* a, const double* bt,
                            double* row_max, double* column_max) {
    std::fill_n(row_max, rows.size(), 0.0);
    ScanSums total;
    blocks_.for_parts(rows, [&](Block part) {
        const std::size_t first = part.begin - rows.begin;
        panels_.for_strips(
            part.size(), a + first * layout_.ky, bt,
            [&](std::size_t j, std::size_t n, std::size_t stride, const double* m) {
                const ScanSums sums = certificate_kernels_.scan_stored(
                    part.size(), n, stride, m, layout_.ld, r + first * layout_.ld + j,
                    row_max + first, column_max + j);
                total.r_m_log_m += sums.r_m_log_m;
                total.magnitude += sums.magnitude;
            });
    });
    return total;
}

void WideProducts::maxima(Block rows, const double* a, const double* bt, double* row_max,
                          double* column_max) {
    std::fill_n(row_max, rows.size(), 0.0);
    blocks_.for_parts(rows, [&](Block part) {
        const std::size_t first = part.begin - rows.begin;
        panels_.for_strips(
            part.size(), a + first * layout_.ky, bt,
            [&](std::size_t j, std::size_t n, std::size_t stride, const double* m) {
                certificate_kernels_.stored_maxima(part.size(), n, stride, m, row_max + first,
                                                   column_max + j);
            });
    });
}

} // namespace fourfold
