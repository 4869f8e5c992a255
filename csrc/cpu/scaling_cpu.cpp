// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/scaling_cpu.hpp"

#include <algorithm>
#include <atomic>

#include "core/scaling.hpp"
#include "cpu/active/active_products.hpp"
#include "cpu/products/thin_products.hpp"
#include "cpu/products/wide_products.hpp"

namespace fourfold {

namespace {

std::atomic<bool> plain_selected{false};

double ratio(double x, double y) {
    return y > 0.0 ? x / y : 0.0;
}

} // namespace

void select_plain_sweeps(bool plain) {
    plain_selected.store(plain);
}

bool plain_sweeps() {
    return plain_selected.load();
}

template <class Products>
void ScalingCpu<Products>::move_columns(double violation) {
    reserve();
    copy(false);
    find_direction(violation);
    Real* const bt = iterate_.bt.get();
    kernels_.scale(layout_.columns(), Real(kLongestScaling), z_.get(), bt);
    products_.take_b(bt);
}

template <class Products>
void ScalingCpu<Products>::take_back() {
    copy(true);
    products_.take_a(iterate_.a.get());
}

template <class Products>
void ScalingCpu<Products>::reserve() {
    for (auto* const column :
         {&z_, &residual_, &direction_, &x_, &image_, &old_bt_, &old_sums_})
        column->reserve(layout_.columns());
    rows_.reserve(layout_.rows());
    old_a_.reserve(layout_.rows());
    for (auto* const scalars : {&slope_, &curvature_, &next_slope_, &factors_})
        scalars->resize(layout_.ky);
}

// Copies the iterate's a, b and column sums to where they are kept, or back.
template <class Products>
void ScalingCpu<Products>::copy(bool back) {
    const auto move = [back](std::size_t n, Real* now, Real* kept) {
        std::copy_n(back ? kept : now, n, back ? now : kept);
    };
    move(layout_.rows(), iterate_.a.get(), old_a_.get());
    move(layout_.columns(), iterate_.bt.get(), old_bt_.get());
    move(layout_.columns(), iterate_.column_sums.get(), old_sums_.get());
}

// z with S z = P2 - D, nearly: conjugate gradients with diag(D) as preconditioner.
template <class Products>
void ScalingCpu<Products>::find_direction(double violation) {
    const ColumnShape shape = products_.column_shape();
    const Real* const r = iterate_.r.get();
    const Real* const a = iterate_.a.get();
    const Real* const bt = iterate_.bt.get();
    const Real* const sums = iterate_.column_sums.get();
    kernels_.begin(shape, targets_.p2t(), bt, sums, residual_.get(), z_.get(), direction_.get(),
                   x_.get(), slope_.data());
    for (products_done_ = 0; products_done_ < kMostScalingProducts;) {
        ++products_done_;
        products_.take_b(x_.get());
        products_.for_blocks_and_sum_columns(
            r, rows_.get(), image_.get(), [&](std::size_t, Block rows) {
                const std::size_t first = rows.begin * layout_.ky;
                products_.weigh_rows(kernels_, rows, r + rows.begin * layout_.ld, x_.get(),
                                     targets_.p1y() + first, a + first, rows_.get() + first);
            });
        kernels_.apply(shape, Real(1.0 + kScalingDamping), bt, sums, direction_.get(),
                       image_.get(), curvature_.data());
        for (std::size_t y = 0; y < layout_.ky; ++y)
            factors_[y] = ratio(slope_[y], curvature_[y]);
        const double left =
            kernels_.advance(shape, bt, sums, factors_.data(), direction_.get(), z_.get(),
                             residual_.get(), image_.get(), next_slope_.data());
        if (left <= kResidualPart * violation)
            return;
        for (std::size_t y = 0; y < layout_.ky; ++y)
            factors_[y] = ratio(next_slope_[y], slope_[y]);
        slope_.swap(next_slope_);
        kernels_.turn(shape, bt, factors_.data(), image_.get(), direction_.get(), x_.get());
    }
}

template class ScalingCpu<ThinProducts<double>>;
template class ScalingCpu<ThinProducts<float>>;
template class ScalingCpu<WideProducts>;
template class ScalingCpu<ActiveProducts>;

} // namespace fourfold
