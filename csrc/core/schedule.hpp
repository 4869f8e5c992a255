// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>

#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Seconds that either method would still need, from counts of operations and rates measured on one
// core (docs/decisions/newton.md). Only the ratio matters, and no clock is read: the choice is the
// same in every run.
class Schedule {
public:
    // `newton_work`: multiply-adds of one factorisation.
    Schedule(const Problem& problem, double newton_work, const SolveOptions& options)
        : tol_(options.tol) {
        const double pairs = static_cast<double>(problem.k1) * static_cast<double>(problem.k2);
        const double cells = pairs * static_cast<double>(problem.ky);
        sweep_ = 2.0 * cells / kProductRate + 0.2e-6;
        outer_ = 2.0 * cells / kProductRate + pairs / kElementRate + 0.3e-6;
        newton_step_ = newton_work / kFactorRate + 60.0 * cells / kProductRate +
                       20.0 * pairs / kElementRate + 10e-6;
    }

    // Whether the second-order method is expected to reach tol sooner. Asked after each
    // certificate of the first-order one.
    bool newton_is_faster(const SolveReport& report) {
        const double gap = report.upper - report.lower;
        const double steps = 3.0 + 1.2 * std::log10(gap / tol_);
        const bool faster = steps * newton_step_ < first_order_seconds(report, gap);
        last_gap_ = gap;
        last_iteration_ = report.iterations;
        return faster;
    }

private:
    static constexpr double kProductRate = 5e9; // multiply-adds a second in the thin products
    static constexpr double kElementRate = 3e8; // pairs a second through exp, log and momentum
    static constexpr double kFactorRate = 12e9; // multiply-adds a second in the factorisation

    // The gap falls like a power of the step count, whose exponent the last two checks give.
    double first_order_seconds(const SolveReport& report, double gap) const {
        const double iteration = static_cast<double>(report.iterations);
        if (last_iteration_ <= 0 || report.iterations <= last_iteration_) return 0.0;
        const double decay = std::log(last_gap_ / gap) /
                             std::log(iteration / static_cast<double>(last_iteration_));
        const double needed = std::pow(gap / tol_, 1.0 / std::clamp(decay, 0.25, 8.0));
        const double sweeps = static_cast<double>(report.sweeps) / iteration;
        return iteration * (needed - 1.0) * (outer_ + sweeps * sweep_);
    }

    double tol_;
    double sweep_, outer_, newton_step_;
    double last_gap_ = 0.0;
    long last_iteration_ = 0;
};

} // namespace fourfold
