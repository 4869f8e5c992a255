// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/union/tuple_list.hpp"
#include "core/union/tuple_passes.hpp"
#include "core/union/union_tables.hpp"
#include "fourfold/union_system.hpp"

namespace fourfold {

// Primal-dual interior-point method for the dual of v* of any number of sources,
//
//     max  sum_i sum P_i log a_i    over    s(x) = sum_y prod_i a_i(x_i,y) <= 1  for the tuples x of a list,
//
// with multipliers r(x) and slacks w = 1 - s: Mehrotra's predictor and corrector (1992) for
//
//     sum over x with x_i of r prod a = P_i     s + w = 1     r w = mu -> 0
//
// in (log a, r, w), as for two sources in core/newton/interior_point.hpp. Eliminating r and w leaves the
// system of fourfold/union_system.hpp, of as many unknowns as there are cells, however many tuples.
template <class System>
class UnionInteriorPoint {
public:
    static_assert(is_union_system_v<System>, "see fourfold/union_system.hpp");
    using Array = std::vector<double>;

    UnionInteriorPoint(System& system, const UnionTables& tables)
        : system_(system), tables_(tables), ky_(tables.classes()) {
        system_.load(tables_);
    }

    // From a_i = p(y|x_i)^(1/n): feasible for every tuple (Hoelder).
    void start(TupleList list) {
        list_ = std::move(list);
        for (Array* array :
             {&a_, &log_a_, &missing_, &rhs_, &part_, &predictor_.log_a, &corrector_.log_a})
            array->assign(tables_.cells(), 0.0);
        const double root = 1.0 / static_cast<double>(tables_.sources());
        for (std::size_t x = 0; x < tables_.states(); ++x)
            for (std::size_t y = 0; y < ky_; ++y)
                if (supported(x * ky_ + y))
                    log_a_[x * ky_ + y] =
                        root * std::log(tables_.p()[x * ky_ + y] / tables_.mass(x));
        update_factors();
        take_sizes();
        const double mu = 1.0 / count();
        for (std::size_t k = 0; k < list_.size(); ++k) {
            w_[k] = std::max(1.0 - s_[k], kLeastSlack);
            r_[k] = mu / w_[k];
        }
    }

    // Changes the list: see TupleList::change. New tuples begin with r w = mu.
    void change(const std::vector<char>& keep, std::vector<std::uint32_t> states, double mu) {
        const std::vector<std::size_t> before = list_.change(keep, std::move(states));
        const Array old_r = std::move(r_), old_w = std::move(w_);
        take_sizes();
        for (std::size_t k = 0; k < list_.size(); ++k) {
            const bool is_new = before[k] == TupleList::kNone;
            w_[k] = is_new ? std::max(1.0 - s_[k], std::cbrt(mu)) : old_w[before[k]];
            r_[k] = is_new ? mu / w_[k] : old_r[before[k]];
        }
    }

    // After `idle` steps without progress. `least`: sum r w is not to fall below.
    void step(int idle, double least) {
        residuals();
        system_.factorise(list_, r_.data(), c_.data(), e_.data());
        const double mu = complementarity() / count();
        solve_for(predictor_, 0.0, false, false);
        const double in_r = step_in(r_, predictor_.r);
        const double in_w = std::min(step_in(w_, predictor_.w), longest_step(predictor_));
        double mu_after = 0.0;
        for (std::size_t k = 0; k < list_.size(); ++k)
            mu_after += (r_[k] + in_r * predictor_.r[k]) * (w_[k] + in_w * predictor_.w[k]);
        const double shrink = std::max(mu_after / count(), 0.0) / mu;
        const double held =
            std::max(std::min(1.0, least / (mu * count())),
                     std::min(kSlowestCentering, kResidualToMu * residual() / (mu * count())));
        const double target = std::max(std::min(shrink * shrink * shrink, 1.0), held) * mu;
        solve_for(corrector_, target, true, idle > 0 || mu < kRefineBelow);
        move(corrector_);
    }

    double residual() const {
        double t = 0;
        for (double g : missing_)
            t += std::abs(g);
        return t;
    }
    const TupleList& list() const { return list_; }
    const Array& r() const { return r_; }
    const Array& w() const { return w_; }
    const Array& s() const { return s_; }
    const Array& a() const { return a_; }
    const Array& log_a() const { return log_a_; }

    // The largest part that tuple k has of the mass of one of its cells.
    double share(std::size_t k) const {
        double largest = 0.0;
        for (std::size_t i = 0; i < list_.sources(); ++i)
            for (std::size_t y = 0; y < ky_; ++y) {
                const double q = r_[k] * e_[k * ky_ + y];
                if (q > 0.0)
                    largest = std::max(largest, q / tables_.p()[list_[k][i] * ky_ + y]);
            }
        return largest;
    }

    double complementarity() const {
        double sum = 0.0;
        for (std::size_t k = 0; k < list_.size(); ++k)
            sum += r_[k] * w_[k];
        return sum;
    }

private:
    // Of a slack at the start.
    static constexpr double kLeastSlack = 0.1;
    // Part of the way to the boundary r = 0 or w = 0 that a step may go.
    static constexpr double kToBoundary = 0.99;
    // Longest step in the sum of log a over the sources: beyond, the exponentials are nothing like their
    // tangents.
    static constexpr double kLongestStep = 3.0;
    // mu times the number of tuples stays above this part of what the marginals miss: a multiplier that
    // has gone to zero cannot carry the mass that is still to be moved through it. But mu always falls
    // to this part of itself, or a residual that each step makes anew holds it up for good.
    static constexpr double kResidualToMu = 0.03;
    static constexpr double kSlowestCentering = 0.2;
    // Above this mu, c is not so large that a direction would have to be refined.
    static constexpr double kRefineBelow = 1e-8;

    // One direction in all variables.
    struct Direction {
        Array log_a, r, w;
    };

    bool supported(std::size_t cell) const { return tables_.p()[cell] > 0.0; }
    double count() const { return static_cast<double>(list_.size()); }

    void take_sizes() {
        const std::size_t m = list_.size();
        e_.resize(m * ky_);
        for (Array* array : {&r_, &w_, &s_, &c_, &t_, &predictor_.r, &predictor_.w,
                             &corrector_.r, &corrector_.w})
            array->resize(m);
        tuple_products(list_, ky_, a_.data(), e_.data(), s_.data());
    }

    // The largest factor of each class is 1 for all sources but the first, whose are then at most 1
    // where s is: nothing overflows, and nothing that matters underflows.
    void update_factors() {
        for (std::size_t i = 1; i < tables_.sources(); ++i)
            for (std::size_t y = 0; y < ky_; ++y) {
                double largest = -1e300;
                for (std::size_t x = tables_.first(i); x < tables_.first(i + 1); ++x)
                    if (supported(x * ky_ + y))
                        largest = std::max(largest, log_a_[x * ky_ + y]);
                for (std::size_t x = tables_.first(i); x < tables_.first(i + 1); ++x)
                    log_a_[x * ky_ + y] -= largest;
                for (std::size_t x = 0; x < tables_.first(1); ++x)
                    log_a_[x * ky_ + y] += largest;
            }
        for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
            a_[cell] = supported(cell) ? std::exp(log_a_[cell]) : 0.0;
    }

    // What is missing of the marginals, and c, of this iterate.
    void residuals() {
        tuple_marginals(list_, tables_.states(), ky_, r_.data(), e_.data(), missing_.data());
        for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
            missing_[cell] = tables_.p()[cell] - missing_[cell];
        for (std::size_t k = 0; k < list_.size(); ++k)
            c_[k] = r_[k] / w_[k];
    }

    // The direction that makes r w change to mu less its change in the predictor, to first order. Late
    // on c is of order 1 / mu, and dr = ... + c ds loses as many digits of what little ds is; so what
    // the marginal equations still miss is put in again as the right-hand side.
    void solve_for(Direction& d, double mu, bool second_order, bool refine) {
        for (std::size_t k = 0; k < list_.size(); ++k) {
            const double error = s_[k] + w_[k] - 1.0;
            const double second = second_order ? predictor_.r[k] * predictor_.w[k] : 0.0;
            d.r[k] = (mu - r_[k] * w_[k] - second) / w_[k] + c_[k] * error;
            d.w[k] = -error;
        }
        std::fill(d.log_a.begin(), d.log_a.end(), 0.0);
        for (int round = 0; round <= static_cast<int>(refine); ++round) {
            // missing - sum dr e - sum r e (sum dlog a)
            t_ = d.r;
            if (round > 0)
                add_moved(d);
            tuple_marginals(list_, tables_.states(), ky_, t_.data(), e_.data(), rhs_.data());
            for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
                rhs_[cell] = missing_[cell] - rhs_[cell];
            if (round > 0)
                for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
                    rhs_[cell] -= moved_[cell];
            system_.solve(rhs_.data(), part_.data());
            for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
                d.log_a[cell] += part_[cell];
            tuple_change(list_, ky_, e_.data(), part_.data(), t_.data());
            for (std::size_t k = 0; k < list_.size(); ++k) {
                d.w[k] -= t_[k];
                d.r[k] += c_[k] * t_[k];
            }
        }
    }

    // moved(x,y) = sum over the tuples with state x of r e(y) sum_i dlog a(x_i,y)
    void add_moved(const Direction& d) {
        moved_.assign(tables_.cells(), 0.0);
        for (std::size_t k = 0; k < list_.size(); ++k) {
            const std::uint32_t* const tuple = list_[k];
            for (std::size_t y = 0; y < ky_; ++y) {
                double change = 0.0;
                for (std::size_t i = 0; i < list_.sources(); ++i)
                    change += d.log_a[tuple[i] * ky_ + y];
                change *= r_[k] * e_[k * ky_ + y];
                for (std::size_t i = 0; i < list_.sources(); ++i)
                    moved_[tuple[i] * ky_ + y] += change;
            }
        }
    }

    static double step_in(const Array& x, const Array& dx) {
        double longest = 1.0;
        for (std::size_t k = 0; k < x.size(); ++k)
            if (dx[k] < 0.0)
                longest = std::min(longest, kToBoundary * x[k] / -dx[k]);
        return longest;
    }

    double longest_step(const Direction& d) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < tables_.sources(); ++i) {
            double longest = 0.0;
            for (std::size_t cell = tables_.first(i) * ky_; cell < tables_.first(i + 1) * ky_;
                 ++cell)
                longest = std::max(longest, std::abs(d.log_a[cell]));
            sum += longest;
        }
        return sum > 0.0 ? kLongestStep / sum : 1.0;
    }

    void move(const Direction& d) {
        const double in_r = step_in(r_, d.r);
        const double in_w = std::min(step_in(w_, d.w), longest_step(d));
        for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
            log_a_[cell] += in_w * d.log_a[cell];
        update_factors();
        for (std::size_t k = 0; k < list_.size(); ++k) {
            r_[k] += in_r * d.r[k];
            w_[k] += in_w * d.w[k];
        }
        tuple_products(list_, ky_, a_.data(), e_.data(), s_.data());
        raise_slacks();
    }

    void raise_slacks() {
        for (std::size_t k = 0; k < list_.size(); ++k)
            w_[k] = std::max(w_[k], 1.0 - s_[k]);
    }

    System& system_;
    const UnionTables& tables_;
    const std::size_t ky_;
    TupleList list_;
    Array r_, w_, s_, c_, t_, e_;                    // of the tuples
    Array a_, log_a_, missing_, rhs_, part_, moved_; // of the cells
    Direction predictor_, corrector_;
};

} // namespace fourfold
