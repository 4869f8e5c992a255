// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/interaction/pairwise_walk.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/interaction/log_factorial.hpp"

namespace fourfold {

namespace {

template <class Count>
double product(Count a, Count b) {
    return static_cast<double>(a) * static_cast<double>(b);
}

// Of 64 random bits a number below `end`, as likely as another; 0 where `end` is.
double below(double end, std::uint64_t bits) {
    return static_cast<double>(bits >> 11) * 0x1p-53 * end;
}

// The first of n ascending sums above a number, the last where rounding has left none. It reads them all,
// which is sooner done than to come back from a branch that was guessed wrong.
std::size_t first_above(const double* sums, std::size_t n, double number) {
    std::size_t place = 0;
    for (std::size_t k = 0; k + 1 < n; ++k)
        place += sums[k] <= number ? 1 : 0;
    return place;
}

// A step in so many stays where it is: nearly all others move, and between two tables alone the walk
// would come back after every second one.
constexpr std::uint64_t kOneStays = 16;

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
      same_(graph.classes()), crossed_(graph.classes()), either_(graph.classes()),
      random_(seed, stream) {}

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

// Two classes y and z are chosen by n_ijy n_kly n_ilz n_kjz: the sum of these over all that differ, of
// products of which none is subtracted, as that of one class may be all but 1e-16 of them.
template <class Count>
double PairwiseWalk<Count>::weigh(const Four& of) {
    double same = 0.0, crossed = 0.0, either = 0.0;
    for (std::size_t y = 0; y < graph_.classes(); ++y) {
        const double own = product(of.ij[y], of.kl[y]), other = product(of.il[y], of.kj[y]);
        either += own * crossed + other * same; // with one of the classes before
        same += own;
        crossed += other;
        same_[y] = same;
        crossed_[y] = crossed;
        either_[y] = either;
    }
    return either;
}

// The two classes, of a number below all that was weighed.
template <class Count>
typename PairwiseWalk<Count>::Classes PairwiseWalk<Count>::choose(const Four& of,
                                                                  double number) {
    const std::size_t last = first_above(either_.data(), graph_.classes(), number);
    if (last == 0) // by rounding alone
        return {0, 0};
    const double own = product(of.ij[last], of.kl[last]),
                 other = product(of.il[last], of.kj[last]);
    const double as_y = own * crossed_[last - 1], as_z = other * same_[last - 1];
    const double at = below(as_y + as_z, random_.bits());
    if (at < as_y)
        return {last, first_above(crossed_.data(), last, at / own)};
    return {first_above(same_.data(), last, (at - as_y) / other), last};
}

// Pairs (i,j), (i,l), (k,j) and (k,l) are chosen without looking at the counts, classes y and z by what is
// there. Then `size` counts go from y to z on (i,j) and (k,l), and back on (i,l) and (k,j). So of Metropolis
// and Hastings' ratio all counts cancel where size is 1: the sums of the weights are left.
template <class Count>
void PairwiseWalk<Count>::step(std::uint32_t corner, std::uint64_t choices) {
    const std::uint64_t bits = random_.bits();
    const std::uint32_t row = graph_.other_in_row(corner, static_cast<std::uint32_t>(choices));
    const std::uint32_t column =
        graph_.other_in_column(corner, static_cast<std::uint32_t>(bits));
    const std::uint32_t opposite = graph_.crossing(column, row);
    if (opposite == PairGraph::kNone)
        return;
    const std::uint64_t class_bits = random_.bits();
    if (class_bits % kOneStays == 0) // the bits that below() leaves
        return;
    const std::size_t ky = graph_.classes();
    const Four of{counts_.data() + corner * ky, counts_.data() + opposite * ky,
                  counts_.data() + row * ky, counts_.data() + column * ky};
    double now = weigh(of);
    if (now == 0.0)
        return;
    const auto [y, z] = choose(of, below(now, class_bits));
    const std::uint32_t sizes = std::min({graph_.sizes(corner), graph_.sizes(opposite),
                                          graph_.sizes(row), graph_.sizes(column)});
    const Count size = Count{1} << below(sizes, static_cast<std::uint32_t>(bits >> 32));
    if (y == z || std::min({of.ij[y], of.kl[y], of.il[z], of.kj[z]}) < size)
        return;
    const auto at_class = [](const Count* counts, std::size_t k) {
        return static_cast<double>(counts[k]);
    };
    // these lose, and these gain
    const double a = at_class(of.ij, y), b = at_class(of.kl, y), c = at_class(of.il, z),
                 d = at_class(of.kj, z);
    const double e = at_class(of.ij, z), f = at_class(of.kl, z), g = at_class(of.il, y),
                 h = at_class(of.kj, y);
    if (size <= kFactors)
        for (int k = 1; k < size; ++k) {
            const double t = k;
            now *=
                (a - t) * (b - t) * (c - t) * (d - t) / ((e + t) * (f + t) * (g + t) * (h + t));
        }
    else
        now *= rest_of_ratio({a, b, c, d}, {e, f, g, h}, static_cast<double>(size));
    move(of, y, z, size);
    const double back = weigh(of);
    if (now < back && random_.uniform() * back >= now)
        move(of, z, y, size);
}

template <class Count>
void PairwiseWalk<Count>::move(const Four& of, std::size_t y, std::size_t z, Count size) {
    of.ij[y] -= size;
    of.kl[y] -= size;
    of.il[z] -= size;
    of.kj[z] -= size;
    of.ij[z] += size;
    of.kl[z] += size;
    of.il[y] += size;
    of.kj[y] += size;
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
