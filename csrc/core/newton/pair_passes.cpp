// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/newton/pair_loops.hpp"

namespace fourfold {

const PairPasses& plain_pair_passes() {
    return kPairLoops;
}

} // namespace fourfold
