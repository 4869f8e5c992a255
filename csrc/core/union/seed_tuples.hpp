// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/union/union_tables.hpp"

namespace fourfold {

// Tuples (m, sources) to begin with, on which some coupling has exactly the given marginals: of each
// class one by the north-west corner rule, for states in several orders.
std::vector<std::uint32_t> seed_tuples(const UnionTables& tables);

} // namespace fourfold
