// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cuda/solve_cuda.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// solve_cuda() on the current device for problems, a start and results in the memory of any
// caller: `out` has an entry for each problem, `factors` is null or those of the only one.
std::vector<Regime> solve_host_arrays(const std::vector<Problem>& problems,
                                      const SolveOptions& options, const ReportArrays& out,
                                      const Factors* factors, const Start& start,
                                      Interrupt& interrupt);

} // namespace fourfold
