// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The Newton system without its Schur complement: products and conjugate gradients.
#include <algorithm>
#include <cmath>

#include "cpu/newton_system_cpu.hpp"

namespace fourfold {

namespace {

// An inexact Newton direction is enough: what it leaves is seen by the next one.
constexpr int kMostIterations = 300;
constexpr double kReduction = 1e-9;

double dot(const std::vector<double>& x, const std::vector<double>& y) {
    double total = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k)
        total += x[k] * y[k];
    return total;
}

} // namespace

// out = S x for the scaled unknowns: the columns' own block less what goes through the rows.
void NewtonSystemCpu::apply_schur(const std::vector<double>& x, std::vector<double>& out) {
    double* v = column_work_.get();
    double* of_columns = column_work2_.get();
    double* cz = pair_.get();
    double* through_rows = row_work2_.get();
    double* bv = column_direction_.get();
    std::fill_n(v, columns(), 0.0);
    for (std::size_t k = 0; k < unknowns_.size(); ++k)
        v[unknowns_[k].at] = unknown_scale_[k] * x[k];
    for (std::size_t k = 0; k < columns(); ++k)
        bv[k] = b_[k] * v[k];
    products(a_, bv, cz);
    for (std::size_t k = 0; k < pairs(); ++k)
        cz[k] *= c_[k];
    column_sums(cz, a_, of_columns);
    for (std::size_t k = 0; k < columns(); ++k)
        of_columns[k] = b_[k] * of_columns[k] + column_mass_.get()[k] * v[k];
    row_sums(cz, b_, through_rows);
    row_sums(r_, bv, row_work_.get());
    for (std::size_t k = 0; k < rows(); ++k)
        through_rows[k] = a_[k] * (through_rows[k] + row_work_.get()[k]);
    apply_inverse_rows(through_rows, row_direction_.get());
    couple_to_columns(row_direction_.get(), bv);
    for (std::size_t k = 0; k < unknowns_.size(); ++k)
        out[k] = unknown_scale_[k] * (of_columns[unknowns_[k].at] - bv[unknowns_[k].at]);
}

// out = (block diagonal of the columns)^-1 x
void NewtonSystemCpu::precondition(const std::vector<double>& x,
                                   std::vector<double>& out) const {
    for (std::size_t block = 0; block + 1 < block_begin_.size(); ++block) {
        const std::size_t n = block_begin_[block + 1] - block_begin_[block];
        const double* lower = column_lower_.get() + column_lower_begin_[block];
        double* v = out.data() + block_begin_[block];
        std::copy_n(x.data() + block_begin_[block], n, v);
        solve_small(n, lower, v);
    }
}

// x <- S^-1 x
void NewtonSystemCpu::solve_iteratively(std::vector<double>& x) {
    const std::size_t n = x.size();
    for (auto* array : {&cg_direction_, &cg_image_, &cg_preconditioned_})
        array->assign(n, 0.0);
    cg_residual_ = x;
    std::fill(x.begin(), x.end(), 0.0);
    const double enough = kReduction * std::sqrt(dot(cg_residual_, cg_residual_));
    precondition(cg_residual_, cg_preconditioned_);
    cg_direction_ = cg_preconditioned_;
    double rho = dot(cg_residual_, cg_preconditioned_);
    for (int iteration = 0; iteration < kMostIterations && rho > 0.0; ++iteration) {
        apply_schur(cg_direction_, cg_image_);
        const double curvature = dot(cg_direction_, cg_image_);
        if (!(curvature > 0.0))
            return; // flat to rounding: nothing more to gain in this direction
        const double step = rho / curvature;
        for (std::size_t k = 0; k < n; ++k) {
            x[k] += step * cg_direction_[k];
            cg_residual_[k] -= step * cg_image_[k];
        }
        if (std::sqrt(dot(cg_residual_, cg_residual_)) <= enough)
            return;
        precondition(cg_residual_, cg_preconditioned_);
        const double rho_next = dot(cg_residual_, cg_preconditioned_);
        const double weight = rho_next / rho;
        for (std::size_t k = 0; k < n; ++k)
            cg_direction_[k] = cg_preconditioned_[k] + weight * cg_direction_[k];
        rho = rho_next;
    }
}

} // namespace fourfold
