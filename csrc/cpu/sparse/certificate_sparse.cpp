// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/certificate_sparse.hpp"

#include <algorithm>
#include <limits>

#include "core/information.hpp"

namespace fourfold {

namespace {

// out(state) = sum of a row or column array over its places.
void add_by_state(const std::vector<std::size_t>& state, const double* values,
                  std::vector<double>& out) {
    for (std::size_t k = 0; k < state.size(); ++k)
        if (state[k] != ClassBlocks::kNone)
            out[state[k]] += values[k];
}

void largest_by_state(const std::vector<std::size_t>& state, const double* values,
                      std::vector<double>& out) {
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t k = 0; k < state.size(); ++k)
        if (state[k] != ClassBlocks::kNone)
            out[state[k]] = std::max(out[state[k]], values[k]);
}

void add(const LogSums& sums, double& to, CertificateTerms& terms) {
    to += sums.sum;
    terms.magnitude += sums.magnitude;
}

} // namespace

void CertificateSparse::load() {
    const Problem& problem = blocks_.problem();
    p1_.assign(problem.k1, 0.0);
    p2_.assign(problem.k2, 0.0);
    add_by_state(blocks_.row_state(), iterate_.p1.get(), p1_);
    add_by_state(blocks_.column_state(), iterate_.p2.get(), p2_);
    class_sums_.resize(problem.ky);
    entropy_y_ = entropy_of_target(problem.p1y, problem.k1, problem.ky, class_sums_.data());
    for (AlignedArray* rows : {&logs_.a, &mean_.a, &a_, &row_sums_, &row_max_})
        rows->reserve(blocks_.rows());
    for (AlignedArray* columns : {&logs_.b, &mean_.b, &b_, &column_max_})
        columns->reserve(blocks_.columns());
    m_.reserve(blocks_.pairs());
    row_shift_.resize(problem.k1);
    column_shift_.resize(problem.k2);
}

void CertificateSparse::shrink() {
    kernels_.certificate.shrink(blocks_.columns(), iterate_.p2.get(),
                                iterate_.column_sums.get(), iterate_.b.get());
}

void CertificateSparse::add_dual(const Logs& logs, CertificateTerms& terms) const {
    const auto sum = kernels_.certificate.weighted_logs;
    add(sum(blocks_.rows(), iterate_.p1.get(), nullptr, logs.a.get()), terms.dual, terms);
    add(sum(blocks_.columns(), iterate_.p2.get(), nullptr, logs.b.get()), terms.dual, terms);
}

// Both ways to make the pair feasible, from the largest M of each place.
void CertificateSparse::add_shifts(CertificateTerms& terms) {
    const auto shift = [&](const std::vector<std::size_t>& state, const double* maxima,
                           const std::vector<double>& p, std::vector<double>& logs,
                           double& to) {
        largest_by_state(state, maxima, logs);
        kernels_.in_double.log_or_zero(logs.size(), logs.data(), logs.data());
        add(kernels_.certificate.weighted_logs(logs.size(), p.data(), nullptr, logs.data()), to,
            terms);
    };
    shift(blocks_.row_state(), row_max_.get(), p1_, row_shift_, terms.row_shift);
    shift(blocks_.column_state(), column_max_.get(), p2_, column_shift_, terms.column_shift);
}

// Keeps where the pair is whose terms these are.
void CertificateSparse::remember(const CertificateTerms& terms, const Logs& logs) {
    dual_ = &logs;
    shift_rows_ = terms.row_shift <= terms.column_shift;
}

void CertificateSparse::dual(const Dual& out) const {
    const auto [k1, k2, ky, p1y, p2y] = blocks_.problem();
    constexpr double kNothing = -std::numeric_limits<double>::infinity();
    std::fill_n(out.log_a, k1 * ky, kNothing);
    std::fill_n(out.log_b, k2 * ky, kNothing);
    blocks_.give_rows(dual_->a.get(), out.log_a);
    blocks_.give_columns(dual_->b.get(), out.log_b);
    double* const logs = shift_rows_ ? out.log_a : out.log_b;
    const std::vector<double>& shift = shift_rows_ ? row_shift_ : column_shift_;
    for (std::size_t state = 0; state < shift.size(); ++state)
        for (std::size_t y = 0; y < ky; ++y)
            logs[state * ky + y] -= shift[state];
}

Bounds CertificateSparse::bounds() {
    const std::size_t rows = blocks_.rows(), columns = blocks_.columns();
    const double *r = iterate_.r.get(), *a = iterate_.a.get(), *b = iterate_.b.get();
    CertificateTerms terms;
    kernels_.in_double.log_or_zero(rows, a, logs_.a.get());
    kernels_.in_double.log_or_zero(columns, b, logs_.b.get());
    add_dual(logs_, terms);
    products_.row_sums(r, b, row_sums_.get());
    const auto sum = kernels_.certificate.weighted_logs;
    add(sum(rows, a, row_sums_.get(), logs_.a.get()), terms.primal, terms);
    add(sum(columns, b, iterate_.column_sums.get(), logs_.b.get()), terms.primal, terms);
    products_.products(a, b, m_.get());
    std::fill_n(row_max_.get(), rows, 0.0);
    std::fill_n(column_max_.get(), columns, 0.0);
    for (const ClassBlocks::Block& block : blocks_.blocks()) {
        const ScanSums scan = kernels_.certificate.scan_stored(
            block.rows, block.width, block.width, m_.get() + block.first_cell, block.width,
            r + block.first_cell, row_max_.get() + block.first_row,
            column_max_.get() + block.first_column);
        terms.primal -= scan.r_m_log_m;
        terms.magnitude += scan.magnitude;
    }
    add_shifts(terms);
    remember(terms, logs_);
    return bounds_from(terms, entropy_y_);
}

void CertificateSparse::average(double weight) {
    const auto move = [&](std::size_t n, const double* factor, double* logs, double* mean) {
        kernels_.in_double.log_or_zero(n, factor, logs);
        for (std::size_t k = 0; k < n; ++k)
            mean[k] = weight < 1.0 ? mean[k] + weight * (logs[k] - mean[k]) : logs[k];
    };
    move(blocks_.rows(), iterate_.a.get(), logs_.a.get(), mean_.a.get());
    move(blocks_.columns(), iterate_.b.get(), logs_.b.get(), mean_.b.get());
}

double CertificateSparse::averaged_lower() {
    const std::size_t rows = blocks_.rows(), columns = blocks_.columns();
    kernels_.certificate.exp_where(rows, iterate_.p1.get(), mean_.a.get(), a_.get());
    kernels_.certificate.exp_where(columns, iterate_.p2.get(), mean_.b.get(), b_.get());
    CertificateTerms terms;
    add_dual(mean_, terms);
    products_.products(a_.get(), b_.get(), m_.get());
    std::fill_n(row_max_.get(), rows, 0.0);
    std::fill_n(column_max_.get(), columns, 0.0);
    for (const ClassBlocks::Block& block : blocks_.blocks())
        kernels_.certificate.stored_maxima(
            block.rows, block.width, block.width, m_.get() + block.first_cell,
            row_max_.get() + block.first_row, column_max_.get() + block.first_column);
    add_shifts(terms);
    remember(terms, mean_);
    return lower_from(terms, entropy_y_);
}

} // namespace fourfold
