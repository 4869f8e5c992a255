// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "core/stall.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// The phases of a solve, which solve() in core/solve.hpp takes one after the other. On a CUDA device
// there are kStart, kSingle and kFirstOrder only.
enum class Phase { kStart, kSingle, kFirstOrder, kSecondOrder, kExtended, kStretch, kDone };

// What follows a certificate of the steps in single precision: kSingle, which is more of them; the
// same steps in double precision from there; or a new start, where factors are beyond the range of
// a float.
FOURFOLD_HOST_DEVICE inline Phase after_single(const SolveReport& report, Stall& stall) {
    if (!std::isfinite(report.upper - report.lower))
        return Phase::kStart;
    return stall.at(report) ? Phase::kFirstOrder : Phase::kSingle;
}

} // namespace fourfold
