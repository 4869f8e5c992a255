// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "core/union/union_coupling.hpp"
#include "core/union/union_options.hpp"
#include "core/union/union_tables.hpp"

namespace fourfold {

// The coupling of the given states from that of the reduced ones, into the report: states that were made
// one have the same posterior, and take their shares of each tuple by the north-west corner rule, with
// no more information. `classes`: those given
void expand_coupling(const UnionTables& tables, std::size_t classes,
                     const UnionCoupling& coupling, UnionReport& report);

} // namespace fourfold
