// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/interaction_cpu.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

#include "core/interaction/pairwise_walk.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kUnasked = 16384; // steps between two looks at the interrupt

template <class Count>
void walk(PairwiseWalk<Count>& walker, std::size_t steps, StopCheck& stop) {
    for (std::size_t left = steps; left > 0 && !stop.requested();) {
        const std::size_t next = std::min(left, kUnasked);
        walker.walk(next);
        left -= next;
    }
}

template <class Count>
void ends_of_walks(const PairGraph& graph, const Count* counts, std::size_t steps,
                   std::size_t walks, std::uint64_t seed, double* ends, int num_threads,
                   Interrupt& interrupt) {
    StopCheck stop(interrupt);
    PairwiseWalk<Count> back(graph, counts, seed, 0);
    walk(back, steps, stop);
    parallel_for(walks, effective_threads(num_threads), [&](std::size_t k) {
        if (stop.requested())
            return;
        PairwiseWalk<Count> forward(graph, back.counts().data(), seed, k + 1);
        walk(forward, steps, stop);
        ends[k] = sum_n_log_n(forward.counts());
    });
    if (stop.requested())
        throw Interrupted();
}

} // namespace

void walk_from_root(std::size_t pairs, std::size_t ky, const std::int64_t* x1,
                    const std::int64_t* x2, const std::int64_t* counts, std::size_t steps,
                    std::size_t walks, std::uint64_t seed, double* ends, int num_threads,
                    Interrupt& interrupt) {
    const PairGraph graph(pairs, ky, x1, x2, counts);
    const std::int64_t* const end = counts + pairs * ky;
    // of fewer than 2^31 in all no cell of any table can hold more
    if (std::accumulate(counts, end, std::int64_t{0}) <=
        std::numeric_limits<std::int32_t>::max()) {
        std::vector<std::int32_t> narrow;
        narrow.reserve(pairs * ky);
        std::transform(counts, end, std::back_inserter(narrow),
                       [](std::int64_t n) { return static_cast<std::int32_t>(n); });
        ends_of_walks(graph, narrow.data(), steps, walks, seed, ends, num_threads, interrupt);
    } else {
        ends_of_walks(graph, counts, steps, walks, seed, ends, num_threads, interrupt);
    }
}

} // namespace fourfold
