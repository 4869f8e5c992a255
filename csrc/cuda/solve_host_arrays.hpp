// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cuda/factor_arrays.hpp"
#include "cuda/launch.hpp"
#include "cuda/reduction.hpp"
#include "cuda/solve_cuda.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// How a problem was solved, and the states and classes that were told apart.
struct Outcome {
    Regime regime = Regime::kShared;
    std::size_t k1 = 0, k2 = 0, ky = 0;
};

// solve_cuda() for tables in the host's memory, and results there: first reduces the problems, and solves
// on the current device what that leaves to do. `factors` (null where not wanted) are those of the first
// problem.
std::vector<Outcome> solve_host_arrays(const std::vector<Problem>& problems,
                                       const SolveOptions& options, const ReportArrays& out,
                                       const Factors& factors, const Start& start,
                                       Interrupt& interrupt);

// The same of problems that have been reduced.
std::vector<Outcome> solve_reduced(Reduction& reduction, const SolveOptions& options,
                                   const ReportArrays& out, const Factors& factors,
                                   const Start& start, Interrupt& interrupt);

} // namespace fourfold
