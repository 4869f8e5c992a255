// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The stages of BackendCpu that are not part of a step: the certificate and reading the
// factors.
#include <algorithm>
#include <cmath>
#include <limits>

#include "cpu/backend_cpu.hpp"

namespace fourfold {

namespace {

// out (n) = in (n) in double precision.
void widen(std::size_t n, const float* in, double* out) {
    std::copy_n(in, n, out);
}

// A factor, in single precision kept where it and its reciprocal are normal numbers.
template <class Real>
Real to_real(double factor) {
    if constexpr (std::is_same_v<Real, double>)
        return factor;
    const double least = kTinyOf<Real>;
    return static_cast<Real>(factor > 0.0 ? std::clamp(factor, least, 1.0 / least) : 0.0);
}

} // namespace

// Room for part of r in double precision, for the thread that asks.
template <class Real>
double* BackendCpu<Real>::scratch() {
    // with one thread of its own, this may run on any thread of a batch
    const int thread = threads_ == 1 ? 0 : thread_index();
    return scratch_.get() + static_cast<std::size_t>(thread) * scratch_size_;
}

// r of a block of rows in double precision, (rows, ld).
template <class Real>
const double* BackendCpu<Real>::rows_of_r(Block rows) {
    const Real* r = r_.get() + rows.begin * ld_;
    if constexpr (kIsDouble) {
        return r;
    } else {
        double* wide = scratch();
        widen(rows.size() * ld_, r, wide);
        return wide;
    }
}

// Rows of a chunk that rows_of_r can take at a time.
template <class Real>
std::size_t BackendCpu<Real>::certificate_rows(Block chunk) const {
    return kIsDouble ? std::max<std::size_t>(chunk.size(), 1) : block_rows_;
}

// In double precision: a = P1 / (r b), and the column sums r^T a. Sums are over blocks in order.
template <class Real>
void BackendCpu<Real>::refit() {
    if constexpr (!kIsDouble) {
        const std::size_t ky = problem_.ky;
        in_range_ = true;
        for (std::size_t k = 0; k < ky * ld_; ++k) {
            const float b = bt_.get()[k];
            exact_bt_.get()[k] = b;
            const bool positive = b >= kTinyOf<float> && b <= 1.0f / kTinyOf<float>;
            in_range_ = in_range_ && (positive || exact_p2t_.get()[k] == 0.0);
        }
        for_row_blocks([&](std::size_t, Block rows) {
            double* a = exact_a_.get() + rows.begin * ky;
            exact_kernels_.row_products(rows.size(), ld_, ky, rows_of_r(rows), exact_bt_.get(),
                                        a);
            exact_kernels_.quotients(rows.size() * ky, problem_.p1y + rows.begin * ky, a, a);
        });
        // blocks of columns, widened a panel of rows at a time
        constexpr std::size_t width = kBlockColumns;
        parallel_for((ld_ + width - 1) / width, threads_, [&](std::size_t index) {
            if (stop_.requested())
                return;
            double* panel = scratch();
            double* sums = panel + kPanelRows * width;
            const std::size_t begin = index * width;
            const std::size_t columns = std::min(width, ld_ - begin);
            for (std::size_t i = 0; i < problem_.k1; i += kPanelRows) {
                const std::size_t rows = std::min(kPanelRows, problem_.k1 - i);
                for (std::size_t k = 0; k < rows; ++k)
                    widen(columns, r_.get() + (i + k) * ld_ + begin, panel + k * columns);
                exact_kernels_.column_products(rows, columns, ky, 0, columns, i == 0, panel,
                                               exact_a_.get() + i * ky, sums);
            }
            for (std::size_t y = 0; y < ky; ++y)
                std::copy_n(sums + y * columns, columns,
                            exact_column_sums_.get() + y * ld_ + begin);
        });
        if (stop_.requested())
            throw Interrupted();
    }
}

template <class Real>
void BackendCpu<Real>::shrink() {
    refit();
    certificate_kernels_.shrink(problem_.ky * ld_, exact(p2t_, exact_p2t_),
                                exact(column_sums_, exact_column_sums_), exact(bt_, exact_bt_));
}

// sum_i p(i) log maxima(i) over n states; the maxima become their logarithms.
template <class Real>
void BackendCpu<Real>::add_shift(std::size_t n, const double* p, double* maxima, double& shift,
                                 CertificateTerms& terms) const {
    exact_kernels_.log_or_zero(n, maxima, maxima);
    const LogSums sums = certificate_kernels_.weighted_logs(n, p, nullptr, maxima);
    shift += sums.sum;
    terms.magnitude += sums.magnitude;
}

// What the logarithms of a factor add: sum p log, and where `sums` is given sum factor sums log.
template <class Real>
void BackendCpu<Real>::add_logs(std::size_t n, const double* p, const double* factor,
                                const double* sums, const double* log,
                                CertificateTerms& terms) const {
    const LogSums dual = certificate_kernels_.weighted_logs(n, p, nullptr, log);
    terms.dual += dual.sum;
    terms.magnitude += dual.magnitude;
    if (sums == nullptr)
        return;
    const LogSums primal = certificate_kernels_.weighted_logs(n, factor, sums, log);
    terms.primal += primal.sum;
    terms.magnitude += primal.magnitude;
}

// Adds the terms of the chunks of rows, and both ways to make (a, b) feasible.
template <class Real>
void BackendCpu<Real>::add_chunks(CertificateTerms& terms) {
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

template <class Real>
Bounds BackendCpu<Real>::certificate() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (!in_range_)
        return {-kInfinity, kInfinity};
    const std::size_t ky = problem_.ky;
    const double* bt = exact(bt_, exact_bt_);
    CertificateTerms terms;
    exact_kernels_.log_or_zero(ky * ld_, bt, log_bt_.get());
    add_logs(ky * ld_, exact(p2t_, exact_p2t_), bt, exact(column_sums_, exact_column_sums_),
             log_bt_.get(), terms);
    if constexpr (kIsDouble)
        if (wide_)
            copy_b(false); // log_bt_ is not needed any more
    for_chunks([&](std::size_t index, Block chunk_rows) {
        double* column_max = chunk_column_max_.get() + index * ld_;
        std::fill_n(column_max, ld_, 0.0);
        CertificateTerms chunk;
        const std::size_t most = certificate_rows(chunk_rows);
        for (std::size_t i = chunk_rows.begin; i < chunk_rows.end; i += most) {
            const Block rows{i, std::min(chunk_rows.end, i + most)};
            const std::size_t n = rows.size() * ky;
            const double* r = rows_of_r(rows);
            const double* a = exact(a_, exact_a_) + rows.begin * ky;
            double* log_a = log_a_.get() + rows.begin * ky;
            double* row_max = row_max_.get() + rows.begin;
            const double* p1y = problem_.p1y + rows.begin * ky;

            exact_kernels_.log_or_zero(n, a, log_a);
            ScanSums scan;
            if constexpr (kIsDouble) {
                if (wide_) {
                    add_logs(n, p1y, nullptr, nullptr, log_a, chunk);
                    const LogSums primal = primal_of_rows(rows, log_a);
                    chunk.primal += primal.sum;
                    chunk.magnitude += primal.magnitude;
                    scan = scan_rows(rows, row_max, column_max);
                }
            }
            if (!wide_) {
                double* rb = row_products_.get() + rows.begin * ky;
                exact_kernels_.row_products(rows.size(), ld_, ky, r, bt, rb);
                scan = certificate_kernels_.scan_products(rows.size(), ld_, ky, a, bt, r,
                                                          row_max, column_max);
                add_logs(n, p1y, a, rb, log_a, chunk);
            }
            add_shift(rows.size(), p1_.data() + rows.begin, row_max, chunk.row_shift, chunk);
            chunk.primal -= scan.r_m_log_m;
            chunk.magnitude += scan.magnitude;
        }
        chunk_terms_[index] = chunk;
    });
    add_chunks(terms);
    return bounds_from(terms, entropy_y_);
}

template <class Real>
void BackendCpu<Real>::average(double weight) {
    const auto move = [weight](std::size_t n, const Real* to, double* mean) {
        for (std::size_t k = 0; k < n; ++k)
            mean[k] = weight < 1.0 ? mean[k] + weight * (to[k] - mean[k]) : to[k];
    };
    const std::size_t rows = problem_.k1 * problem_.ky;
    const std::size_t columns = problem_.ky * ld_;
    Real* const log_a = in_precision(log_a_, work_a_);
    Real* const log_bt = in_precision(log_bt_, work_bt_);
    kernels_.log_or_zero(rows, a_.get(), log_a);
    kernels_.log_or_zero(columns, bt_.get(), log_bt);
    move(rows, log_a, mean_log_a_.get());
    move(columns, log_bt, mean_log_bt_.get());
}

template <class Real>
double BackendCpu<Real>::averaged_lower() {
    const std::size_t ky = problem_.ky;
    // the logarithms of the iterate are not needed any more: its factors' means take their place
    double* mean_a = log_a_.get();
    double* mean_bt = log_bt_.get();
    const double* p2t = exact(p2t_, exact_p2t_);
    certificate_kernels_.exp_where(ky * ld_, p2t, mean_log_bt_.get(), mean_bt);
    CertificateTerms terms;
    add_logs(ky * ld_, p2t, nullptr, nullptr, mean_log_bt_.get(), terms);
    for_chunks([&](std::size_t index, Block rows) {
        const std::size_t first = rows.begin * ky;
        const std::size_t n = rows.size() * ky;
        const double* p1y = problem_.p1y + first;
        const double* mean_log_a = mean_log_a_.get() + first;
        double* row_max = row_max_.get() + rows.begin;
        double* column_max = chunk_column_max_.get() + index * ld_;
        certificate_kernels_.exp_where(n, p1y, mean_log_a, mean_a + first);
        std::fill_n(column_max, ld_, 0.0);
        if constexpr (kIsDouble)
            if (wide_)
                maxima_of_rows(rows, mean_a + first, mean_bt, row_max, column_max);
        if (!wide_)
            certificate_kernels_.product_maxima(rows.size(), ld_, ky, mean_a + first, mean_bt,
                                                row_max, column_max);
        CertificateTerms chunk;
        add_logs(n, p1y, nullptr, nullptr, mean_log_a, chunk);
        add_shift(rows.size(), p1_.data() + rows.begin, row_max, chunk.row_shift, chunk);
        chunk_terms_[index] = chunk;
    });
    add_chunks(terms);
    return lower_from(terms, entropy_y_);
}

template <class Real>
void BackendCpu<Real>::factors(const Factors& out) {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    const double* bt = exact(bt_, exact_bt_);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            out.log_r[i * k2 + j] = std::log(static_cast<double>(r_.get()[i * ld_ + j]));
    std::copy_n(exact(a_, exact_a_), k1 * ky, out.a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            out.b[j * ky + y] = bt[at(y, j)];
}

template <class Real>
void BackendCpu<Real>::assign(const Factors& in) {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    std::fill_n(x_.get(), k1 * ld_, Real(kFloor));
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            x_.get()[i * ld_ + j] = static_cast<Real>(std::max(in.log_r[i * k2 + j], kFloor));
    std::copy_n(x_.get(), k1 * ld_, x_prev_.get());
    std::transform(in.a, in.a + k1 * ky, a_.get(), to_real<Real>);
    std::fill_n(bt_.get(), ky * ld_, Real(0));
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            bt_.get()[at(y, j)] = to_real<Real>(in.b[j * ky + y]);
    if constexpr (kIsDouble)
        copy_a();
    in_range_ = kIsDouble; // else there is no certificate before the next shrink()
    set_r();
}

template void BackendCpu<double>::shrink();
template Bounds BackendCpu<double>::certificate();
template void BackendCpu<double>::average(double);
template double BackendCpu<double>::averaged_lower();
template void BackendCpu<double>::factors(const Factors&);
template void BackendCpu<double>::assign(const Factors&);
template void BackendCpu<float>::shrink();
template Bounds BackendCpu<float>::certificate();
template void BackendCpu<float>::average(double);
template double BackendCpu<float>::averaged_lower();
template void BackendCpu<float>::factors(const Factors&);
template void BackendCpu<float>::assign(const Factors&);

} // namespace fourfold
