// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <vector>

#include "cuda/launch.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// How a problem was solved: by one block with its arrays in shared memory, by one block with them
// in global memory, or by the whole grid; or on the host without a step (reduction.hpp).
enum class Regime : unsigned char { kShared, kBlock, kGrid, kRocHull, kEqualSources };

// Solves `problems`, whose tables are in memory of the current device, by first-order steps
// (`method` of the CPU solver: ipfp). Waits for what is in `stream` before and returns when all is
// done. `out` (one entry for each problem), `factors` (of the first problem, null where they are not
// wanted) and `start` point to device memory as well. Returns how each was solved.
// Throws Interrupted, CudaError and CudaMemoryError; `out` then holds no results.
std::vector<Regime> solve_cuda(const std::vector<Problem>& problems,
                               const SolveOptions& options, const ReportArrays& out,
                               const Factors& factors, const Start& start, Interrupt& interrupt,
                               cudaStream_t stream);

} // namespace fourfold
