// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/backend_cpu.hpp"

#include <algorithm>
#include <cmath>

#include "core/information.hpp"
#include "cpu/dispatch.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kMostChunks = 16;
constexpr std::size_t kLeastChunkRows = 32;
// A block of r takes half of the second-level cache at most.
constexpr std::size_t kBlockBytes = 262144;
// Where b does not, it is read anew for each block, which then has as many rows as allowed.
constexpr std::size_t kMostCachedBytes = 524288;
constexpr std::size_t kLeastBlockRows = 8;
constexpr std::size_t kMostBlockRows = 64;
// The chunks' sums over rows must not take more memory than this.
constexpr double kMostPartialBytes = 6.4e7;
// A thread must have this many multiply-adds in a product, about 40 microseconds: less is lost
// to waking it, and on a busy machine a region waits for whichever thread was descheduled.
constexpr double kWorkPerThread = 250e3;

std::size_t pad(std::size_t n, std::size_t to) {
    return (n + to - 1) / to * to;
}

// Padded length of a row. Rows a multiple of a page apart would all map to the same few lines of
// each cache.
template <class Real>
std::size_t leading_dimension(std::size_t n) {
    constexpr std::size_t kPage = 4096 / sizeof(Real);
    const std::size_t ld = pad(n, kPaddingOf<Real>);
    return ld % kPage == 0 ? ld + kPaddingOf<Real> : ld;
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

template <class Real>
BackendCpu<Real>::BackendCpu(int threads, StopCheck& stop)
    : kernels_(kernels().steps<Real>()), exact_kernels_(kernels().in_double),
      certificate_kernels_(kernels().certificate), stop_(stop), max_threads_(threads) {}

template <class Real>
void BackendCpu<Real>::load(const Problem& problem) {
    problem_ = problem;
    const auto [k1, k2, ky, p1y, p2y] = problem;
    ld_ = leading_dimension<Real>(k2);
    set_blocks();

    r_.reserve(k1 * ld_);
    x_.reserve(k1 * ld_);
    x_prev_.reserve(k1 * ld_);
    a_.reserve(k1 * ky);
    bt_.reserve(ky * ld_);
    p2t_.reserve(ky * ld_);
    column_sums_.reserve(ky * ld_);
    chunk_column_max_.reserve(chunks_ * ld_);
    log_a_.reserve(k1 * ky);
    log_bt_.reserve(std::max(ky * ld_, wide_ ? wide_products_.copy_of_b_size() : 0));
    mean_log_a_.reserve(k1 * ky);
    mean_log_bt_.reserve(ky * ld_);
    if (!wide_)
        row_products_.reserve(k1 * ky);
    row_max_.reserve(k1);
    in_range_ = true;
    step_sums_.resize(chunks_);
    chunk_terms_.resize(chunks_);
    class_sums_.resize(ky);

    marginal_of_source(p1y, k1, ky, p1_);
    marginal_of_source(p2y, k2, ky, p2_);
    entropy_y_ = entropy_of_target(p1y, k1, ky, class_sums_.data());

    if constexpr (!kIsDouble) {
        work_a_.reserve(k1 * ky);
        work_bt_.reserve(ky * ld_);
        exact_a_.reserve(k1 * ky);
        exact_bt_.reserve(ky * ld_);
        exact_p2t_.reserve(ky * ld_);
        exact_column_sums_.reserve(ky * ld_);
        scratch_size_ = std::max(block_rows_ * ld_, (kPanelRows + ky) * kBlockColumns);
        scratch_.reserve(static_cast<std::size_t>(threads_) * scratch_size_);
        p1y_.reserve(k1 * ky);
        std::copy_n(p1y, k1 * ky, p1y_.get());
    }
    double* p2t = exact(p2t_, exact_p2t_);
    std::fill_n(p2t, ky * ld_, 0.0);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            p2t[at(y, j)] = p2y[j * ky + y];
    if constexpr (!kIsDouble)
        std::copy_n(p2t, ky * ld_, p2t_.get());

    // x = log(P1 diag(1 / p(y)) P2^T), as one step from x = 0 with those two factors
    std::fill(class_sums_.begin(), class_sums_.end(), 0.0);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            class_sums_[y] += p1y[i * ky + y];
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            a_.get()[i * ky + y] = static_cast<Real>(p1y[i * ky + y] / class_sums_[y]);
    for_row_blocks([&](std::size_t, Block rows) {
        const std::size_t first = rows.begin * ld_;
        const std::size_t n = rows.size() * ld_;
        std::fill_n(x_.get() + first, n, Real(0));
        std::fill_n(x_prev_.get() + first, n, Real(0));
        std::fill_n(r_.get() + first, n, Real(1));
        step_rows(rows, 1.0, 0.0, p2t_.get());
    });
    for (std::size_t k = 0; k < k1 * ky; ++k)
        a_.get()[k] = p1y[k] > 0.0 ? Real(1) : Real(0);
    if constexpr (kIsDouble)
        copy_a();
    for_blocks_and_sum_columns([](std::size_t, Block) {});
}

template <class Real>
void BackendCpu<Real>::set_blocks() {
    const std::size_t k1 = problem_.k1;
    const double work = static_cast<double>(k1) * static_cast<double>(ld_ * problem_.ky);
    const int worth = std::max(static_cast<int>(std::min(work / kWorkPerThread, 1e6)), 1);
    threads_ = std::min(worth, max_threads_);
    const std::size_t most = worth > 1 ? kMostChunks : 1;
    chunk_rows_ = std::max(kLeastChunkRows, (k1 + most - 1) / most);
    // one even where no state is left of a table of negligible cells
    chunks_ = std::max<std::size_t>((k1 + chunk_rows_ - 1) / chunk_rows_, 1);
    const bool b_in_cache = problem_.ky * ld_ * sizeof(Real) <= kMostCachedBytes;
    block_rows_ = b_in_cache
                      ? std::clamp(kBlockBytes / sizeof(Real) / std::max(ld_, kPaddingOf<Real>),
                                   kLeastBlockRows, kMostBlockRows)
                      : kMostBlockRows;
    wide_ = kIsDouble && WideProducts::pays(k1, ld_, problem_.ky);
    if (wide_) {
        wide_products_.load(kernels().wide, k1, problem_.k2, ld_, problem_.ky, threads_);
        block_rows_ = WideProducts::kBlockRows;
        sums_by_chunk_ = false;
        return;
    }
    const std::size_t partial = (chunks_ - 1) * problem_.ky * ld_;
    sums_by_chunk_ = static_cast<double>(partial) * sizeof(Real) <= kMostPartialBytes;
    if (sums_by_chunk_)
        partial_sums_.reserve(partial);
}

template <class Real>
Real* BackendCpu<Real>::partial_sums(std::size_t chunk) {
    return chunk == 0 ? column_sums_.get()
                      : partial_sums_.get() + (chunk - 1) * problem_.ky * ld_;
}

// body(chunk, block) for every block of rows, then column_sums = (r^T a)^T.
template <class Real>
template <class Body>
void BackendCpu<Real>::for_blocks_and_sum_columns(const Body& body) {
    const std::size_t ky = problem_.ky;
    if (!sums_by_chunk_) {
        for_row_blocks(body);
        for_column_blocks([&](std::size_t, Block columns) {
            if constexpr (kIsDouble) {
                if (wide_)
                    return wide_products_.sum_columns(columns.begin, columns.end, r_.get(),
                                                      column_sums_.get());
            }
            kernels_.column_products(problem_.k1, ld_, ky, columns.begin, columns.end, true,
                                     r_.get(), a_.get(), column_sums_.get());
        });
        return;
    }
    for_row_blocks([&](std::size_t chunk, Block rows) {
        body(chunk, rows);
        kernels_.column_products(rows.size(), ld_, ky, 0, ld_,
                                 rows.begin == chunk * chunk_rows_, r_.get() + rows.begin * ld_,
                                 a_.get() + rows.begin * ky, partial_sums(chunk));
    });
    Real* sums = column_sums_.get();
    const std::size_t n = ky * ld_;
    for (std::size_t chunk = 1; chunk < chunks_; ++chunk) {
        const Real* more = partial_sums(chunk);
        for (std::size_t k = 0; k < n; ++k)
            sums[k] += more[k];
    }
}

template <class Real>
double BackendCpu<Real>::sweep() {
    const std::size_t ky = problem_.ky;
    if constexpr (kIsDouble) {
        if (wide_) {
            copy_b(true);
            for_blocks_and_sum_columns([&](std::size_t, Block rows) { fit_rows(rows); });
            return misfit();
        }
    }
    Real* bt = bt_.get();
    const Real* p2t = p2t_.get();
    const Real* p1y = p1_in_precision();
    kernels_.quotients(ky * ld_, p2t, column_sums_.get(), bt);
    for_blocks_and_sum_columns([&](std::size_t, Block rows) {
        Real* a = a_.get() + rows.begin * ky;
        kernels_.row_products(rows.size(), ld_, ky, r_.get() + rows.begin * ld_, bt, a);
        kernels_.quotients(rows.size() * ky, p1y + rows.begin * ky, a, a);
    });
    return kernels_.misfit(ky * ld_, bt, column_sums_.get(), p2t);
}

template <class Real>
Step BackendCpu<Real>::step(double power, double weight) {
    std::fill(step_sums_.begin(), step_sums_.end(), StepSums());
    for_blocks_and_sum_columns([&](std::size_t chunk, Block rows) {
        const StepSums sums = step_rows(rows, power, weight, bt_.get());
        step_sums_[chunk].change += sums.change;
        step_sums_[chunk].alignment += sums.alignment;
    });
    Step step;
    for (const StepSums& sums : step_sums_) {
        step.change += sums.change;
        step.alignment += sums.alignment;
    }
    return step;
}

// The step of some rows, with M = a bt.
template <class Real>
StepSums BackendCpu<Real>::step_rows(Block rows, double power, double weight, const Real* bt) {
    const Real* a = a_.get() + rows.begin * problem_.ky;
    Real* x = x_.get() + rows.begin * ld_;
    Real* x_prev = x_prev_.get() + rows.begin * ld_;
    Real* r = r_.get() + rows.begin * ld_;
    if (!wide_)
        return kernels_.step(rows.size(), ld_, problem_.ky, power, weight, a, bt, x, x_prev, r);
    StepSums total;
    if constexpr (kIsDouble) {
        wide_products_.for_strips(
            rows.size(), a, bt,
            [&](std::size_t j, std::size_t n, std::size_t stride, const double* m) {
                const StepSums sums = kernels_.step_stored(
                    rows.size(), n, stride, m, ld_, power, weight, x + j, x_prev + j, r + j);
                total.change += sums.change;
                total.alignment += sums.alignment;
            });
    }
    return total;
}

template <class Real>
void BackendCpu<Real>::restart() {
    for_chunks([&](std::size_t, Block rows) {
        std::copy_n(x_prev_.get() + rows.begin * ld_, rows.size() * ld_,
                    x_.get() + rows.begin * ld_);
    });
    set_r();
}

// r = exp(x) and its column sums.
template <class Real>
void BackendCpu<Real>::set_r() {
    for_blocks_and_sum_columns([&](std::size_t, Block rows) {
        const std::size_t k = rows.begin * ld_;
        kernels_.exponentials(rows.size() * ld_, x_.get() + k, r_.get() + k);
    });
}

template class BackendCpu<double>;
template class BackendCpu<float>;

} // namespace fourfold
