// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/backend_cpu.hpp"

#include <algorithm>
#include <cmath>

#include "core/real.hpp"
#include "cpu/dispatch.hpp"

namespace fourfold {

namespace {

// The least x = log r.
template <class Real>
constexpr double kFloor = sizeof(Real) == sizeof(double) ? kLogFloor : kLogFloorSingle;

} // namespace

template <class Products>
BackendCpu<Products>::BackendCpu(int threads, StopCheck& stop)
    : kernels_(kernels().steps<Real>()), blocks_(threads, stop), products_(kernels(), blocks_),
      scaling_(kernels(), targets_, products_, iterate_),
      exact_(kernels(), blocks_, iterate_, targets_, products_),
      certificate_(kernels(), blocks_, exact_) {}

template <class Products>
void BackendCpu<Products>::load(const Problem& problem) {
    layout_ = layout_of<Real>(problem);
    blocks_.load(layout_, Products::block_rows(layout_), Products::block_columns(layout_));
    products_.load(layout_);
    iterate_.reserve(layout_);
    targets_.load(problem, layout_, products_);
    scaling_.load(layout_);
    exact_.load(layout_);
    certificate_.load(problem, layout_);
    step_sums_.resize(blocks_.chunks());
    set_start();
}

// x = log(P1 diag(1 / p(y)) P2^T), as one step from x = 0 with those two factors, and a = [P1 > 0]
template <class Products>
void BackendCpu<Products>::set_start() {
    const auto [k1, k2, ky, ld] = layout_;
    const double* const p1y = targets_.exact_p1y();
    Real* const a = iterate_.a.get();
    std::vector<double> class_sums(ky, 0.0);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            class_sums[y] += p1y[i * ky + y];
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            a[i * ky + y] = static_cast<Real>(p1y[i * ky + y] / class_sums[y]);
    blocks_.for_row_blocks([this](std::size_t, Block rows) {
        const std::size_t first = rows.begin * layout_.ld;
        const std::size_t n = rows.size() * layout_.ld;
        std::fill_n(iterate_.x.get() + first, n, Real(0));
        std::fill_n(iterate_.x_prev.get() + first, n, Real(0));
        std::fill_n(iterate_.r.get() + first, n, Real(1));
        step_rows(rows, 1.0, 0.0, targets_.p2t());
    });
    for (std::size_t k = 0; k < k1 * ky; ++k)
        a[k] = p1y[k] > 0.0 ? Real(1) : Real(0);
    products_.take_a(a);
    for_blocks_and_sum_columns([](std::size_t, Block) {});
}

// body(chunk, block) for every block of rows, then column_sums = (r^T a)^T.
template <class Products>
template <class Body>
void BackendCpu<Products>::for_blocks_and_sum_columns(const Body& body) {
    products_.for_blocks_and_sum_columns(iterate_.r.get(), iterate_.a.get(),
                                         iterate_.column_sums.get(), body);
}

template <class Products>
double BackendCpu<Products>::sweep() {
    products_.fit_columns(targets_.p2t(), iterate_.column_sums.get(), iterate_.bt.get());
    violation_ = fit_rows();
    return violation_;
}

template <class Products>
double BackendCpu<Products>::scaling_step() {
    if (plain_sweeps())
        return sweep();
    const double before = violation_;
    scaling_.move_columns(before);
    violation_ = fit_rows();
    if (!(violation_ <= kMostGrowth * before)) {
        scaling_.take_back();
        violation_ = before;
    }
    return violation_;
}

// a = P1 / (r b) and the column sums r^T a. Returns sum |b (r^T a) - P2|.
template <class Products>
double BackendCpu<Products>::fit_rows() {
    const Real* const bt = iterate_.bt.get();
    for_blocks_and_sum_columns([&](std::size_t, Block rows) {
        const std::size_t first = rows.begin * layout_.ky;
        products_.fit_rows(rows, iterate_.r.get() + rows.begin * layout_.ld, bt,
                           targets_.p1y() + first, iterate_.a.get() + first);
    });
    return products_.misfit(bt, iterate_.column_sums.get(), targets_.p2t());
}

template <class Products>
Step BackendCpu<Products>::step(double power, double weight) {
    std::fill(step_sums_.begin(), step_sums_.end(), StepSums());
    for_blocks_and_sum_columns([&](std::size_t chunk, Block rows) {
        const StepSums sums = step_rows(rows, power, weight, iterate_.bt.get());
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
template <class Products>
StepSums BackendCpu<Products>::step_rows(Block rows, double power, double weight,
                                         const Real* bt) {
    const std::size_t first = rows.begin * layout_.ld;
    return products_.step(rows, power, weight, iterate_.a.get() + rows.begin * layout_.ky, bt,
                          iterate_.x.get() + first, iterate_.x_prev.get() + first,
                          iterate_.r.get() + first);
}

template <class Products>
void BackendCpu<Products>::restart() {
    blocks_.for_chunks([this](std::size_t, Block rows) {
        const std::size_t first = rows.begin * layout_.ld;
        std::copy_n(iterate_.x_prev.get() + first, rows.size() * layout_.ld,
                    iterate_.x.get() + first);
    });
    set_r();
}

// r = exp(x) and its column sums.
template <class Products>
void BackendCpu<Products>::set_r() {
    for_blocks_and_sum_columns([this](std::size_t, Block rows) {
        const std::size_t first = rows.begin * layout_.ld;
        kernels_.exponentials(rows.size() * layout_.ld, iterate_.x.get() + first,
                              iterate_.r.get() + first);
    });
}

template <class Products>
void BackendCpu<Products>::resume() {
    products_.take_a(iterate_.a.get());
    exact_.forget();
    set_r();
}

template <class Products>
void BackendCpu<Products>::factors(const Factors& out) {
    const auto [k1, k2, ky, ld] = layout_;
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            out.log_r[i * k2 + j] = std::log(static_cast<double>(iterate_.r.get()[i * ld + j]));
    std::copy_n(exact_.a(), k1 * ky, out.a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            out.b[j * ky + y] = exact_.bt()[products_.at(y, j)];
}

template <class Products>
void BackendCpu<Products>::assign(const Factors& in) {
    const auto [k1, k2, ky, ld] = layout_;
    Real* const x = iterate_.x.get();
    std::fill_n(x, k1 * ld, Real(kFloor<Real>));
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            x[i * ld + j] = static_cast<Real>(std::max(in.log_r[i * k2 + j], kFloor<Real>));
    std::copy_n(x, k1 * ld, iterate_.x_prev.get());
    std::transform(in.a, in.a + k1 * ky, iterate_.a.get(), to_real<Real>);
    std::fill_n(iterate_.bt.get(), ky * ld, Real(0));
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            iterate_.bt.get()[products_.at(y, j)] = to_real<Real>(in.b[j * ky + y]);
    resume();
}

template class BackendCpu<ThinProducts<double>>;
template class BackendCpu<ThinProducts<float>>;
template class BackendCpu<WideProducts>;

} // namespace fourfold
