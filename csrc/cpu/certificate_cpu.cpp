// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The stages of BackendCpu that are not part of a step: the certificate and reading the
// factors.
#include <algorithm>
#include <cmath>

#include "cpu/backend_cpu.hpp"

namespace fourfold {

namespace {

// sum_i p(i) log max_j M(i,j) of a chunk of rows. p1, row_max (rows)
void add_row_shift(std::size_t rows, const double* p1, const double* row_max,
                   CertificateTerms& chunk) {
    for (std::size_t i = 0; i < rows; ++i) {
        const double shift = p1[i] * std::log(row_max[i]);
        chunk.row_shift += shift;
        chunk.magnitude += std::abs(shift);
    }
}

} // namespace

void BackendCpu::shrink() {
    double* bt = bt_.get();
    const double* p2t = p2t_.get();
    const double* sums = column_sums_.get();
    for (std::size_t k = 0; k < problem_.ky * ld_; ++k)
        if (bt[k] * sums[k] > p2t[k])
            bt[k] = p2t[k] / sums[k];
}

// The terms that b adds: sum P2 log b and sum q2 log b.
CertificateTerms BackendCpu::column_terms() {
    CertificateTerms terms;
    const double* bt = bt_.get();
    const double* p2t = p2t_.get();
    const double* sums = column_sums_.get();
    const double* log_bt = log_bt_.get();
    kernels_.log_or_zero(problem_.ky * ld_, bt, log_bt_.get());
    for (std::size_t y = 0; y < problem_.ky; ++y) {
        double dual = 0.0, primal = 0.0, magnitude = 0.0;
        for (std::size_t k = y * ld_; k < (y + 1) * ld_; ++k) {
            dual += p2t[k] * log_bt[k];
            primal += bt[k] * sums[k] * log_bt[k];
            magnitude += 2.0 * p2t[k] * std::abs(log_bt[k]);
        }
        terms.dual += dual;
        terms.primal += primal;
        terms.magnitude += magnitude;
    }
    return terms;
}

// Adds the terms of the chunks of rows, and both ways to make (a, b) feasible.
void BackendCpu::add_shifts(CertificateTerms& terms) const {
    for (const CertificateTerms& chunk : chunk_terms_) {
        terms.dual += chunk.dual;
        terms.primal += chunk.primal;
        terms.row_shift += chunk.row_shift;
        terms.magnitude += chunk.magnitude;
    }
    for (std::size_t j = 0; j < problem_.k2; ++j) {
        double column_max = 0.0;
        for (std::size_t chunk = 0; chunk < chunks_; ++chunk)
            column_max = std::max(column_max, chunk_column_max_.get()[chunk * ld_ + j]);
        const double shift = p2_[j] * std::log(column_max);
        terms.column_shift += shift;
        terms.magnitude += std::abs(shift);
    }
}

Bounds BackendCpu::certificate() {
    const std::size_t ky = problem_.ky;
    CertificateTerms terms = column_terms();
    for_chunks([&](std::size_t index, Block rows) {
        const std::size_t n = rows.size() * ky;
        const double* r = r_.get() + rows.begin * ld_;
        const double* a = a_.get() + rows.begin * ky;
        const double* p1y = problem_.p1y + rows.begin * ky;
        double* log_a = log_a_.get() + rows.begin * ky;
        double* rb = row_products_.get() + rows.begin * ky;
        double* row_max = row_max_.get() + rows.begin;
        double* column_max = chunk_column_max_.get() + index * ld_;

        kernels_.log_or_zero(n, a, log_a);
        kernels_.row_products(rows.size(), ld_, ky, r, bt_.get(), rb);
        std::fill_n(column_max, ld_, 0.0);
        const ScanSums scan =
            kernels_.scan_products(rows.size(), ld_, ky, a, bt_.get(), r, row_max, column_max);
        CertificateTerms chunk;
        for (std::size_t k = 0; k < n; ++k) {
            chunk.dual += p1y[k] * log_a[k];
            chunk.primal += a[k] * rb[k] * log_a[k];
            chunk.magnitude += 2.0 * p1y[k] * std::abs(log_a[k]);
        }
        add_row_shift(rows.size(), p1_.data() + rows.begin, row_max, chunk);
        chunk.primal -= scan.r_m_log_m;
        chunk.magnitude += scan.magnitude;
        chunk_terms_[index] = chunk;
    });
    add_shifts(terms);
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
    for (std::size_t k = 0; k < ky * ld_; ++k) {
        const double term = p2t_.get()[k] * mean_log_bt_.get()[k];
        terms.dual += term;
        terms.magnitude += std::abs(term);
    }
    for_chunks([&](std::size_t index, Block rows) {
        const std::size_t first = rows.begin * ky;
        const std::size_t n = rows.size() * ky;
        const double* p1y = problem_.p1y + first;
        const double* mean_log_a = mean_log_a_.get() + first;
        double* row_max = row_max_.get() + rows.begin;
        double* column_max = chunk_column_max_.get() + index * ld_;
        kernels_.exp_where(n, p1y, mean_log_a, mean_a + first);
        std::fill_n(column_max, ld_, 0.0);
        kernels_.product_maxima(rows.size(), ld_, ky, mean_a + first, mean_bt, row_max,
                                column_max);
        CertificateTerms chunk;
        for (std::size_t k = 0; k < n; ++k) {
            const double term = p1y[k] * mean_log_a[k];
            chunk.dual += term;
            chunk.magnitude += std::abs(term);
        }
        add_row_shift(rows.size(), p1_.data() + rows.begin, row_max, chunk);
        chunk_terms_[index] = chunk;
    });
    add_shifts(terms);
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
            out.b[j * ky + y] = bt_.get()[y * ld_ + j];
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
            bt_.get()[y * ld_ + j] = in.b[j * ky + y];
    set_r();
}

} // namespace fourfold
