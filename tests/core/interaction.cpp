// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The walk over tables with given pairwise tables: what it keeps, how often it is where, and that the
// ends of walks from a root are the same on any number of threads.
#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "check.hpp"
#include "core/interaction/log_factorial.hpp"
#include "core/interaction/pairwise_walk.hpp"
#include "cpu/interaction_cpu.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

using Counts = std::vector<std::int32_t>;

// All pairs of K1 x K2 states, in the order of counts (K1, K2, KY).
struct Table {
    std::size_t k1, k2, ky;
    Counts counts;

    std::vector<std::int64_t> states(bool of_x1) const {
        std::vector<std::int64_t> out;
        for (std::size_t p = 0; p < k1 * k2; ++p)
            out.push_back(static_cast<std::int64_t>(of_x1 ? p / k2 : p % k2));
        return out;
    }
    std::vector<std::int64_t> wide() const { return {counts.begin(), counts.end()}; }
    PairGraph graph() const {
        return {k1 * k2, ky, states(true).data(), states(false).data(), wide().data()};
    }
    std::vector<std::int32_t> pairwise(const Counts& of) const {
        std::vector<std::int32_t> out(k1 * k2 + (k1 + k2) * ky);
        for (std::size_t i = 0; i < k1; ++i)
            for (std::size_t j = 0; j < k2; ++j)
                for (std::size_t y = 0; y < ky; ++y) {
                    const std::int32_t n = of[(i * k2 + j) * ky + y];
                    out[i * k2 + j] += n;
                    out[k1 * k2 + i * ky + y] += n;
                    out[k1 * k2 + k1 * ky + j * ky + y] += n;
                }
        return out;
    }
};

double log_weight(const Counts& counts) {
    double sum = 0.0;
    for (const std::int32_t n : counts)
        sum -= std::lgamma(n + 1.0);
    return sum;
}

// Every table with the pairwise tables of `table`, with its share of prod 1/n!.
std::map<Counts, double> same_pairwise(const Table& table) {
    std::map<Counts, double> found;
    const Counts wanted = table.pairwise(table.counts);
    const std::size_t k1 = table.k1, k2 = table.k2, ky = table.ky;
    Counts left = wanted, trial(table.counts.size());
    const std::function<void(std::size_t)> fill = [&](std::size_t cell) {
        if (cell == trial.size()) {
            found[trial] = std::exp(log_weight(trial) - log_weight(table.counts));
            return;
        }
        const std::size_t i = cell / ky / k2, j = cell / ky % k2, y = cell % ky;
        std::int32_t* const sums[] = {&left[i * k2 + j], &left[k1 * k2 + i * ky + y],
                                      &left[k1 * k2 + k1 * ky + j * ky + y]};
        const bool last[] = {y + 1 == ky, j + 1 == k2, i + 1 == k1};
        const std::int32_t most = std::min({*sums[0], *sums[1], *sums[2]});
        std::int32_t least = 0; // the last cell of a sum takes all that is left of it
        for (int k = 0; k < 3; ++k)
            least = last[k] ? std::max(least, *sums[k]) : least;
        for (std::int32_t n = least; n <= most; ++n) {
            trial[cell] = n;
            for (std::int32_t* const sum : sums)
                *sum -= n;
            fill(cell + 1);
            for (std::int32_t* const sum : sums)
                *sum += n;
        }
        trial[cell] = 0;
    };
    fill(0);
    double total = 0.0;
    for (const auto& each : found)
        total += each.second;
    for (auto& each : found)
        each.second /= total;
    return found;
}

// Count: that of the walk, of which the wider one weighs by doubles.
template <class Count>
void check_how_often(const char* name, const Table& table) {
    const std::map<Counts, double> exact = same_pairwise(table);
    const PairGraph graph = table.graph();
    const std::vector<Count> start(table.counts.begin(), table.counts.end());
    PairwiseWalk<Count> walker(graph, start.data(), 7, 0);
    constexpr int kVisits = 200000;
    std::map<Counts, double> visits;
    for (int k = 0; k < kVisits; ++k) {
        walker.walk(8);
        visits[Counts(walker.counts().begin(), walker.counts().end())] += 1.0 / kVisits;
    }
    expect(exact.size() > 1, name, ": there is only one table");
    for (const auto& each : exact) {
        // five standard deviations of visits that are as good as independent, and as many again
        const double p = each.second, error = std::sqrt(p * (1.0 - p) / kVisits);
        expect(std::abs(visits[each.first] - p) <= 10.0 * error + 1e-5 &&
                   exact.size() >= visits.size(),
               name, ": a table is visited in ", visits[each.first], ", its share is ", p);
    }
}

Table random_table(std::size_t k1, std::size_t k2, std::size_t ky, double most) {
    Uniform uniform;
    Table table{k1, k2, ky, Counts(k1 * k2 * ky)};
    for (std::int32_t& n : table.counts)
        n = static_cast<std::int32_t>(uniform() * uniform() * most);
    return table;
}

// One class is all but 1e-16 of what classes are chosen by, in whichever place it is.
void check_a_class_beside_which_others_vanish() {
    constexpr std::size_t k = 3, ky = 3;
    for (std::size_t large = 0; large < ky; ++large) {
        Table table = random_table(k, k, ky, 400.0);
        std::vector<std::int64_t> start = table.wide();
        for (std::size_t p = 0; p < k * k; ++p)
            start[p * ky + large] += 10'000'000'000;
        const PairGraph graph(k * k, ky, table.states(true).data(), table.states(false).data(),
                              start.data());
        PairwiseWalk<std::int64_t> walker(graph, start.data(), 5, 0);
        walker.walk(20000);
        Counts change;
        for (std::size_t cell = 0; cell < start.size(); ++cell)
            change.push_back(static_cast<std::int32_t>(walker.counts()[cell] - start[cell]));
        expect(walker.counts() != start, "class ", large, " keeps the others where they are");
        const Counts sums = table.pairwise(change);
        expect(std::count(sums.begin(), sums.end(), 0) ==
                       static_cast<std::ptrdiff_t>(sums.size()) &&
                   *std::min_element(walker.counts().begin(), walker.counts().end()) >= 0,
               "beside class ", large, " the pairwise tables are changed");
    }
}

void check_what_is_kept() {
    for (const double most : {4.0, 9.0, 4000.0, 1e8}) {
        const Table table = random_table(7, 5, 3, most);
        const PairGraph graph = table.graph();
        PairwiseWalk<std::int32_t> walker(graph, table.counts.data(), 3, 1);
        for (int round = 0; round < 50; ++round) {
            walker.walk(100);
            const Counts& now = walker.counts();
            expect(table.pairwise(now) == table.pairwise(table.counts),
                   "the pairwise tables are changed");
            expect(*std::min_element(now.begin(), now.end()) >= 0, "a count is below zero");
        }
        expect(walker.counts() != table.counts, "nothing moved");
    }
}

// Against sums of logarithms, and where counts are many against the series of one more term.
void check_log_factorials() {
    for (const double n : {0.0, 1.0, 30.0, 63.0, 64.0, 65.0, 200.0, 5000.0})
        for (const double step : {0.0, 1.0, 5.0, 63.0, 64.0, 65.0, 1000.0}) {
            double sum = 0.0;
            for (double k = n + 1.0; k <= n + step; k += 1.0)
                sum += std::log(k);
            expect(std::abs(log_factorial_ratio(n, step) - sum) <= 1e-12 * (1.0 + sum), "log (",
                   n, " + ", step, ")! / ", n, "! is ", log_factorial_ratio(n, step));
            expect(std::abs(log_factorial_ratio(n + step, -step) + sum) <= 1e-12 * (1.0 + sum),
                   "the way back from ", n + step, " by ", step);
        }
    for (const double n : {1e9, 1e12, 1e15}) {
        double sum = 0.0;
        for (int k = 1; k <= 100; ++k)
            sum += std::log(n + k);
        expect(std::abs(log_factorial_ratio(n, 100.0) - sum) <= 1e-9, "of ", n, " counts");
    }
}

class Never : public Interrupt {
public:
    bool requested() override { return false; }
};

void check_threads() {
    const Table table = random_table(6, 6, 4, 6.0);
    const std::vector<std::int64_t> x1 = table.states(true), x2 = table.states(false);
    const std::vector<std::int64_t> counts = table.wide();
    Never never;
    std::vector<std::vector<double>> ends;
    for (const int threads : {1, 2, 4}) {
        ends.emplace_back(40);
        walk_from_root(36, 4, x1.data(), x2.data(), counts.data(), 2000, 40, 5,
                       ends.back().data(), threads, never);
    }
    expect(ends[0] == ends[1] && ends[0] == ends[2], "the ends depend on the threads");
    std::sort(ends[0].begin(), ends[0].end());
    expect(std::unique(ends[0].begin(), ends[0].end()) - ends[0].begin() > 20,
           "the walks are alike");
}

// Pairs that share no state with another, or no table at all: nothing moves, nothing fails.
void check_nothing_to_move() {
    const std::vector<std::int64_t> states{0, 1, 2};
    const Counts counts{1, 2, 3, 4, 5, 6};
    const std::vector<std::int64_t> wide(counts.begin(), counts.end());
    const PairGraph graph(3, 2, states.data(), states.data(), wide.data());
    PairwiseWalk<std::int32_t> walker(graph, counts.data(), 0, 0);
    walker.walk(1000);
    expect(walker.counts() == counts, "pairs without a neighbour moved");
    const PairGraph empty(0, 2, nullptr, nullptr, nullptr);
    PairwiseWalk<std::int32_t>(empty, counts.data(), 0, 0).walk(1000);
}

} // namespace

int main() {
    check_how_often<std::int32_t>("2 x 2 x 2", {2, 2, 2, {3, 1, 0, 2, 1, 1, 2, 2}});
    check_how_often<std::int32_t>("2 x 2 x 2, many counts",
                                  {2, 2, 2, {60, 20, 50, 30, 40, 40, 20, 90}});
    check_how_often<std::int32_t>("3 x 2 x 2", {3, 2, 2, {2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 1}});
    check_how_often<std::int32_t>("2 x 2 x 3", {2, 2, 3, {2, 1, 0, 2, 1, 1, 2, 0, 1, 1, 1, 1}});
    check_how_often<std::int32_t>(
        "3 x 3 x 2, few counts",
        {3, 3, 2, {1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1}});
    check_how_often<std::int32_t>("2 x 2 x 3, few of two classes",
                                  {2, 2, 3, {300, 2, 1, 280, 1, 2, 310, 0, 2, 290, 1, 1}});
    check_how_often<std::int64_t>("2 x 2 x 3, few of two classes, wide",
                                  {2, 2, 3, {300, 2, 1, 280, 1, 2, 310, 0, 2, 290, 1, 1}});
    check_how_often<std::int64_t>("2 x 2 x 3, wide",
                                  {2, 2, 3, {2, 1, 0, 2, 1, 1, 2, 0, 1, 1, 1, 1}});
    check_what_is_kept();
    check_a_class_beside_which_others_vanish();
    check_log_factorials();
    check_threads();
    check_nothing_to_move();
    return exit_status();
}
