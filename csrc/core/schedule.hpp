// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>

#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Seconds that either method would still need, from counts of operations and rates measured on
// one core (docs/decisions/newton.md). Only the ratio matters, and no clock is read: the choice
// is the same in every run.
class Schedule {
public:
    // `newton_work`: multiply-adds of one factorisation. `speed`: of the first-order steps, 1 in
    // double precision.
    Schedule(const Problem& problem, double newton_work, const SolveOptions& options,
             double speed)
        : tol_(options.tol) {
        const double pairs = static_cast<double>(problem.k1) * static_cast<double>(problem.k2);
        const double products = 2.0 * cells(problem);
        vectors_ = static_cast<double>(problem.k1 + problem.k2) *
                   static_cast<double>(problem.ky) / kElementRate;
        sweep_ = (products / kProductRate + 0.2e-6) / speed;
        outer_ = (products / kProductRate + pairs / kElementRate + 0.3e-6) / speed;
        newton_step_ = newton_work / kFactorRate + 60.0 * cells(problem) / kProductRate +
                       20.0 * pairs / kElementRate + 10e-6;
    }

    // Whether the second-order method is expected to reach tol sooner. Asked after each
    // certificate of the first-order one, whose steps run over the part `alive` of the pairs; false
    // while that is 0: what they will cost is not known.
    bool newton_is_faster(const SolveReport& report, double alive = 1.0) {
        const double gap = report.upper - report.lower;
        const double steps = kNewtonStart + kNewtonStepsPerDecade * std::log10(gap / tol_);
        const double newton = steps * newton_step_;
        const double first_order = first_order_seconds(report, gap, newton, alive);
        if (static_cast<double>(report.iterations) >= kBetweenMarks * latest_.iteration) {
            earlier_ = latest_;
            latest_ = {static_cast<double>(report.iterations), gap};
        }
        return alive > 0.0 && newton < first_order;
    }

private:
    static constexpr double kProductRate = 9e9; // multiply-adds a second in the thin products
    static constexpr double kElementRate = 5e8; // pairs a second through exp, log and momentum
    // A pair in a list takes so much longer than one of an array, both in products and steps.
    static constexpr double kListed = 1.6;
    static constexpr double kFactorRate = 12e9; // multiply-adds a second in the factorisation
    // Interior-point steps: those that find the central path, and those for each digit.
    static constexpr double kNewtonStart = 7.0;
    static constexpr double kNewtonStepsPerDecade = 1.2;
    // With momentum the gap falls like 1 / steps^2 in the long run, but it may stand still for
    // a hundred steps first. A slower rate is believed only when as much time has been spent as
    // the other method would need: being wrong then costs a factor, not an order of magnitude.
    static constexpr double kUsualDecay = 2.0;
    // Over lists of alive pairs the last digits come sooner, as the pairs are those of the solution.
    static constexpr double kUsualDecayListed = 4.0;
    static constexpr double kSlowestDecay = 0.75;
    static constexpr double kSpentToJudge = 0.7;
    static constexpr double kBetweenMarks = 1.4; // ratio of step counts

    // Time that first-order steps still need, were the gap to go on falling like the power of
    // the step count seen since a mark kBetweenMarks times fewer steps ago: from one check to
    // the next it is too rough.
    double first_order_seconds(const SolveReport& report, double gap, double newton,
                               double alive) const {
        const double iteration = static_cast<double>(report.iterations);
        if (earlier_.iteration <= 0.0)
            return 0.0;
        const double sweeps = static_cast<double>(report.sweeps);
        // at what steps cost by now
        double spent = iteration * outer_ + sweeps * sweep_;
        if (alive < 1.0)
            spent = std::min(spent, alive * kListed * spent + (iteration + sweeps) * vectors_);
        const double decay =
            std::log(earlier_.gap / gap) / std::log(iteration / earlier_.iteration);
        const double usual = alive < 1.0 ? kUsualDecayListed : kUsualDecay;
        const double least = spent < kSpentToJudge * newton ? usual : kSlowestDecay;
        const double needed = std::pow(gap / tol_, 1.0 / std::clamp(decay, least, 8.0));
        return spent * (needed - 1.0);
    }

    // A certificate to measure progress from.
    struct Mark {
        double iteration = 0.0;
        double gap = 0.0;
    };

    double tol_;
    double sweep_, outer_, newton_step_;
    double vectors_; // what a sweep over a list of pairs does besides
    Mark earlier_, latest_;
};

} // namespace fourfold
