// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// What bounds on v* of several sources stand on: the lists, the corner rule, couplings with exactly the
// marginals that are given, and the refusal of numbers that have over- or underflowed.
#include <algorithm>
#include <cmath>
#include <limits>

#include "check.hpp"
#include "core/union/corner_coupling.hpp"
#include "core/union/seed_tuples.hpp"
#include "core/union/union_bounds.hpp"
#include "union_tables.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void check_corners() {
    // eighths are exact
    std::vector<std::vector<double>> left{{0.25, 0.0, 0.75}, {0.5, 0.5}, {0.125, 0.875}};
    const auto given = left;
    auto sums = left;
    for (auto& one : sums)
        std::fill(one.begin(), one.end(), 0.0);
    std::size_t tuples = 0;
    couple_by_corners(left, {{2, 1, 0}, {0, 1}, {1, 0}},
                      [&](const std::vector<std::size_t>& places, double mass) {
                          ++tuples;
                          for (std::size_t i = 0; i < places.size(); ++i)
                              sums[i][places[i]] += mass;
                      });
    expect(sums == given, "corners: other marginals");
    expect(tuples <= 3 + 2 + 2 - 3 + 1, "corners: ", tuples, " tuples");
}

void check_list() {
    TupleList list;
    list.reset(2);
    list.change({}, {3, 7, 1, 5, 3, 6, 1, 5});
    expect(list.size() == 3, "list: ", list.size(), " tuples of three");
    const std::uint32_t first[] = {1, 5}, last[] = {3, 7}, other[] = {2, 6};
    expect(list.find(first) == 0 && list.find(last) == 2, "list: not sorted");
    expect(list.find(other) == TupleList::kNone, "list: finds what is not there");
    const std::vector<std::size_t> before = list.change({1, 0, 1}, {2, 6, 3, 7, 0, 5});
    expect(before == std::vector<std::size_t>({TupleList::kNone, 0, TupleList::kNone, 2}),
           "list: other numbers before");
    expect(list.find(other) == 2 && list.find(last) == 3, "list: not sorted after a change");
}

// What the marginals of a coupling are off by, and its information.
std::pair<double, double> looked_at(const UnionTables& tables, const UnionCoupling& coupling) {
    const std::size_t ky = tables.classes();
    std::vector<double> off(tables.p(), tables.p() + tables.cells());
    double information = tables.entropy(), missed = 0.0;
    for (std::size_t k = 0; k < coupling.size(); ++k) {
        double total = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            total += coupling.q(k)[y];
        for (std::size_t y = 0; y < ky; ++y) {
            const double q = coupling.q(k)[y];
            information += q > 0.0 ? q * std::log(q / total) : 0.0;
            for (std::size_t i = 0; i < tables.sources(); ++i)
                off[coupling.tuple(k)[i] * ky + y] -= q;
        }
    }
    for (double x : off)
        missed += std::abs(x);
    return {missed, information};
}

void check_coupling(double zeros) {
    Uniform uniform;
    const SourceTables source({6, 5, 4}, 3, zeros, uniform);
    const UnionTables& tables = source.tables;
    TupleList list;
    list.reset(3);
    list.change({}, seed_tuples(tables)); // not all tuples: some mass has to go elsewhere
    std::vector<double> log_a = some_factors(tables, uniform);
    for (double& a : log_a)
        a = a > 0.0 ? std::log(a) : 0.0;
    const std::vector<double> r = random_numbers<double>(list.size(), uniform);
    UnionBounds bounds(tables, true);
    const double best_single = bounds.lower();
    const double upper = bounds.lower_upper(list, r.data(), log_a);
    const auto [missed, information] = looked_at(tables, bounds.coupling());
    expect(missed < 1e-14, "coupling: marginals are off by ", missed);
    expect(std::abs(information - upper) < 1e-13, "coupling: information ", information,
           " is said to be ", upper);
    expect(upper >= best_single, "coupling: ", upper, " is less than one source tells");

    // no number comes of factors that are none
    for (double bad : {std::numeric_limits<double>::quiet_NaN(), 800.0, kInfinity}) {
        std::vector<double> spoilt = log_a;
        spoilt[static_cast<std::size_t>(std::find_if(tables.p(), tables.p() + tables.cells(),
                                                     [](double p) { return p > 0.0; }) -
                                        tables.p())] = bad;
        const double value = bounds.lower_upper(list, r.data(), spoilt);
        expect(!(value < upper - 1e-12), "coupling: ", value, " of a factor exp(", bad, ")");
        const std::vector<double> ones(tables.states(), 1.0);
        expect(bounds.raise_lower(spoilt, ones) == -kInfinity, "bounds: a factor exp(", bad,
               ") is taken");
        spoilt = log_a;
        const std::vector<double> largest(tables.states(), bad == 800.0 ? 0.0 : bad);
        expect(bounds.raise_lower(spoilt, largest) == -kInfinity, "bounds: a largest sum of ",
               largest[0], " is taken");
    }
    std::vector<double> vanished = log_a;
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        vanished[cell] = -800.0;
    expect(bounds.raise_lower(vanished, std::vector<double>(tables.states(), 1.0)) ==
               -kInfinity,
           "bounds: factors that have underflowed are taken");
    expect(bounds.lower() == best_single, "bounds: the lower one has moved");
}

void check_dual() {
    Uniform uniform;
    const SourceTables source({5, 4, 3}, 3, 0.2, uniform);
    const UnionTables& tables = source.tables;
    const std::vector<double> a = some_factors(tables, uniform);
    const TupleList list = all_tuples(tables);
    std::vector<double> log_a(tables.cells(), 0.0), largest(tables.states(), 0.0);
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        log_a[cell] = a[cell] > 0.0 ? std::log(a[cell]) : 0.0;
    for (std::size_t k = 0; k < list.size(); ++k) {
        double sum = 0.0;
        for (std::size_t y = 0; y < 3; ++y)
            sum += a[list[k][0] * 3 + y] * a[list[k][1] * 3 + y] * a[list[k][2] * 3 + y];
        for (std::size_t i = 0; i < 3; ++i)
            largest[list[k][i]] = std::max(largest[list[k][i]], sum);
    }
    UnionBounds bounds(tables, false);
    const double before = bounds.lower(), value = bounds.raise_lower(log_a, largest);
    // the best that one source's shift gives, by hand
    double best = -kInfinity;
    for (std::size_t i = 0; i < 3; ++i) {
        double by_hand = tables.entropy();
        for (std::size_t cell = 0; cell < tables.cells(); ++cell)
            by_hand += tables.p()[cell] * log_a[cell];
        for (std::size_t x = tables.first(i); x < tables.first(i + 1); ++x)
            by_hand -= tables.mass(x) * std::log(largest[x]);
        best = std::max(best, by_hand);
    }
    expect(std::abs(value - best) < 1e-13 && value <= best, "dual: ", value, " for ", best);
    expect(bounds.lower() == std::max(before, value), "dual: not the best that was seen");
}

} // namespace

int main() {
    check_corners();
    check_list();
    check_coupling(0.0);
    check_coupling(0.3);
    check_dual();
    return exit_status();
}
