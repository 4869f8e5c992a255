// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/newton/extended_system.hpp"

#include <algorithm>
#include <cmath>

#include "core/newton/small_cholesky.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

double ExtendedSystem::unknowns(const Problem& p) {
    return static_cast<double>((p.k1 + p.k2) * p.ky);
}

void ExtendedSystem::load(const Problem& problem) {
    problem_ = problem;
    const auto [k1, k2, ky, p1y, p2y] = problem;
    p2t_.assign(columns(), 0.0);
    of_row_.assign(rows(), kNone);
    of_column_.assign(columns(), kNone);
    n_ = 0;
    for (std::size_t k = 0; k < rows(); ++k)
        if (p1y[k] > 0.0)
            of_row_[k] = n_++;
    for (std::size_t y = 0; y < ky; ++y) {
        double* of_class = p2t_.data() + y * k2;
        for (std::size_t j = 0; j < k2; ++j)
            of_class[j] = p2y[j * ky + y];
        const auto pinned =
            static_cast<std::size_t>(std::max_element(of_class, of_class + k2) - of_class);
        for (std::size_t j = 0; j < k2; ++j)
            if (of_class[j] > 0.0 && j != pinned)
                of_column_[y * k2 + j] = n_++;
    }
    scale_.resize(n_);
    work_.resize(n_);
}

void ExtendedSystem::place(const Factors& from, double* r, double* a, double* b) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    for (std::size_t k = 0; k < pairs(); ++k)
        r[k] = std::exp(from.log_r[k]);
    std::copy_n(from.a, rows(), a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            b[y * k2 + j] = from.b[j * ky + y];
}

void ExtendedSystem::gather(const double* r, const double* a, const double* b,
                            const Factors& to) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    for (std::size_t k = 0; k < pairs(); ++k)
        to.log_r[k] = std::log(r[k]);
    std::copy_n(a, rows(), to.a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            to.b[j * ky + y] = b[y * k2 + j];
}

void ExtendedSystem::products(const double* a, const double* b, double* m) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    std::fill_n(m, pairs(), 0.0);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            for (std::size_t j = 0; j < k2; ++j)
                m[i * k2 + j] += a[i * ky + y] * b[y * k2 + j];
}

void ExtendedSystem::row_sums(const double* t, const double* b, double* out) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y) {
            double total = 0.0;
            for (std::size_t j = 0; j < k2; ++j)
                total += t[i * k2 + j] * b[y * k2 + j];
            out[i * ky + y] = total;
        }
}

void ExtendedSystem::column_sums(const double* t, const double* a, double* out) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    std::fill_n(out, columns(), 0.0);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            for (std::size_t j = 0; j < k2; ++j)
                out[y * k2 + j] += t[i * k2 + j] * a[i * ky + y];
}

void ExtendedSystem::factorise(const double* r, const double* c, const double* a,
                               const double* b) {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    h_.assign(n_ * n_, DoubleDouble());
    std::vector<DoubleDouble> u(ky);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j) {
            for (std::size_t y = 0; y < ky; ++y)
                u[y] = DoubleDouble::exact_product(a[i * ky + y], b[y * k2 + j]);
            for (std::size_t y = 0; y < ky; ++y) {
                if (u[y].high == 0.0)
                    continue;
                const DoubleDouble cu = u[y] * c[i * k2 + j];
                for (std::size_t z = 0; z < ky; ++z) {
                    if (u[z].high == 0.0)
                        continue;
                    DoubleDouble value = cu * u[z];
                    if (y == z)
                        value = value + u[y] * r[i * k2 + j];
                    // u acts on row i and on column j alike
                    add(of_row_[i * ky + y], of_row_[i * ky + z], value);
                    add(of_column_[y * k2 + j], of_column_[z * k2 + j], value);
                    add(of_column_[y * k2 + j], of_row_[i * ky + z], value);
                }
            }
        }
    for (std::size_t k = 0; k < n_; ++k) {
        const DoubleDouble diagonal = h_[k * n_ + k];
        scale_[k] = diagonal.high > 0.0 ? DoubleDouble(1.0) / sqrt(diagonal) : DoubleDouble();
    }
    for (std::size_t k = 0; k < n_; ++k) {
        if (interrupt_.requested())
            throw Interrupted();
        for (std::size_t m = 0; m < k; ++m)
            h_[k * n_ + m] = h_[k * n_ + m] * scale_[k] * scale_[m];
        h_[k * n_ + k] = DoubleDouble(1.0);
        factorise_next_row(k, n_, h_.data());
    }
}

void ExtendedSystem::solve(const double* ga, const double* gb, double* da, double* db) {
    for (std::size_t k = 0; k < rows(); ++k)
        if (of_row_[k] != kNone)
            work_[of_row_[k]] = scale_[of_row_[k]] * ga[k];
    for (std::size_t k = 0; k < columns(); ++k)
        if (of_column_[k] != kNone)
            work_[of_column_[k]] = scale_[of_column_[k]] * gb[k];
    solve_small(n_, h_.data(), work_.data());
    for (std::size_t k = 0; k < rows(); ++k)
        da[k] = of_row_[k] == kNone ? 0.0 : (scale_[of_row_[k]] * work_[of_row_[k]]).high;
    for (std::size_t k = 0; k < columns(); ++k)
        db[k] =
            of_column_[k] == kNone ? 0.0 : (scale_[of_column_[k]] * work_[of_column_[k]]).high;
}

} // namespace fourfold
