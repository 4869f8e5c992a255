// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/interaction/pairwise_walk.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/interaction/log_factorial.hpp"

namespace fourfold {

namespace {

std::uint64_t product(std::int32_t a, std::int32_t b) {
    return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b);
}

double product(std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) * static_cast<double>(b);
}

// Of 64 random bits a number below `end`, as likely as another but for a share of end / 2^64.
std::uint64_t below(std::uint64_t end, std::uint64_t bits) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits) * end) >> 64);
}

double below(double end, std::uint64_t bits) {
    const double at = static_cast<double>(bits >> 11) * 0x1p-53 * end;
    return at < end ? at : std::nextafter(end, 0.0);
}

// The first of ascending sums above a number that is below the last. It reads them all, which is sooner
// done than to come back from a branch that was guessed wrong.
template <class Weight>
std::size_t first_above(const std::vector<Weight>& sums, Weight number) {
    std::size_t place = 0;
    for (const Weight sum : sums)
        place += sum <= number ? 1 : 0;
    return place;
}

// Moves of so few counts are weighed by their factors, larger ones by logarithms.
constexpr int kFactors = 32;

// The product over t = 1 .. m - 1 of (lose - t) / (gain + t).
double rest_of_ratio(const std::array<double, 4>& lose, const std::array<double, 4>& gain,
                     double m) {
    double log_ratio = 0.0;
    for (std::size_t k = 0; k < 4; ++k)
        log_ratio -=
            log_factorial_ratio(lose[k] - 1.0, 1.0 - m) + log_factorial_ratio(gain[k], m - 1.0);
    return std::exp(log_ratio);
}

} // namespace

template <class Count>
PairwiseWalk<Count>::PairwiseWalk(const PairGraph& graph, const Count* counts,
                                  std::uint64_t seed, std::uint64_t stream)
    : graph_(graph), counts_(counts, counts + graph.pairs() * graph.classes()),
      same_(graph.classes()), crossed_(graph.classes()), random_(seed, stream) {}

template <class Count>
void PairwiseWalk<Count>::walk(std::size_t steps) {
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
template <class Count>
void PairwiseWalk<Count>::step(std::uint32_t corner, std::uint64_t choices) {
    const std::uint64_t bits = random_.bits();
    const std::uint32_t row = graph_.other_in_row(corner, static_cast<std::uint32_t>(choices));
    const std::uint32_t column =
        graph_.other_in_column(corner, static_cast<std::uint32_t>(bits));
    const std::uint32_t opposite = graph_.crossing(column, row);
    if (opposite == PairGraph::kNone)
        return;
    const std::size_t ky = graph_.classes();
    Count* const ij = counts_.data() + corner * ky;
    Count* const kl = counts_.data() + opposite * ky;
    Count* const il = counts_.data() + row * ky;
    Count* const kj = counts_.data() + column * ky;
    Weight same = 0, crossed = 0;
    for (std::size_t y = 0; y < ky; ++y) {
        same += product(ij[y], kl[y]);
        same_[y] = same;
        crossed += product(il[y], kj[y]);
        crossed_[y] = crossed;
    }
    if (same == 0 || crossed == 0)
        return;
    const std::size_t y = first_above(same_, below(same, random_.bits()));
    // of the other classes: what y has is left out where the sums reach it
    const Weight own = product(il[y], kj[y]);
    if (crossed == own)
        return;
    Weight at = below(crossed - own, random_.bits());
    at += at >= crossed_[y] - own ? own : Weight{0};
    const std::size_t z = first_above(crossed_, at);
    const std::uint32_t sizes = std::min({graph_.sizes(corner), graph_.sizes(opposite),
                                          graph_.sizes(row), graph_.sizes(column)});
    const Count size = Count{1} << below(sizes, static_cast<std::uint32_t>(bits >> 32));
    if (std::min({ij[y], kl[y], il[z], kj[z]}) < size)
        return;
    const auto m = static_cast<double>(size);
    const auto at_class = [](const Count* of, std::size_t k) {
        return static_cast<double>(of[k]);
    };
    // these lose, and these gain
    const double a = at_class(ij, y), b = at_class(kl, y), c = at_class(il, z),
                 d = at_class(kj, z);
    const double e = at_class(ij, z), f = at_class(kl, z), g = at_class(il, y),
                 h = at_class(kj, y);
    double now = static_cast<double>(same) * static_cast<double>(crossed - own);
    double back =
        (static_cast<double>(same) - a * b - e * f + (a - m) * (b - m) + (e + m) * (f + m)) *
        (static_cast<double>(crossed - own) - c * d + (g + m) * (h + m));
    if (size <= kFactors)
        for (int k = 1; k < size; ++k) {
            const double t = k;
            now *=
                (a - t) * (b - t) * (c - t) * (d - t) / ((e + t) * (f + t) * (g + t) * (h + t));
        }
    else
        now *= rest_of_ratio({a, b, c, d}, {e, f, g, h}, m);
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

template <class Count>
double sum_n_log_n(const std::vector<Count>& counts) {
    double sum = 0.0;
    for (const Count n : counts)
        if (n > 1)
            sum += static_cast<double>(n) * std::log(static_cast<double>(n));
    return sum;
}

template class PairwiseWalk<std::int32_t>;
template class PairwiseWalk<std::int64_t>;
template double sum_n_log_n(const std::vector<std::int32_t>&);
template double sum_n_log_n(const std::vector<std::int64_t>&);

} // namespace fourfold
