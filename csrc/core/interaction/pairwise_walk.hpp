// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/interaction/pair_graph.hpp"
#include "core/interaction/random_stream.hpp"

namespace fourfold {

// A walk over the tables of counts with the same three pairwise tables as a given one. It is
// reversible, and its stationary law is prod 1/n!: that of the counts given these tables where there is no
// interaction of the three. A step moves counts between two classes on the four pairs of two states
// of each source.
class PairwiseWalk {
public:
    // counts (pairs, classes); the graph is kept by reference.
    PairwiseWalk(const PairGraph& graph, const std::int32_t* counts, std::uint64_t seed,
                 std::uint64_t stream);

    void walk(std::size_t steps);

    const std::vector<std::int32_t>& counts() const { return counts_; }

private:
    void step(std::uint32_t corner, std::uint64_t choices);

    const PairGraph& graph_;
    std::vector<std::int32_t> counts_;
    std::vector<std::uint64_t> same_, crossed_; // sums of weights up to each class
    RandomStream random_;
};

// sum n log n over counts, in nats.
double sum_n_log_n(const std::vector<std::int32_t>& counts);

} // namespace fourfold
