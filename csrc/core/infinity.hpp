// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

namespace fourfold {

// log 0 is -kInfinity.
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

} // namespace fourfold
