// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/union/union_options.hpp"
#include "core/union/union_tables.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// v* of any number of sources of one target. Throws Interrupted.
UnionReport solve_union(const std::vector<UnionSource>& sources, std::size_t classes,
                        const UnionOptions& options, Interrupt& interrupt);

} // namespace fourfold
