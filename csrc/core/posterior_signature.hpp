// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>

#include "fourfold/host_device.hpp"

namespace fourfold {

// Two posteriors are the same where they have equal zeros and no class is off by more than this of itself.
inline constexpr double kSamePosterior = 0x1p-43;

// Weight of class y in the sum by which posteriors are told apart: between 1 and 2, and so spread that no
// two sets of classes add up alike. Of posteriors that are the same these sums are as near.
FOURFOLD_HOST_DEVICE inline double weight_of_class(std::size_t y) {
    constexpr double kGoldenRatio = 0.6180339887498949;
    const double turns = kGoldenRatio * static_cast<double>(y + 1);
    return 1.0 + turns - std::floor(turns);
}

FOURFOLD_HOST_DEVICE inline bool are_near(double x, double y, double part) {
    const double larger = x > y ? x : y;
    return std::abs(x - y) <= part * larger;
}

} // namespace fourfold
