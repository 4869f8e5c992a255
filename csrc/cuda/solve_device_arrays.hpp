// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <vector>

#include "cuda/solve_host_arrays.hpp"

namespace fourfold {

// solve_cuda() with everything in memory of the current device, after a look for problems that can be
// reduced: the tables of those go through the host. `factors` (null where not wanted) are those of the
// first problem.
std::vector<Outcome> solve_device_arrays(const std::vector<Problem>& problems,
                                         const SolveOptions& options, const ReportArrays& out,
                                         const Factors& factors, const Start& start,
                                         Interrupt& interrupt, cudaStream_t stream);

} // namespace fourfold
