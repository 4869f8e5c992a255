// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/newton/small_cholesky.hpp"
#include "core/union/extended_steps.hpp"

namespace fourfold {

namespace {

constexpr int kMostRounds = 30;
// Above this the factors of the sources are fitted in turn for up to so many rounds: Newton's steps
// begin near the end.
constexpr double kFar = 1e-3;
constexpr int kMostTurns = 2;
// Longest change of a log factor.
constexpr double kLongestFit = 1.5;

} // namespace

void ExtendedSteps::fit(double target, std::vector<double>& log_a) {
    const Array before = a_;
    double missed = missing();
    for (int round = 0; missed > target && round < kMostRounds; ++round) {
        if (missed > kFar && round < kMostTurns)
            fit_each_source();
        else
            for (std::size_t y = 0; y < ky_; ++y)
                fit_class(y);
        products();
        missed = missing();
    }
    round_factors(log_a);
    a_ = before;
    products();
}

// One source after the other fits its marginal.
void ExtendedSteps::fit_each_source() {
    for (std::size_t i = 0; i < tables_.sources(); ++i) {
        products();
        marginals(r_, sums_);
        for (std::size_t cell = tables_.first(i) * ky_; cell < tables_.first(i + 1) * ky_;
             ++cell)
            if (sums_[cell].high > 0.0)
                a_[cell] = a_[cell] * (p_[cell] / sums_[cell]);
    }
}

// A step of Newton's method for what is missing of class y: the Hessian of sum r prod a over log a has
// the marginals on its diagonal and those of pairs of sources beside it.
void ExtendedSteps::fit_class(std::size_t y) {
    const std::size_t n = tables_.states();
    hessian_.assign(n * n, DoubleDouble());
    for (std::size_t k = 0; k < list_.size(); ++k) {
        if (e_[k * ky_ + y].high == 0.0)
            continue;
        const DoubleDouble mass = r_[k] * e_[k * ky_ + y];
        for (std::size_t i = 1; i < list_.sources(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                DoubleDouble& sum = hessian_[list_[k][i] * n + list_[k][j]];
                sum = sum + mass;
            }
    }
    scale_.resize(n);
    part_.resize(n);
    for (std::size_t x = 0; x < n; ++x) {
        const DoubleDouble sum = sums_[x * ky_ + y];
        scale_[x] = sum.high > 0.0 ? DoubleDouble(1.0) / sqrt(sum) : DoubleDouble();
        part_[x] = missing_[x * ky_ + y] * scale_[x];
        for (std::size_t z = 0; z < x; ++z)
            hessian_[x * n + z] = hessian_[x * n + z] * scale_[x] * scale_[z];
        hessian_[x * n + x] = DoubleDouble(1.0);
        factorise_next_row(x, n, hessian_.data());
    }
    solve_small(n, hessian_.data(), part_.data());
    double longest = kLongestFit;
    for (std::size_t x = 0; x < n; ++x) {
        part_[x] = part_[x] * scale_[x];
        longest = std::max(longest, std::abs(part_[x].high));
    }
    for (std::size_t x = 0; x < n; ++x) {
        DoubleDouble& a = a_[x * ky_ + y];
        a = a + a * DoubleDouble(std::expm1(part_[x].high * (kLongestFit / longest)));
    }
}

} // namespace fourfold
