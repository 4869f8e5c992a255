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

// Whether rounding holds up the steps in single precision, from their certified gaps. The iterate
// is as good as one of double precision until its gap comes close to what rounding leaves open,
// 1e-7 to 1e-6 nats where log r is known to 6e-8 of itself (docs/decisions/float32.md).
class Stall {
public:
    bool at(const SolveReport& report) {
        const double gap = report.upper - report.lower;
        const double iteration = static_cast<double>(report.iterations);
        if (gap < kLeastFall * gap_) {
            gap_ = gap;
            iteration_ = iteration;
        }
        return gap < kLeastGap || !(iteration < kPatience * iteration_ + kFirstPatience);
    }

private:
    static constexpr double kLeastGap = 1e-6;
    // The gap may stand still for a while in any precision. Where it does not fall to this part
    // of itself while the steps grow by that factor, double precision is to see to it.
    static constexpr double kLeastFall = 0.8;
    static constexpr double kPatience = 1.6;
    static constexpr double kFirstPatience = 32.0;

    double gap_ = std::numeric_limits<double>::infinity();
    double iteration_ = 0.0;
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
