// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fourfold/problem.hpp"

namespace fourfold {

// Whether the sparse back end is expected to be done sooner than the dense one with a problem whose gap
// is to come to `tol` nats, from counts of operations: no clock is read.
bool sparse_is_faster(const Problem& problem, double tol);

} // namespace fourfold
