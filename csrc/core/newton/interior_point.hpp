// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/certificate.hpp"
#include "core/fit_marginals.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/newton_system.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Primal-dual interior-point method for the dual of v*,
//
//     max  sum P1 log a + sum P2 log b    over    s(i,j) = sum_y a(i,y) b(j,y) <= 1,
//
// with multipliers r(i,j) and slacks w = 1 - s. Each step solves, by Newton and with Mehrotra's
// predictor and corrector (1992),
//
//     a (r b) = P1     b (r^T a) = P2     s + w = 1     r w = mu -> 0
//
// in (log a, log b, r, w). Eliminating r and w, with c = r / w, leaves the system of
// fourfold/newton_system.hpp. The multipliers are the kernel r of the first-order iteration, so
// its iterate is the start, and the certificate of the back end measures progress.
template <class Backend, class System>
class InteriorPoint {
public:
    static_assert(is_backend_v<Backend>, "see fourfold/backend.hpp");
    static_assert(is_newton_system_v<System>, "see fourfold/newton_system.hpp");

    // `stalled`: how often these steps have before. Then they are taken carefully, with everything as it
    // costs most and leads furthest, and every other time on from the swept factors at once, from slacks
    // of up to 1: what hinders one way does not hinder the other.
    InteriorPoint(Backend& backend, System& system, int stalled = 0)
        : backend_(backend), system_(system), passes_(passes_of(system)), careful_(stalled > 0),
          idle_before_swept_(stalled == 0       ? kIdleBeforeSwept
                             : stalled % 2 == 1 ? kIdleBeforeSweptCareful
                                                : 0),
          most_slack_(careful_ && idle_before_swept_ == 0 ? 1.0 : kMostSlack) {}

    // Starts from the back end's iterate and leaves the last one there. Returns whether the gap
    // came below options.tol; report.iterations counts the steps taken.
    bool solve(const Problem& problem, const SolveOptions& options, SolveReport& report) {
        start(problem, report);
        double best_gap = std::numeric_limits<double>::infinity();
        for (int step = 0, idle = 0; step < kMaxSteps && idle < kPatience; ++step) {
            if (report.iterations >= options.max_iter)
                break;
            take_step(idle);
            ++report.iterations;
            double gap = complementarity();
            const bool last = step + 1 == kMaxSteps || report.iterations >= options.max_iter;
            if (!kShared || gap <= kMayEnd * options.tol || idle > 0 || last) {
                certify(options, report);
                gap = report.upper - report.lower;
                if (gap <= options.tol)
                    return true;
            }
            idle = gap < 0.9 * best_gap ? 0 : idle + 1;
            best_gap = std::min(best_gap, gap);
            if (fits_ && idle >= idle_before_swept_)
                take_swept(problem);
        }
        return false;
    }

private:
    static constexpr bool kShared = shares_arrays_v<Backend, System>;
    static constexpr int kMaxSteps = 80;
    static constexpr int kPatience = 10;
    // Steps without progress before the swept factors are taken over.
    static constexpr int kIdleBeforeSwept = kShared ? 2 : 0;
    static constexpr int kIdleBeforeSweptCareful = 2;
    // A certificate is made where sum r w, which is about the gap, is below so many times the
    // tolerance.
    static constexpr double kMayEnd = 4.0;
    // The marginals may be off by this part of the gap before the step, or of the tolerance.
    static constexpr double kFitPart = 0.01;
    static constexpr double kCarefulFitPart = 1e-4; // of the tolerance
    // At the start a slack is at most this where 1 - s is not more. First-order steps leave many s
    // near 1 at pairs that are all but dead, and slacks of 1 there take ten steps to come down.
    static constexpr double kMostSlack = 0.03;
    // Of mu, for a multiplier at the start. With mu itself steps stall where masses span decades.
    static constexpr double kLeastMultiplier = 1e-3;
    // Part of the way to the boundary r = 0 or w = 0 that a step may go.
    static constexpr double kToBoundary = 0.99;
    // Longest step in log a and log b: beyond, the exponentials are nothing like their
    // tangents.
    static constexpr double kLongestStep = 8.0;
    // Above this mu, c is not so large that a direction would have to be refined, unless the steps lead
    // nowhere.
    static constexpr double kRefineBelow = 1e-8;
    static constexpr double kLeastCentering = 1e-3;
    // mu times the number of pairs stays above this part of what the marginals miss: a
    // multiplier that has gone to zero cannot carry the mass that is still to be moved through
    // it. But mu always falls to this part of itself, or a residual that each step makes anew
    // holds it up for good.
    static constexpr double kResidualToMu = 0.03;
    static constexpr double kSlowestCentering = 0.2;

    using Array = std::vector<double>;

    // One direction in all variables.
    struct Direction {
        Array log_a, log_b, r, w;
    };

    static const PairPasses& passes_of(const System& system) {
        if constexpr (has_pair_passes_v<System>)
            return system.pair_passes();
        else
            return plain_pair_passes();
    }

    void start(const Problem& problem, const SolveReport& report) {
        system_.load(problem);
        pairs_ = (system_.pairs() + kPairs - 1) / kPairs * kPairs;
        if (!kShared) {
            log_r_.resize(problem.k1 * problem.k2);
            plain_a_.resize(problem.k1 * problem.ky);
            plain_b_.resize(problem.k2 * problem.ky);
        }
        for (Array* array : {&r_, &w_, &c_, &s_, &t_, &inverse_w_, &predictor_.r, &predictor_.w,
                             &corrector_.r, &corrector_.w})
            array->assign(pairs_, 0.0);
        for (Array* array :
             {&a_, &log_a_, &ga_, &rhs_a_, &da_, &predictor_.log_a, &corrector_.log_a})
            array->assign(system_.rows(), 0.0);
        for (Array* array :
             {&b_, &log_b_, &gb_, &rhs_b_, &db_, &predictor_.log_b, &corrector_.log_b})
            array->assign(system_.columns(), 0.0);
        take_iterate(problem, r_);
        log_of(a_, log_a_);
        log_of(b_, log_b_);
        system_.products(a_.data(), b_.data(), s_.data());
        active_ = 0;
        for (double s : s_)
            active_ += s > 0.0;
        const double mu = std::max(report.upper - report.lower, 1e-12) / count();
        for (std::size_t k = 0; k < pairs_; ++k) {
            if (!(s_[k] > 0.0)) {
                r_[k] = 0.0;
                w_[k] = 1.0;
                continue;
            }
            // a pair that is all but dead must still be able to come back
            r_[k] = std::max(r_[k], kLeastMultiplier * mu);
            w_[k] = std::max(1.0 - s_[k], std::min(mu / r_[k], most_slack_));
        }
    }

    Factors plain() { return {log_r_.data(), plain_a_.data(), plain_b_.data()}; }

    // a and b of the back end, and its r in one of the arrays of pairs.
    void take_iterate(const Problem& problem, Array& r) {
        if constexpr (kShared) {
            backend_.give(r.data(), a_.data(), b_.data());
        } else {
            backend_.factors(plain());
            fix_gauge(problem);
            system_.place(plain(), r.data(), a_.data(), b_.data());
        }
    }

    void hand_over_iterate() {
        if constexpr (kShared) {
            backend_.take(r_.data(), a_.data(), b_.data());
        } else {
            system_.gather(r_.data(), a_.data(), b_.data(), plain());
            backend_.assign(plain());
        }
    }

    // a(:,y) up, b(:,y) down: the largest a of each class becomes 1, as s <= 1 then bounds b.
    void fix_gauge(const Problem& problem) {
        for (std::size_t y = 0; y < problem.ky; ++y) {
            double largest = 0.0;
            for (std::size_t i = 0; i < problem.k1; ++i)
                largest = std::max(largest, plain_a_[i * problem.ky + y]);
            for (std::size_t i = 0; i < problem.k1; ++i)
                plain_a_[i * problem.ky + y] /= largest;
            for (std::size_t j = 0; j < problem.k2; ++j)
                plain_b_[j * problem.ky + y] *= largest;
        }
    }

    static void log_of(const Array& in, Array& out) {
        for (std::size_t k = 0; k < in.size(); ++k)
            out[k] = in[k] > 0.0 ? std::log(in[k]) : 0.0;
    }

    double complementarity() const {
        return passes_.complementarity(pairs_, r_.data(), w_.data());
    }

    double count() const { return static_cast<double>(active_); }

    // After `idle` steps without progress.
    void take_step(int idle) {
        residuals();
        system_.factorise(r_.data(), c_.data(), a_.data(), b_.data());

        const double mu = complementarity() / count();
        solve_for(predictor_, 0.0, 0.0, careful_);
        const double in_r = step_in(r_, predictor_.r);
        const double in_w = std::min(step_in(w_, predictor_.w), longest_step(predictor_));
        const double mu_after =
            passes_.complementarity_after(pairs_, r_.data(), in_r, predictor_.r.data(),
                                          w_.data(), in_w, predictor_.w.data()) /
            count();

        const double shrink = std::max(mu_after, 0.0) / mu;
        const double centering = std::clamp(shrink * shrink * shrink, kLeastCentering, 1.0);
        const double mu_target =
            std::max(centering * mu,
                     std::min(kSlowestCentering * mu, kResidualToMu * residual_ / count()));
        solve_for(corrector_, mu_target, std::min(in_r, in_w),
                  careful_ || idle > 0 || mu < kRefineBelow);
        move(corrector_);
    }

    // What is missing of both marginals; s and c of this iterate.
    void residuals() {
        system_.row_sums(r_.data(), b_.data(), ga_.data());
        system_.column_sums(r_.data(), a_.data(), gb_.data());
        for (std::size_t k = 0; k < ga_.size(); ++k)
            ga_[k] = system_.row_target()[k] - a_[k] * ga_[k];
        for (std::size_t k = 0; k < gb_.size(); ++k)
            gb_[k] = system_.column_target()[k] - b_[k] * gb_[k];
        residual_ = 0.0;
        for (double g : ga_)
            residual_ += std::abs(g);
        for (double g : gb_)
            residual_ += std::abs(g);
        passes_.ratios(pairs_, r_.data(), w_.data(), inverse_w_.data(), c_.data());
    }

    // The direction that makes r w change to mu less second_order times its change in the predictor,
    // to first order. Late on c is of order 1 /
    // mu, and dr = ... + c ds loses as many digits of what little ds is; so what the marginal
    // equations still miss is put in again as the right-hand side.
    void solve_for(Direction& d, double mu, double second_order, bool refine) {
        passes_.begin(pairs_, mu, second_order, predictor_.r.data(), predictor_.w.data(),
                      s_.data(), r_.data(), w_.data(), inverse_w_.data(), c_.data(), d.r.data(),
                      d.w.data());
        std::fill(d.log_a.begin(), d.log_a.end(), 0.0);
        std::fill(d.log_b.begin(), d.log_b.end(), 0.0);
        for (int round = 0; round <= static_cast<int>(refine); ++round) {
            missing_after_r(d);
            if (round > 0)
                missing_after_factors(d);
            system_.solve(rhs_a_.data(), rhs_b_.data(), da_.data(), db_.data());
            for (std::size_t k = 0; k < da_.size(); ++k) {
                d.log_a[k] += da_[k];
                da_[k] *= a_[k];
            }
            for (std::size_t k = 0; k < db_.size(); ++k) {
                d.log_b[k] += db_[k];
                db_[k] *= b_[k];
            }
            // ds = (a da) b^T + a (b db)^T
            add_change_of_s(da_, b_, d);
            add_change_of_s(a_, db_, d);
        }
    }

    void add_change_of_s(const Array& a, const Array& b, Direction& d) {
        system_.products(a.data(), b.data(), t_.data());
        passes_.add_change(pairs_, t_.data(), c_.data(), d.r.data(), d.w.data());
    }

    // rhs <- g - sum over the pairs of dr a b: what is left of both marginals where a and b stay.
    void missing_after_r(const Direction& d) {
        system_.row_sums(d.r.data(), b_.data(), rhs_a_.data());
        for (std::size_t k = 0; k < ga_.size(); ++k)
            rhs_a_[k] = ga_[k] - a_[k] * rhs_a_[k];
        system_.column_sums(d.r.data(), a_.data(), rhs_b_.data());
        for (std::size_t k = 0; k < gb_.size(); ++k)
            rhs_b_[k] = gb_[k] - b_[k] * rhs_b_[k];
    }

    // rhs <- rhs - sum over the pairs of r d(a b)
    void missing_after_factors(const Direction& d) {
        for (std::size_t k = 0; k < db_.size(); ++k)
            db_[k] = b_[k] * d.log_b[k];
        system_.row_sums(r_.data(), db_.data(), da_.data());
        for (std::size_t k = 0; k < ga_.size(); ++k)
            rhs_a_[k] -= a_[k] * da_[k] + (system_.row_target()[k] - ga_[k]) * d.log_a[k];
        for (std::size_t k = 0; k < da_.size(); ++k)
            da_[k] = a_[k] * d.log_a[k];
        system_.column_sums(r_.data(), da_.data(), db_.data());
        for (std::size_t k = 0; k < gb_.size(); ++k)
            rhs_b_[k] -= b_[k] * db_[k] + (system_.column_target()[k] - gb_[k]) * d.log_b[k];
    }

    double step_in(const Array& x, const Array& dx) const {
        return passes_.step_in(pairs_, kToBoundary, x.data(), dx.data());
    }

    double longest_step(const Direction& d) const {
        double longest = 0.0;
        for (double x : d.log_a)
            longest = std::max(longest, std::abs(x));
        for (double x : d.log_b)
            longest = std::max(longest, std::abs(x));
        return longest > 0.0 ? kLongestStep / longest : 1.0;
    }

    void move(const Direction& d) {
        const double in_r = step_in(r_, d.r);
        const double in_w = std::min(step_in(w_, d.w), longest_step(d));
        for (std::size_t k = 0; k < a_.size(); ++k) {
            if (a_[k] == 0.0)
                continue;
            log_a_[k] += in_w * d.log_a[k];
            a_[k] = std::exp(log_a_[k]);
        }
        for (std::size_t k = 0; k < b_.size(); ++k) {
            if (b_[k] == 0.0)
                continue;
            log_b_[k] += in_w * d.log_b[k];
            b_[k] = std::exp(log_b_[k]);
        }
        passes_.move(pairs_, in_r, d.r.data(), r_.data());
        passes_.move(pairs_, in_w, d.w.data(), w_.data());
        update_slacks();
    }

    void update_slacks() {
        system_.products(a_.data(), b_.data(), s_.data());
        passes_.raise_slacks(pairs_, s_.data(), w_.data());
    }

    // The lower bound is that of (a, b) as they are. For the upper one, sweeps bring r a b to
    // the marginals: what the Newton steps left open then costs its square, not itself.
    void certify(const SolveOptions& options, SolveReport& report) {
        hand_over_iterate();
        raise_lower(backend_, backend_.certificate().lower, report);
        // the gap falls by an order of magnitude or so in a step
        const double gap = kShared ? complementarity() : report.upper - report.lower;
        fits_ = fit_marginals(backend_,
                              careful_ ? kCarefulFitPart * options.tol
                                       : kFitPart * std::max(gap, options.tol),
                              kMostSweeps<Backend>, report);
        backend_.shrink();
        const Bounds bounds = backend_.certificate();
        raise_lower(backend_, bounds.lower, report);
        report.upper = bounds.upper;
    }

    // Goes on from the factors that the sweeps left in the back end, with r as it is. They fit the
    // marginals; what they now miss of s + w = 1 the next step closes. Without this, dr times
    // dlog a b opens as much of the marginals in each step as the last one has closed, wherever
    // several optima let the multipliers move far.
    void take_swept(const Problem& problem) {
        take_iterate(problem, t_);
        log_of(a_, log_a_);
        log_of(b_, log_b_);
        update_slacks();
    }

    Backend& backend_;
    System& system_;
    const PairPasses& passes_;
    const bool careful_;
    const int idle_before_swept_;
    const double most_slack_;
    bool fits_ = false;      // whether the sweeps after the last step came to their end
    double residual_ = 0.0;  // sum |a (r b) - P1| + sum |b (r^T a) - P2|
    std::size_t active_ = 0; // pairs that some class supports
    std::size_t pairs_ = 0;  // length of the arrays of pairs
    Array r_, w_, c_, s_, t_, inverse_w_;
    Array a_, log_a_, ga_, rhs_a_, da_;
    Array b_, log_b_, gb_, rhs_b_, db_;
    Direction predictor_, corrector_;
    Array log_r_, plain_a_, plain_b_; // the iterate in the public layout
};

} // namespace fourfold
