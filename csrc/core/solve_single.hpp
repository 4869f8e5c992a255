// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "core/solve.hpp"
#include "core/stall.hpp"

namespace fourfold {

// What a solve that began in single precision still needs: nothing; more first-order steps or
// second-order ones from the iterate that it reached; or all of it from the start.
enum class Remainder { kNothing, kFirstOrder, kSecondOrder, kAll };

// First-order steps of a back end in single precision, from the problem that it has loaded, as
// far as they lead. `report` holds a lower bound known beforehand; its bounds and its steps go on
// in the solve that follows. The arguments are those of solve().
template <class System, class Backend>
Remainder solve_single(Backend& backend, const Problem& problem, const SolveOptions& options,
                       SolveReport& report) {
    SecondOrder<System> second_order(problem, options, kSingleSpeed);
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
