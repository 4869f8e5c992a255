// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/backend_sparse.hpp"

#include <algorithm>

#include "cpu/dispatch.hpp"

namespace fourfold {

namespace {

// Classes that miss less than this part of the violation are left as they are.
constexpr double kPartOfViolation = 1e-3;

} // namespace

BackendSparse::BackendSparse(ClassBlocks& blocks, StopCheck& stop)
    : kernels_(kernels()), blocks_(blocks), products_(kernels_, blocks, stop),
      scaling_(kernels_, blocks, iterate_),
      certificate_(kernels_, blocks, products_, iterate_) {}

// r(i,j) = sum_y p(i,y) p(j,y) / p(y) and a = [P1 > 0]
void BackendSparse::load(const Problem& problem) {
    blocks_.load(problem);
    iterate_.load(blocks_);
    scaling_.load();
    certificate_.load();
    kept_a_.reserve(blocks_.rows());
    kept_b_.reserve(blocks_.columns());
    double* const a = iterate_.a.get();
    for (const ClassBlocks::Block& block : blocks_.blocks()) {
        const double* const p1 = iterate_.p1.get() + block.first_row;
        double total = 0.0;
        for (std::size_t i = 0; i < block.rows; ++i)
            total += p1[i];
        for (std::size_t i = 0; i < block.rows; ++i)
            a[block.first_row + i] = p1[i] / total;
    }
    products_.products(a, iterate_.p2.get(), iterate_.r.get());
    has_x_ = false;
    products_.fill_guests(iterate_.r.get());
    std::fill_n(a, blocks_.rows(), 1.0);
    std::fill_n(iterate_.b.get(), blocks_.columns(), 0.0);
    sum_columns();
}

void BackendSparse::sum_columns() {
    products_.column_sums(iterate_.r.get(), iterate_.a.get(), iterate_.column_sums.get());
}

// a = P1 / (r b); returns sum |b (r^T a) - P2|
double BackendSparse::fit_rows() {
    products_.row_sums(iterate_.r.get(), iterate_.b.get(), iterate_.a.get());
    kernels_.in_double.quotients(blocks_.rows(), iterate_.p1.get(), iterate_.a.get(),
                                 iterate_.a.get());
    sum_columns();
    return misfit();
}

double BackendSparse::misfit() const {
    return kernels_.in_double.misfit(blocks_.columns(), iterate_.b.get(),
                                     iterate_.column_sums.get(), iterate_.p2.get());
}

double BackendSparse::sweep() {
    kernels_.in_double.quotients(blocks_.columns(), iterate_.p2.get(),
                                 iterate_.column_sums.get(), iterate_.b.get());
    violation_ = fit_rows();
    return violation_;
}

double BackendSparse::scaling_step() {
    std::copy_n(iterate_.a.get(), blocks_.rows(), kept_a_.get());
    std::copy_n(iterate_.b.get(), blocks_.columns(), kept_b_.get());
    const double enough =
        kPartOfViolation * violation_ / static_cast<double>(blocks_.blocks().size());
    for (const ClassBlocks::Block& block : blocks_.blocks()) {
        const double of_class =
            kernels_.in_double.misfit(block.width, iterate_.b.get() + block.first_column,
                                      iterate_.column_sums.get() + block.first_column,
                                      iterate_.p2.get() + block.first_column);
        if (of_class > enough && block.columns > 1)
            scaling_.move_columns(block);
    }
    const double left = fit_rows();
    if (left <= kMostGrowth * violation_) {
        violation_ = left;
        return left;
    }
    std::copy_n(kept_a_.get(), blocks_.rows(), iterate_.a.get());
    std::copy_n(kept_b_.get(), blocks_.columns(), iterate_.b.get());
    sum_columns();
    return violation_;
}

// x = x_prev = log r
void BackendSparse::set_x() {
    if (has_x_)
        return;
    double* const x = iterate_.x.get();
    const double* const r = iterate_.r.get();
    kernels_.in_double.log_or_zero(blocks_.pairs(), r, x);
    for (std::size_t k = 0; k < blocks_.pairs(); ++k)
        x[k] = r[k] > 0.0 ? std::max(x[k], kLogFloor) : kLogFloor;
    std::copy_n(x, blocks_.pairs(), iterate_.x_prev.get());
    has_x_ = true;
}

Step BackendSparse::step(double power, double weight) {
    set_x();
    // the guests are no pairs of their own
    products_.clear_guests(iterate_.r.get());
    double* const m = certificate_.scratch();
    products_.products(iterate_.a.get(), iterate_.b.get(), m);
    const StepSums sums = kernels_.in_double.step_stored(
        1, blocks_.pairs(), blocks_.pairs(), m, blocks_.pairs(), power, weight,
        iterate_.x.get(), iterate_.x_prev.get(), iterate_.r.get());
    products_.fill_guests(iterate_.r.get());
    sum_columns();
    return {sums.change, sums.alignment};
}

void BackendSparse::restart() {
    std::copy_n(iterate_.x_prev.get(), blocks_.pairs(), iterate_.x.get());
    kernels_.in_double.exponentials(blocks_.pairs(), iterate_.x.get(), iterate_.r.get());
    products_.fill_guests(iterate_.r.get());
    sum_columns();
}

void BackendSparse::factors(const Factors& out) {
    const auto [k1, k2, ky, p1y, p2y] = blocks_.problem();
    set_x();
    std::fill_n(out.log_r, k1 * k2, kLogFloor);
    std::fill_n(out.a, k1 * ky, 0.0);
    std::fill_n(out.b, k2 * ky, 0.0);
    // from the last class on: a pair is read at its home, the first
    for (std::size_t i = 0; i < k1; ++i) {
        const ClassBlocks::Places places = blocks_.places_of_row(i);
        for (std::size_t k = places.size(); k-- > 0;) {
            const ClassBlocks::Block& block = blocks_.blocks()[places[k].cls];
            const double* const x =
                iterate_.x.get() + blocks_.cell(places[k].cls, places[k].at);
            for (std::size_t e = 0; e < block.columns; ++e)
                out.log_r[i * k2 + blocks_.column_state()[block.first_column + e]] = x[e];
        }
    }
    blocks_.give_rows(iterate_.a.get(), out.a);
    blocks_.give_columns(iterate_.b.get(), out.b);
}

void BackendSparse::assign(const Factors& in) {
    const std::size_t k2 = blocks_.problem().k2;
    double* const x = iterate_.x.get();
    std::fill_n(x, blocks_.pairs(), kLogFloor);
    for (const ClassBlocks::Block& block : blocks_.blocks())
        for (std::size_t k = 0; k < block.rows; ++k) {
            const std::size_t i = blocks_.row_state()[block.first_row + k];
            for (std::size_t e = 0; e < block.columns; ++e) {
                const std::size_t j = blocks_.column_state()[block.first_column + e];
                x[block.first_cell + k * block.width + e] =
                    std::max(in.log_r[i * k2 + j], kLogFloor);
            }
        }
    std::copy_n(x, blocks_.pairs(), iterate_.x_prev.get());
    has_x_ = true;
    kernels_.in_double.exponentials(blocks_.pairs(), x, iterate_.r.get());
    blocks_.take_rows(in.a, iterate_.a.get());
    blocks_.take_columns(in.b, iterate_.b.get());
    sum_columns();
}

void BackendSparse::take(const double* r, const double* a, const double* b) {
    std::copy_n(r, blocks_.pairs(), iterate_.r.get());
    products_.fill_guests(iterate_.r.get());
    std::copy_n(a, blocks_.rows(), iterate_.a.get());
    std::copy_n(b, blocks_.columns(), iterate_.b.get());
    has_x_ = false;
    sum_columns();
}

void BackendSparse::give(double* r, double* a, double* b) const {
    std::copy_n(iterate_.r.get(), blocks_.pairs(), r);
    products_.clear_guests(r);
    std::copy_n(iterate_.a.get(), blocks_.rows(), a);
    std::copy_n(iterate_.b.get(), blocks_.columns(), b);
    for (const ClassBlocks::Block& block : blocks_.blocks()) {
        double* const of_rows = a + block.first_row;
        double* const of_columns = b + block.first_column;
        const double largest = *std::max_element(of_rows, of_rows + block.rows);
        for (std::size_t i = 0; i < block.rows; ++i)
            of_rows[i] /= largest;
        for (std::size_t j = 0; j < block.columns; ++j)
            of_columns[j] *= largest;
    }
}

} // namespace fourfold
