// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "cpu/aligned.hpp"
#include "cpu/stop_check.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Bounds on v* of a given problem from a solution of the one in which states were put into groups
// (docs/algorithm.md, "Similar states"). group1 (given.k1), group2 (given.k2): the state of `merged` that
// each given one is part of. `found` are factors of a coupling of `merged`, `pair` a dual pair of it, all
// -inf where there is none, whose value is `lower`.
//
// `fine` gets a dual pair of the given problem, with the value that is returned as the lower bound.
// Both in nats. Throws Interrupted.
Bounds fine_bounds(const Problem& given, const std::int64_t* group1, const std::int64_t* group2,
                   const Problem& merged, const Factors& found, const Dual& pair,
                   const Dual& fine, int threads, StopCheck& stop);

} // namespace fourfold
