// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "fourfold/backend.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// A sweep that leaves more than this part of the violation is followed by a step on the scaling
// problem, where the back end has one. On dense tables hardly any does.
inline constexpr double kSlowSweep = 0.3;

// Scales r to both marginals until they are off by at most `enough`; returns whether they are. Gives up
// after `most_sweeps`, counting what costs as much as a sweep as one.
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
            if (left > kSlowSweep * before && sweeps < most_sweeps) {
                left = backend.scaling_step();
                sweeps += backend.scaling_sweeps();
                report.sweeps += backend.scaling_sweeps();
                if (left <= enough)
                    return true;
            }
        }
        before = left;
    }
    return false;
}

} // namespace fourfold
