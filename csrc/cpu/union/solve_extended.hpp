// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/union/union_bounds.hpp"
#include "core/union/union_options.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// From the start and in 32 digits, where steps in double precision have stalled with a gap above `tol`,
// in nats: over all tuples where these are few, and with pricing otherwise. Continues bounds and
// report. Passed over where a step would take seconds. Throws Interrupted.
void solve_extended(const UnionTables& tables, const UnionOptions& options, double tol,
                    StopCheck& stop, UnionBounds& bounds, UnionReport& report);

} // namespace fourfold
