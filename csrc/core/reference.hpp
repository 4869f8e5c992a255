// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// The plain solver: log-domain Sinkhorn IPFP over the explicit (K1, K2, KY) tensor, one thread,
// no acceleration. Slow on purpose; it says what the fast back ends must compute. Every state
// of `problem` has mass. `report` holds a lower bound known beforehand and is completed. Writes
// the factors where `factors.log_r` is not null. Throws Interrupted.
void solve_reference(const Problem& problem, const SolveOptions& options,
                     const Factors& factors, Interrupt& interrupt, SolveReport& report);

} // namespace fourfold
