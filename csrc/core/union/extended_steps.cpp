// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/extended_steps.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourfold {

namespace {

// Of the factors at the start: strictly inside.
constexpr double kInside = 0.95;
// Of a slack at the start.
constexpr double kLeastSlack = 0.1;
// As for two sources, see core/newton/interior_point.hpp.
constexpr double kToBoundary = 0.99;
constexpr double kLongestStep = 8.0;
constexpr double kLeastCentering = 1e-3;
constexpr double kResidualToMu = 0.03;
constexpr double kSlowestCentering = 0.2;
// Of s + w above 1 after a step, unless it was more before: exponentials of a long step in log a can be
// nothing like their tangents, and once s is far above 1 the steps are a hundredth of their length.
constexpr double kMostExcess = 0.5;

// The longest step, of at most 1, that keeps x above 0.
double step_in(const std::vector<DoubleDouble>& x, const std::vector<DoubleDouble>& dx) {
    double longest = 1.0;
    for (std::size_t k = 0; k < x.size(); ++k)
        if (dx[k].high < 0.0)
            longest = std::min(longest, kToBoundary * x[k].high / -dx[k].high);
    return longest;
}

} // namespace

ExtendedSteps::ExtendedSteps(const UnionTables& tables, Interrupt& interrupt)
    : tables_(tables), ky_(tables.classes()), system_(interrupt) {
    system_.load(tables);
    for (Array* array :
         {&p_, &a_, &missing_, &rhs_, &sums_, &predictor_.log_a, &corrector_.log_a})
        array->assign(tables.cells(), DoubleDouble());
    // that p(y) of the sources differ in the seventeenth digit would be felt here
    Array shared(ky_);
    for (std::size_t i = 0; i < tables.sources(); ++i)
        for (std::size_t y = 0; y < ky_; ++y) {
            DoubleDouble own;
            for (std::size_t x = tables.first(i); x < tables.first(i + 1); ++x)
                own = own + DoubleDouble(tables.p()[x * ky_ + y]);
            if (i == 0)
                shared[y] = own;
            const DoubleDouble factor = shared[y] / own;
            for (std::size_t x = tables.first(i); x < tables.first(i + 1); ++x)
                p_[x * ky_ + y] = factor * tables.p()[x * ky_ + y];
        }
}

void ExtendedSteps::start(TupleList list) {
    list_ = std::move(list);
    const double root = 1.0 / static_cast<double>(tables_.sources());
    for (std::size_t x = 0; x < tables_.states(); ++x)
        for (std::size_t y = 0; y < ky_; ++y)
            a_[x * ky_ + y] =
                kInside * std::pow(tables_.p()[x * ky_ + y] / tables_.mass(x), root);
    take_sizes();
    const double mu = 1.0 / static_cast<double>(list_.size());
    for (std::size_t k = 0; k < list_.size(); ++k) {
        w_[k] = std::max(1.0 - s_[k].high, kLeastSlack);
        r_[k] = DoubleDouble(mu) / w_[k];
    }
}

void ExtendedSteps::change(const std::vector<char>& keep, std::vector<std::uint32_t> states,
                           double mu) {
    const std::vector<std::size_t> before = list_.change(keep, std::move(states));
    const Array old_r = std::move(r_), old_w = std::move(w_);
    take_sizes();
    for (std::size_t k = 0; k < list_.size(); ++k) {
        const bool is_new = before[k] == TupleList::kNone;
        w_[k] =
            is_new ? DoubleDouble(std::max(1.0 - s_[k].high, std::sqrt(mu))) : old_w[before[k]];
        r_[k] = is_new ? DoubleDouble(mu) / w_[k] : old_r[before[k]];
    }
}

void ExtendedSteps::take_sizes() {
    e_.resize(list_.size() * ky_);
    for (Array* array :
         {&r_, &w_, &s_, &c_, &predictor_.r, &predictor_.w, &corrector_.r, &corrector_.w})
        array->resize(list_.size());
    products();
}

// e and s of these factors
void ExtendedSteps::products() {
    for (std::size_t k = 0; k < list_.size(); ++k) {
        const std::uint32_t* const tuple = list_[k];
        s_[k] = DoubleDouble();
        for (std::size_t y = 0; y < ky_; ++y) {
            DoubleDouble product = a_[tuple[0] * ky_ + y];
            for (std::size_t i = 1; i < list_.sources(); ++i)
                product = product * a_[tuple[i] * ky_ + y];
            e_[k * ky_ + y] = product;
            s_[k] = s_[k] + product;
        }
    }
}

// out(x,y) = sum of t e(y) over the tuples with state x
void ExtendedSteps::marginals(const Array& t, Array& out) const {
    out.assign(tables_.cells(), DoubleDouble());
    for (std::size_t k = 0; k < list_.size(); ++k)
        for (std::size_t y = 0; y < ky_; ++y) {
            if (e_[k * ky_ + y].high == 0.0)
                continue;
            const DoubleDouble mass = t[k] * e_[k * ky_ + y];
            for (std::size_t i = 0; i < list_.sources(); ++i) {
                DoubleDouble& sum = out[list_[k][i] * ky_ + y];
                sum = sum + mass;
            }
        }
}

// What the marginals of this iterate miss, each and in all.
double ExtendedSteps::missing() {
    marginals(r_, sums_);
    double total = 0.0;
    for (std::size_t cell = 0; cell < p_.size(); ++cell) {
        missing_[cell] = p_[cell] - sums_[cell];
        total += std::abs(missing_[cell].high);
    }
    return total;
}

void ExtendedSteps::step(double least) {
    const double residual = missing();
    for (std::size_t k = 0; k < list_.size(); ++k)
        c_[k] = r_[k] / w_[k];
    system_.factorise(list_, r_, c_, e_);
    const double count = static_cast<double>(list_.size());
    const double mu = complementarity() / count;
    solve_for(predictor_, 0.0, 0.0);
    const double in_r = step_in(r_, predictor_.r);
    const double in_w = std::min(step_in(w_, predictor_.w), longest_step(predictor_));
    DoubleDouble after;
    for (std::size_t k = 0; k < list_.size(); ++k)
        after = after + (r_[k] + predictor_.r[k] * in_r) * (w_[k] + predictor_.w[k] * in_w);
    const double shrink = std::max(after.high / count, 0.0) / mu;
    const double centering = std::clamp(shrink * shrink * shrink, kLeastCentering, 1.0);
    const double for_residual =
        std::min(kSlowestCentering * mu, kResidualToMu * residual / count);
    solve_for(corrector_, std::max({centering * mu, for_residual, least / count}),
              std::min(in_r, in_w));
    move(corrector_);
}

// The direction that makes r w change to mu less second_order times its change in the predictor, to
// first order.
void ExtendedSteps::solve_for(Direction& d, double mu, double second_order) {
    for (std::size_t k = 0; k < list_.size(); ++k) {
        const DoubleDouble error = s_[k] + w_[k] - DoubleDouble(1.0);
        DoubleDouble change = DoubleDouble(mu) - r_[k] * w_[k];
        if (second_order > 0.0)
            change = change - predictor_.r[k] * predictor_.w[k] * second_order;
        d.r[k] = change / w_[k] + c_[k] * error;
        d.w[k] = -error;
    }
    marginals(d.r, rhs_);
    for (std::size_t cell = 0; cell < rhs_.size(); ++cell)
        rhs_[cell] = missing_[cell] - rhs_[cell];
    system_.solve(rhs_, d.log_a);
    for (std::size_t k = 0; k < list_.size(); ++k) {
        DoubleDouble change; // of s
        for (std::size_t y = 0; y < ky_; ++y) {
            DoubleDouble log_change;
            for (std::size_t i = 0; i < list_.sources(); ++i)
                log_change = log_change + d.log_a[list_[k][i] * ky_ + y];
            change = change + e_[k * ky_ + y] * log_change;
        }
        d.w[k] = d.w[k] - change;
        d.r[k] = d.r[k] + c_[k] * change;
    }
}

double ExtendedSteps::longest_step(const Direction& d) const {
    double longest = 0.0;
    for (const DoubleDouble& change : d.log_a)
        longest = std::max(longest, std::abs(change.high));
    return longest > 0.0 ? kLongestStep / longest : 1.0;
}

void ExtendedSteps::move(const Direction& d) {
    const double in_r = step_in(r_, d.r);
    double in_w = std::min(step_in(w_, d.w), longest_step(d));
    const double before = excess();
    const Array a = a_, w = w_;
    for (;; in_w *= 0.5) {
        // the step in 16 digits, what it leads to in 32
        for (std::size_t cell = 0; cell < a_.size(); ++cell)
            a_[cell] = a[cell] + a[cell] * DoubleDouble(std::expm1(in_w * d.log_a[cell].high));
        for (std::size_t k = 0; k < list_.size(); ++k)
            w_[k] = w[k] + d.w[k] * in_w;
        products();
        if (excess() <= std::max(before, kMostExcess))
            break;
    }
    for (std::size_t k = 0; k < list_.size(); ++k) {
        r_[k] = r_[k] + d.r[k] * in_r;
        const DoubleDouble slack = DoubleDouble(1.0) - s_[k];
        if (slack.high > w_[k].high)
            w_[k] = slack;
    }
}

// By how much s + w exceeds 1 at most.
double ExtendedSteps::excess() const {
    double most = 0.0;
    for (std::size_t k = 0; k < list_.size(); ++k)
        most = std::max(most, s_[k].high + w_[k].high - 1.0);
    return most;
}

double ExtendedSteps::complementarity() const {
    DoubleDouble sum;
    for (std::size_t k = 0; k < list_.size(); ++k)
        sum = sum + r_[k] * w_[k];
    return sum.high;
}

void ExtendedSteps::round_multipliers(std::vector<double>& r) const {
    r.resize(list_.size());
    for (std::size_t k = 0; k < list_.size(); ++k)
        r[k] = r_[k].high;
}

void ExtendedSteps::round_factors(std::vector<double>& log_a) const {
    log_a.resize(a_.size());
    for (std::size_t cell = 0; cell < a_.size(); ++cell)
        log_a[cell] = a_[cell].high > 0.0 ? std::log(a_[cell].high) : 0.0;
}

} // namespace fourfold
