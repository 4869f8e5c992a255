// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// The plain solver: log-domain Sinkhorn IPFP over the explicit (K1, K2, KY) tensor, one thread,
// no acceleration. Slow on purpose; it says what the fast back ends must compute. Every state
// of `problem` has mass, and `prior_lower` is a lower bound on v* known beforehand. Writes the
// factors where `factors.log_r` is not null. Throws Interrupted.
SolveReport solve_reference(const Problem& problem, const SolveOptions& options,
                            double prior_lower, const Factors& factors, Interrupt& interrupt);

} // namespace fourfold
