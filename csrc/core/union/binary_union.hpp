// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/union/union_options.hpp"
#include "core/union/union_tables.hpp"

namespace fourfold {

// Whether no more than two classes have mass in each source.
bool is_binary(const std::vector<UnionSource>& sources, std::size_t classes);

// v* of any number of sources of at most two classes in closed form: the information of the hull of
// their ROC curves (core/binary/roc_hull.hpp), in the time of a sort.
void solve_binary_union(const std::vector<UnionSource>& sources, std::size_t classes,
                        bool coupling, UnionReport& report);

} // namespace fourfold
