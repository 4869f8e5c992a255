// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Whether rounding holds up the steps in single precision, from their certified gaps. They are as
// good as those of double precision until the gap comes close to what rounding leaves open, 1e-7
// to 1e-6 nats on most tables, more where masses are spread over many decades
// (docs/decisions/float32.md).
class Stall {
public:
    FOURFOLD_HOST_DEVICE bool at(const SolveReport& report) {
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

} // namespace fourfold
