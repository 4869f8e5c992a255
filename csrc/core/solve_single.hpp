// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>

#include "core/solve.hpp"

namespace fourfold {

// What a solve that began in single precision still needs: nothing; more first-order steps or
// second-order ones from the iterate that it reached; or all of it from the start.
enum class Remainder { kNothing, kFirstOrder, kSecondOrder, kAll };

// Whether rounding holds up the steps in single precision, from their certified gaps. They are as
// good as those of double precision until the gap comes close to what rounding leaves open, 1e-7
// to 1e-6 nats on most tables, more where masses are spread over many decades
// (docs/decisions/float32.md).
class Stall {
public:
    bool at(const SolveReport& report) {
        const double gap = report.upper - report.lower;
        const double work = static_cast<double>(report.iterations + report.sweeps);
        if (gap < kLeastFall * gap_) {
            gap_ = gap;
            work_ = work;
        }
        return gap < kLeastGap || work > kPatience * work_ + kFirstPatience;
    }

private:
    static constexpr double kLeastGap = 1e-6;
    // Where the gap does not fall to this part of itself while steps and sweeps grow by this
    // factor, double precision takes over. It may stand still for a hundred steps in any
    // precision. Sweeps count, as rounding shows in those that do not come to their end.
    static constexpr double kLeastFall = 0.8;
    static constexpr double kPatience = 1.6;
    static constexpr double kFirstPatience = 300.0;

    double gap_ = std::numeric_limits<double>::infinity();
    double work_ = 0.0;
};

// First-order steps of a back end in single precision, from the problem that it has loaded, as
// far as they lead. `report` holds a lower bound known beforehand; its bounds and its steps go on
// in the solve that follows. The arguments are those of solve().
template <class System, class Backend>
Remainder solve_single(Backend& backend, const Problem& problem, Method method,
                       const SolveOptions& options, SolveReport& report) {
    SecondOrder<System> second_order(problem, method, options, kSingleSpeed);
    Stall stall;
    Remainder next = Remainder::kNothing;
    ipfp(backend, options, report, [&](const SolveReport& now) {
        if (!std::isfinite(now.upper - now.lower))
            next = Remainder::kAll; // factors beyond the range of a float
        else if (second_order.wanted(now))
            next = Remainder::kSecondOrder;
        else if (stall.at(now))
            next = Remainder::kFirstOrder;
        return next != Remainder::kNothing;
    });
    return next;
}

} // namespace fourfold
