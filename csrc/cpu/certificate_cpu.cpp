// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The stages of BackendCpu that are not part of a step: the certificate and reading the
// factors.
#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.hpp"

namespace fourfold {

void BackendCpu::shrink() {
    kernels_.shrink(problem_.ky * ld_, p2t_.get(), column_sums_.get(), bt_.get());
}

// sum_i p(i) log maxima(i) over n states; the maxima become their logarithms.
void BackendCpu::add_shift(std::size_t n, const double* p, double* maxima, double& shift,
                           CertificateTerms& terms) const {
    kernels_.log_or_zero(n, maxima, maxima);
    const LogSums sums = kernels_.weighted_logs(n, p, nullptr, maxima);
    shift += sums.sum;
    terms.magnitude += sums.magnitude;
}

// What the logarithms of a factor add: sum p log, and where `sums` is given sum factor sums log.
void BackendCpu::add_logs(std::size_t n, const double* p, const double* factor,
                          const double* sums, const double* log,
                          CertificateTerms& terms) const {
    const LogSums dual = kernels_.weighted_logs(n, p, nullptr, log);
    terms.dual += dual.sum;
    terms.magnitude += dual.magnitude;
    if (sums == nullptr)
        return;
    const LogSums primal = kernels_.weighted_logs(n, factor, sums, log);
    terms.primal += primal.sum;
    terms.magnitude += primal.magnitude;
}

// Adds the terms of the chunks of rows, and both ways to make (a, b) feasible.
void BackendCpu::add_chunks(CertificateTerms& terms) {
    double* column_max = chunk_column_max_.get();
    for (std::size_t chunk = 0; chunk < chunks_; ++chunk) {
        const CertificateTerms& of_chunk = chunk_terms_[chunk];
        terms.dual += of_chunk.dual;
        terms.primal += of_chunk.primal;
        terms.row_shift += of_chunk.row_shift;
        terms.magnitude += of_chunk.magnitude;
        for (std::size_t j = 0; j < problem_.k2; ++j)
            column_max[j] = std::max(column_max[j], column_max[chunk * ld_ + j]);
    }
    add_shift(problem_.k2, p2_.data(), column_max, terms.column_shift, terms);
}

Bounds BackendCpu::certificate() {
    const std::size_t ky = problem_.ky;
    CertificateTerms terms;
    kernels_.log_or_zero(ky * ld_, bt_.get(), log_bt_.get());
    add_logs(ky * ld_, p2t_.get(), bt_.get(), column_sums_.get(), log_bt_.get(), terms);
    if (wide_)
        copy_b(false); // log_bt_ is not needed any more
    for_chunks([&](std::size_t index, Block rows) {
        const std::size_t n = rows.size() * ky;
        const double* r = r_.get() + rows.begin * ld_;
        const double* a = a_.get() + rows.begin * ky;
        double* log_a = log_a_.get() + rows.begin * ky;
        double* row_max = row_max_.get() + rows.begin;
        double* column_max = chunk_column_max_.get() + index * ld_;

        kernels_.log_or_zero(n, a, log_a);
        std::fill_n(column_max, ld_, 0.0);
        CertificateTerms chunk;
        ScanSums scan;
        if (wide_) {
            add_logs(n, problem_.p1y + rows.begin * ky, nullptr, nullptr, log_a, chunk);
            const LogSums primal = primal_of_rows(rows, log_a);
            chunk.primal += primal.sum;
            chunk.magnitude += primal.magnitude;
            scan = scan_rows(rows, row_max, column_max);
        } else {
            double* rb = row_products_.get() + rows.begin * ky;
            kernels_.row_products(rows.size(), ld_, ky, r, bt_.get(), rb);
            scan = kernels_.scan_products(rows.size(), ld_, ky, a, bt_.get(), r, row_max,
                                          column_max);
            add_logs(n, problem_.p1y + rows.begin * ky, a, rb, log_a, chunk);
        }
        add_shift(rows.size(), p1_.data() + rows.begin, row_max, chunk.row_shift, chunk);
        chunk.primal -= scan.r_m_log_m;
        chunk.magnitude += scan.magnitude;
        chunk_terms_[index] = chunk;
    });
    add_chunks(terms);
    return bounds_from(terms, entropy_y_);
}

void BackendCpu::average(double weight) {
    const auto move = [weight](std::size_t n, const double* to, double* mean) {
        for (std::size_t k = 0; k < n; ++k)
            mean[k] = weight < 1.0 ? mean[k] + weight * (to[k] - mean[k]) : to[k];
    };
    const std::size_t rows = problem_.k1 * problem_.ky;
    const std::size_t columns = problem_.ky * ld_;
    kernels_.log_or_zero(rows, a_.get(), log_a_.get());
    kernels_.log_or_zero(columns, bt_.get(), log_bt_.get());
    move(rows, log_a_.get(), mean_log_a_.get());
    move(columns, log_bt_.get(), mean_log_bt_.get());
}

double BackendCpu::averaged_lower() {
    const std::size_t ky = problem_.ky;
    // the logarithms of the iterate are not needed any more: its factors' means take their place
    double* mean_a = log_a_.get();
    double* mean_bt = log_bt_.get();
    kernels_.exp_where(ky * ld_, p2t_.get(), mean_log_bt_.get(), mean_bt);
    CertificateTerms terms;
    add_logs(ky * ld_, p2t_.get(), nullptr, nullptr, mean_log_bt_.get(), terms);
    for_chunks([&](std::size_t index, Block rows) {
        const std::size_t first = rows.begin * ky;
        const std::size_t n = rows.size() * ky;
        const double* p1y = problem_.p1y + first;
        const double* mean_log_a = mean_log_a_.get() + first;
        double* row_max = row_max_.get() + rows.begin;
        double* column_max = chunk_column_max_.get() + index * ld_;
        kernels_.exp_where(n, p1y, mean_log_a, mean_a + first);
        std::fill_n(column_max, ld_, 0.0);
        if (wide_)
            maxima_of_rows(rows, mean_a + first, mean_bt, row_max, column_max);
        else
            kernels_.product_maxima(rows.size(), ld_, ky, mean_a + first, mean_bt, row_max,
                                    column_max);
        CertificateTerms chunk;
        add_logs(n, p1y, nullptr, nullptr, mean_log_a, chunk);
        add_shift(rows.size(), p1_.data() + rows.begin, row_max, chunk.row_shift, chunk);
        chunk_terms_[index] = chunk;
    });
    add_chunks(terms);
    return lower_from(terms, entropy_y_);
}

void BackendCpu::factors(const Factors& out) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            out.log_r[i * k2 + j] = std::log(r_.get()[i * ld_ + j]);
    std::copy_n(a_.get(), k1 * ky, out.a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            out.b[j * ky + y] = bt_.get()[at(y, j)];
}

void BackendCpu::assign(const Factors& in) {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    std::fill_n(x_.get(), k1 * ld_, kLogFloor);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            x_.get()[i * ld_ + j] = std::max(in.log_r[i * k2 + j], kLogFloor);
    std::copy_n(x_.get(), k1 * ld_, x_prev_.get());
    std::copy_n(in.a, k1 * ky, a_.get());
    std::fill_n(bt_.get(), ky * ld_, 0.0);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            bt_.get()[at(y, j)] = in.b[j * ky + y];
    copy_a();
    set_r();
}

} // namespace fourfold
