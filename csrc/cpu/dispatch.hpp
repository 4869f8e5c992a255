// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cpu/kernels/kernel_table.hpp"

namespace fourfold {

// The kernels for this machine: the widest instruction set that it has, or the one that the
// environment variable FOURFOLD_SIMD names (base, v3 or v4), read at the first call. Throws
// std::invalid_argument where that is not one of simd_levels().
const KernelTable& kernels();

// Instruction sets that were built and that this machine has, narrowest first.
std::vector<std::string> simd_levels();

// Switches the process to one of simd_levels(); for tests. Not to be called during a solve.
void select_simd(const std::string& level);

} // namespace fourfold
