// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "fourfold/backend.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Sweeps are slow where one leaves more than this part of the violation, and the next one would not
// do at that rate: then a step on the scaling problem is taken, where the back end has one. On dense
// tables of many classes hardly any sweep is (docs/decisions/sweeps.md).
inline constexpr double kSlowSweep = 0.5;

// What bounds the cost of a fit. Where states are almost disconnected it cannot be waited for: with
// scaling steps, two or three of these tell.
template <class Backend>
inline constexpr int kMostSweeps = has_scaling_step_v<Backend> ? 30 : 100;

// Scales r to both marginals until they are off by at most `enough`; returns whether they are. Gives up
// after `most_sweeps`. What costs as much as a sweep counts as one.
template <class Backend>
FOURFOLD_HOST_DEVICE bool fit_marginals(Backend& backend, double enough, int most_sweeps,
                                        SolveReport& report) {
    double before = std::numeric_limits<double>::infinity();
    for (int sweeps = 0; sweeps < most_sweeps;) {
        double left = backend.sweep();
        ++sweeps;
        ++report.sweeps;
        if (left <= enough)
            return true;
        if constexpr (has_scaling_step_v<Backend>) {
            // at the rate left / before, without the division
            if (left > kSlowSweep * before && left * left > enough * before &&
                sweeps < most_sweeps) {
                left = backend.scaling_step();
                const int cost = scaling_sweeps(backend);
                sweeps += cost;
                report.sweeps += cost;
                if (left <= enough)
                    return true;
            }
        }
        before = left;
    }
    return false;
}

} // namespace fourfold
