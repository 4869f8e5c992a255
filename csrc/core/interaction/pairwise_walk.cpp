// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/interaction/pairwise_walk.hpp"

#include <algorithm>
#include <cmath>

namespace fourfold {

PairwiseWalk::PairwiseWalk(const PairGraph& graph, const std::int32_t* counts,
                           std::uint64_t seed, std::uint64_t stream)
    : graph_(graph), counts_(counts, counts + graph.pairs() * graph.classes()),
      same_(graph.classes()), crossed_(graph.classes()), random_(seed, stream) {}

void PairwiseWalk::walk(std::size_t steps) {
    const std::vector<std::uint32_t>& corners = graph_.corners();
    if (corners.empty()) // nothing can move
        return;
    const auto number = static_cast<std::uint32_t>(corners.size());
    for (std::size_t k = 0; k < steps; ++k) {
        const std::uint64_t bits = random_.bits();
        step(corners[below(number, static_cast<std::uint32_t>(bits))], bits >> 32);
    }
}

// Pairs (i,j), (i,l), (k,j) and (k,l) are chosen without looking at the counts, class y by n_ijy n_kly,
// and class z by n_ilz n_kjz of the others. Then `size` counts go from y to z on (i,j) and (k,l), and back
// on (i,l) and (k,j). The step back chooses z first, then y. So of Metropolis and Hastings' ratio all
// counts cancel where size is 1: the sums of the weights are left.
void PairwiseWalk::step(std::uint32_t corner, std::uint64_t choices) {
    const std::uint64_t bits = random_.bits();
    const std::uint32_t row = graph_.other_in_row(corner, static_cast<std::uint32_t>(choices));
    const std::uint32_t column =
        graph_.other_in_column(corner, static_cast<std::uint32_t>(bits));
    const std::uint32_t opposite = graph_.crossing(column, row);
    if (opposite == PairGraph::kNone)
        return;
    const std::size_t ky = graph_.classes();
    std::int32_t* const ij = counts_.data() + corner * ky;
    std::int32_t* const kl = counts_.data() + opposite * ky;
    std::int32_t* const il = counts_.data() + row * ky;
    std::int32_t* const kj = counts_.data() + column * ky;
    double same = 0.0, crossed = 0.0;
    for (std::size_t y = 0; y < ky; ++y) {
        same += same_[y] = static_cast<double>(ij[y]) * static_cast<double>(kl[y]);
        crossed += crossed_[y] = static_cast<double>(il[y]) * static_cast<double>(kj[y]);
    }
    if (same == 0.0 || crossed == 0.0)
        return;
    const std::size_t y = chosen(same_, same);
    crossed -= crossed_[y];
    if (crossed == 0.0)
        return;
    crossed_[y] = 0.0;
    const std::size_t z = chosen(crossed_, crossed);
    const std::uint32_t sizes = std::min({graph_.sizes(corner), graph_.sizes(opposite),
                                          graph_.sizes(row), graph_.sizes(column)});
    const std::int32_t size = 1 << below(sizes, static_cast<std::uint32_t>(bits >> 32));
    if (std::min({ij[y], kl[y], il[z], kj[z]}) < size)
        return;
    const double m = size;
    const double a = ij[y], b = kl[y], c = il[z], d = kj[z]; // these lose
    const double e = ij[z], f = kl[z], g = il[y], h = kj[y]; // these gain
    double now = same * crossed;
    double back = (same - a * b - e * f + (a - m) * (b - m) + (e + m) * (f + m)) *
                  (crossed - c * d + (g + m) * (h + m));
    for (std::int32_t k = 1; k < size; ++k) {
        const double t = k;
        now *= (a - t) * (b - t) * (c - t) * (d - t) / ((e + t) * (f + t) * (g + t) * (h + t));
    }
    if (now < back && random_.uniform() * back >= now)
        return;
    ij[y] -= size;
    kl[y] -= size;
    il[z] -= size;
    kj[z] -= size;
    ij[z] += size;
    kl[z] += size;
    il[y] += size;
    kj[y] += size;
}

// A class with a probability of its weight over their sum, which is above zero.
std::size_t PairwiseWalk::chosen(const std::vector<double>& weights, double sum) {
    double left = random_.uniform() * sum;
    std::size_t last = 0;
    for (std::size_t y = 0; y < weights.size(); ++y) {
        if (weights[y] == 0.0)
            continue;
        if (left < weights[y])
            return y;
        left -= weights[y];
        last = y;
    }
    return last; // by rounding
}

double sum_n_log_n(const std::vector<std::int32_t>& counts) {
    double sum = 0.0;
    for (const std::int32_t n : counts)
        if (n > 1)
            sum += n * std::log(static_cast<double>(n));
    return sum;
}

} // namespace fourfold
