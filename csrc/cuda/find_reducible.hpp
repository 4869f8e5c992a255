// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <vector>

#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Numbers, in order, of the problems, with tables in device memory, of which Reduction may leave less: two
// states with what may be the same posterior, one or a class without mass, sources that may be equal. More
// states than a block can compare are not looked at, and the problem is among them.
std::vector<std::size_t> find_reducible(const std::vector<Problem>& problems,
                                        const SolveOptions& options, cudaStream_t stream);

} // namespace fourfold
