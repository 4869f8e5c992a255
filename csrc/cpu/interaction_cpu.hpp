// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "fourfold/options.hpp"

namespace fourfold {

// The scheme of Besag and Clifford (1989): one walk from the counts back to a root, `walks` others
// from there, each of so many steps; the counts and where the walks ended are then exchangeable. Writes
// sum n log n of these ends. The same for a seed on any number of threads. Throws Interrupted.
// counts (pairs, ky) of the pairs of states x1[p], x2[p]; below 2^53 in all.
void walk_from_root(std::size_t pairs, std::size_t ky, const std::int64_t* x1,
                    const std::int64_t* x2, const std::int64_t* counts, std::size_t steps,
                    std::size_t walks, std::uint64_t seed, double* ends, int num_threads,
                    Interrupt& interrupt);

} // namespace fourfold
