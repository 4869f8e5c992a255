// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/interaction_cpu.hpp"

#include <algorithm>

#include "core/interaction/pairwise_walk.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kUnasked = 16384; // steps between two looks at the interrupt

void walk(PairwiseWalk& walker, std::size_t steps, StopCheck& stop) {
    for (std::size_t left = steps; left > 0 && !stop.requested();) {
        const std::size_t next = std::min(left, kUnasked);
        walker.walk(next);
        left -= next;
    }
}

} // namespace

void walk_from_root(std::size_t pairs, std::size_t ky, const std::int64_t* x1,
                    const std::int64_t* x2, const std::int32_t* counts, std::size_t steps,
                    std::size_t walks, std::uint64_t seed, double* ends, int num_threads,
                    Interrupt& interrupt) {
    const PairGraph graph(pairs, ky, x1, x2, counts);
    StopCheck stop(interrupt);
    PairwiseWalk back(graph, counts, seed, 0);
    walk(back, steps, stop);
    parallel_for(walks, effective_threads(num_threads), [&](std::size_t k) {
        if (stop.requested())
            return;
        PairwiseWalk forward(graph, back.counts().data(), seed, k + 1);
        walk(forward, steps, stop);
        ends[k] = sum_n_log_n(forward.counts());
    });
    if (stop.requested())
        throw Interrupted();
}

} // namespace fourfold
