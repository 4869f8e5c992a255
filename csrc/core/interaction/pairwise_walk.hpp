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
//
// Count: std::int32_t, for fewer than 2^31 counts in all, else std::int64_t, fewer than 2^53.
template <class Count>
class PairwiseWalk {
public:
    // counts (pairs, classes); the graph is kept by reference.
    PairwiseWalk(const PairGraph& graph, const Count* counts, std::uint64_t seed,
                 std::uint64_t stream);

    void walk(std::size_t steps);

    const std::vector<Count>& counts() const { return counts_; }

private:
    struct Four { // counts of pairs of two states of each source
        Count *ij, *kl, *il, *kj;
    };
    struct Classes {
        std::size_t y, z;
    };

    void step(std::uint32_t corner, std::uint64_t choices);
    double weigh(const Four& of);
    Classes choose(const Four& of, double number);
    static void move(const Four& of, std::size_t y, std::size_t z, Count size);

    const PairGraph& graph_;
    std::vector<Count> counts_;
    std::vector<double> same_, crossed_, either_; // sums of weights up to each class
    RandomStream random_;
};

extern template class PairwiseWalk<std::int32_t>;
extern template class PairwiseWalk<std::int64_t>;

// sum n log n over counts, in nats.
template <class Count>
double sum_n_log_n(const std::vector<Count>& counts);

} // namespace fourfold
