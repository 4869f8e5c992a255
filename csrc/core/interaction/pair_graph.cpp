// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/interaction/pair_graph.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace fourfold {

namespace {

// Moves of up to 2^25 counts, about what cells of 2^50 scatter.
constexpr std::uint32_t kMostSizes = 26;

// Pairs in the order of their states, and calls group(state, begin, end) for each state.
template <class Group>
std::vector<std::uint32_t> grouped(std::size_t pairs, const std::int64_t* states,
                                   const Group& group) {
    std::vector<std::uint32_t> order(pairs);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [states](std::uint32_t a, std::uint32_t b) {
        return states[a] < states[b];
    });
    std::uint32_t state = 0;
    for (std::size_t begin = 0, end = 0; begin < pairs; begin = end, ++state) {
        while (end < pairs && states[order[end]] == states[order[begin]])
            ++end;
        group(order, state, begin, end);
    }
    return order;
}

} // namespace

PairGraph::PairGraph(std::size_t pairs, std::size_t ky, const std::int64_t* x1,
                     const std::int64_t* x2, const std::int64_t* counts)
    : ky_(ky), pairs_(pairs) {
    using Order = std::vector<std::uint32_t>;
    by_x1_ = grouped(
        pairs, x1,
        [this](const Order& order, std::uint32_t state, std::size_t begin, std::size_t end) {
            for (std::size_t k = begin; k < end; ++k) {
                Pair& pair = pairs_[order[k]];
                pair.x1 = state;
                pair.row_begin = static_cast<std::uint32_t>(begin);
                pair.row_size = static_cast<std::uint32_t>(end - begin);
                pair.in_row = static_cast<std::uint32_t>(k - begin);
            }
        });
    by_x2_ = grouped(
        pairs, x2,
        [this](const Order& order, std::uint32_t state, std::size_t begin, std::size_t end) {
            for (std::size_t k = begin; k < end; ++k) {
                Pair& pair = pairs_[order[k]];
                pair.x2 = state;
                pair.column_begin = static_cast<std::uint32_t>(begin);
                pair.column_size = static_cast<std::uint32_t>(end - begin);
                pair.in_column = static_cast<std::uint32_t>(k - begin);
            }
        });
    std::size_t slots = 2;
    for (; slots < 2 * pairs; slots *= 2)
        --shift_;
    slots_.resize(slots);
    for (std::size_t p = 0; p < pairs; ++p) {
        Pair& pair = pairs_[p];
        if (pair.row_size > 1 && pair.column_size > 1)
            corners_.push_back(static_cast<std::uint32_t>(p));
        // about the scatter of one of its cells
        const double mass =
            std::accumulate(counts + p * ky, counts + (p + 1) * ky, 0.0) / double(ky);
        pair.sizes = 1;
        while (pair.sizes < kMostSizes && std::pow(4.0, pair.sizes) <= mass)
            ++pair.sizes;
        const std::uint64_t key = key_of(pair.x1, pair.x2);
        std::size_t slot = slot_of(key);
        for (; slots_[slot].pair != kNone; slot = (slot + 1) & (slots - 1))
            if (slots_[slot].key == key)
                throw std::invalid_argument("x1, x2: expected each pair of states once");
        slots_[slot] = {key, static_cast<std::uint32_t>(p)};
    }
}

} // namespace fourfold
