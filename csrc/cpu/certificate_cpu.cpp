// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/certificate_cpu.hpp"

#include <algorithm>

#include "core/infinity.hpp"
#include "core/information.hpp"
#include "cpu/products/wide_products.hpp"

namespace fourfold {

namespace {

void marginal_of_source(const double* p, std::size_t states, std::size_t ky,
                        std::vector<double>& out) {
    out.resize(states);
    for (std::size_t i = 0; i < states; ++i) {
        out[i] = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            out[i] += p[i * ky + y];
    }
}

// Adds one of the sums of the terms, and what it may lose to rounding.
void add(const LogSums& sums, double& to, CertificateTerms& terms) {
    to += sums.sum;
    terms.magnitude += sums.magnitude;
}

} // namespace

template <class Exact>
void CertificateCpu<Exact>::load(const Problem& problem, const Layout& layout) {
    layout_ = layout;
    logs_.reserve(kPiece);
    mean_log_a_.reserve(layout.rows());
    mean_log_bt_.reserve(layout.columns());
    log_a_.reserve(layout.rows());
    log_bt_.reserve(layout.columns());
    row_max_.reserve(layout.k1);
    chunk_column_max_.reserve(blocks_.chunks() * layout.ld);
    chunk_terms_.resize(blocks_.chunks());
    class_sums_.resize(layout.ky);
    marginal_of_source(problem.p1y, layout.k1, layout.ky, p1_);
    marginal_of_source(problem.p2y, layout.k2, layout.ky, p2_);
    entropy_y_ = entropy_of_target(problem.p1y, layout.k1, layout.ky, class_sums_.data());
}

template <class Exact>
void CertificateCpu<Exact>::shrink() {
    exact_.refit();
    kernels_.shrink(layout_.columns(), exact_.p2t(), exact_.column_sums(), exact_.bt());
}

// sum p log over n cells.
template <class Exact>
void CertificateCpu<Exact>::add_dual(std::size_t n, const double* p, const double* log,
                                     CertificateTerms& terms) const {
    add(kernels_.weighted_logs(n, p, nullptr, log), terms.dual, terms);
}

// sum_i p(i) log maxima(i) over n states; the maxima become their logarithms.
template <class Exact>
void CertificateCpu<Exact>::add_shift(std::size_t n, const double* p, double* maxima,
                                      double& shift, CertificateTerms& terms) const {
    exact_steps_.log_or_zero(n, maxima, maxima);
    add(kernels_.weighted_logs(n, p, nullptr, maxima), shift, terms);
}

// Adds the terms of the chunks of rows, and both ways to make (a, b) feasible.
template <class Exact>
void CertificateCpu<Exact>::add_chunks(CertificateTerms& terms) {
    double* column_max = chunk_column_max_.get();
    for (std::size_t chunk = 0; chunk < blocks_.chunks(); ++chunk) {
        const CertificateTerms& of_chunk = chunk_terms_[chunk];
        terms.dual += of_chunk.dual;
        terms.primal += of_chunk.primal;
        terms.row_shift += of_chunk.row_shift;
        terms.magnitude += of_chunk.magnitude;
        for (std::size_t j = 0; j < layout_.k2; ++j)
            column_max[j] = std::max(column_max[j], column_max[chunk * layout_.ld + j]);
    }
    add_shift(layout_.k2, p2_.data(), column_max, terms.column_shift, terms);
}

// Keeps where the pair is whose terms these are.
template <class Exact>
void CertificateCpu<Exact>::remember(const CertificateTerms& terms, const double* log_a,
                                     const double* log_bt) {
    dual_log_a_ = log_a;
    dual_log_bt_ = log_bt;
    shift_rows_ = terms.row_shift <= terms.column_shift;
}

template <class Exact>
void CertificateCpu<Exact>::dual(const Dual& out) const {
    const auto [k1, k2, ky, ld] = layout_;
    std::copy_n(dual_log_a_, k1 * ky, out.log_a);
    if (shift_rows_)
        for (std::size_t i = 0; i < k1; ++i) {
            const double shift = row_max_.get()[i];
            for (double* log = out.log_a + i * ky; log != out.log_a + (i + 1) * ky; ++log)
                *log -= shift;
        }
    const auto& products = exact_.products();
    const double* const column_max = chunk_column_max_.get();
    const double part = shift_rows_ ? 0.0 : 1.0;
    for (std::size_t y = 0; y < ky; ++y)
        for (std::size_t j = 0; j < k2; ++j)
            out.log_b[j * ky + y] = dual_log_bt_[products.at(y, j)] - part * column_max[j];
}

template <class Exact>
Bounds CertificateCpu<Exact>::bounds() {
    if (!exact_.in_range())
        return {-kInfinity, kInfinity};
    const std::size_t columns = layout_.columns();
    auto& products = exact_.products();
    const double* const bt = exact_.bt();
    double* const log_bt = log_bt_.get();
    CertificateTerms terms;
    exact_steps_.log_or_zero(columns, bt, log_bt);
    add_dual(columns, exact_.p2t(), log_bt, terms);
    add(kernels_.weighted_logs(columns, bt, exact_.column_sums(), log_bt), terms.primal, terms);
    products.prepare_primal(bt);
    blocks_.for_chunks([&](std::size_t index, Block chunk) {
        double* const column_max = chunk_column_max_.get() + index * layout_.ld;
        std::fill_n(column_max, layout_.ld, 0.0);
        CertificateTerms sums;
        exact_.for_rows(chunk, [&](Block rows, const double* r) {
            const std::size_t first = rows.begin * layout_.ky;
            const std::size_t n = rows.size() * layout_.ky;
            const double* const a = exact_.a() + first;
            double* const log_a = log_a_.get() + first;
            double* const row_max = row_max_.get() + rows.begin;
            exact_steps_.log_or_zero(n, a, log_a);
            add_dual(n, exact_.p1y() + first, log_a, sums);
            add(products.primal(rows, r, bt, a, log_a), sums.primal, sums);
            const ScanSums scan = products.scan(rows, r, a, bt, row_max, column_max);
            add_shift(rows.size(), p1_.data() + rows.begin, row_max, sums.row_shift, sums);
            sums.primal -= scan.r_m_log_m;
            sums.magnitude += scan.magnitude;
        });
        chunk_terms_[index] = sums;
    });
    add_chunks(terms);
    remember(terms, log_a_.get(), log_bt);
    return bounds_from(terms, entropy_y_);
}

// Moves the mean of a factor's logarithm by `weight` of the way.
template <class Exact>
void CertificateCpu<Exact>::move_mean(std::size_t n, double weight, const Number* factor,
                                      double* mean) const {
    Number* const logs = logs_.get();
    for (std::size_t first = 0; first < n; first += kPiece) {
        const std::size_t some = std::min(kPiece, n - first);
        steps_.log_or_zero(some, factor + first, logs);
        double* const to = mean + first;
        for (std::size_t k = 0; k < some; ++k)
            to[k] = weight < 1.0 ? to[k] + weight * (logs[k] - to[k]) : logs[k];
    }
}

template <class Exact>
void CertificateCpu<Exact>::average(double weight, const Number* a, const Number* bt) {
    move_mean(layout_.rows(), weight, a, mean_log_a_.get());
    move_mean(layout_.columns(), weight, bt, mean_log_bt_.get());
}

template <class Exact>
double CertificateCpu<Exact>::averaged_lower() {
    // the logarithms of the iterate are not needed any more: its factors' means take their place
    double* const mean_a = log_a_.get();
    double* const mean_bt = log_bt_.get();
    kernels_.exp_where(layout_.columns(), exact_.p2t(), mean_log_bt_.get(), mean_bt);
    CertificateTerms terms;
    add_dual(layout_.columns(), exact_.p2t(), mean_log_bt_.get(), terms);
    blocks_.for_chunks([&](std::size_t index, Block rows) {
        const std::size_t first = rows.begin * layout_.ky;
        const std::size_t n = rows.size() * layout_.ky;
        const double* const p1y = exact_.p1y() + first;
        const double* const mean_log_a = mean_log_a_.get() + first;
        double* const row_max = row_max_.get() + rows.begin;
        double* const column_max = chunk_column_max_.get() + index * layout_.ld;
        kernels_.exp_where(n, p1y, mean_log_a, mean_a + first);
        std::fill_n(column_max, layout_.ld, 0.0);
        exact_.products().maxima(rows, mean_a + first, mean_bt, row_max, column_max);
        CertificateTerms sums;
        add_dual(n, p1y, mean_log_a, sums);
        add_shift(rows.size(), p1_.data() + rows.begin, row_max, sums.row_shift, sums);
        chunk_terms_[index] = sums;
    });
    add_chunks(terms);
    remember(terms, mean_log_a_.get(), mean_log_bt_.get());
    return lower_from(terms, entropy_y_);
}

template class CertificateCpu<ExactView<ThinProducts<double>>>;
template class CertificateCpu<ExactView<WideProducts>>;
template class CertificateCpu<ExactCopy>;

} // namespace fourfold
