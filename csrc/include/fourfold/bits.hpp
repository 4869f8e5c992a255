// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace fourfold {

// The core counts in nats, Python in bits.
inline constexpr double kNatsPerBit = 0.69314718055994530942;

} // namespace fourfold
