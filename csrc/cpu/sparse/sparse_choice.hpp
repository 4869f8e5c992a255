// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fourfold/problem.hpp"

namespace fourfold {

// Whether the sparse back end is expected to solve a problem sooner than the dense one, from counts of
// operations: no clock is read.
bool sparse_is_faster(const Problem& problem);

} // namespace fourfold
