// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Solves `count` independent problems of any shapes: large ones one after another with all
// threads inside, small ones side by side with one thread each. `factors` and `duals` are null or
// have one entry for each problem. Where `start.r` is not null, all problems have one shape and begin
// there, but for kReference. Reports are in nats. Throws Interrupted.
void solve_cpu(std::size_t count, const Problem* problems, const SolveOptions& options,
               Interrupt& interrupt, SolveReport* reports, const Factors* factors,
               const Dual* duals, const Start& start);

} // namespace fourfold
