// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The passes over pairs of the interior-point method, compiled once for each instruction set.
#include "core/newton/pair_loops.hpp"
#include "cpu/kernels/simd_level.hpp"

namespace fourfold {

extern const PairPasses FOURFOLD_LEVEL_NAME(pair_passes_);
const PairPasses FOURFOLD_LEVEL_NAME(pair_passes_) = kPairLoops;

} // namespace fourfold
