// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "core/newton/double_double.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// factorise_small of core/newton/small_cholesky.hpp in 32 digits with eight rows at a time, whose sums do
// not wait for each other.  h (n, n), the lower triangle. Throws Interrupted.
void factorise_extended(std::size_t n, DoubleDouble* h, Interrupt& interrupt);

} // namespace fourfold
