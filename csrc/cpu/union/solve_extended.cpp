// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/union/solve_extended.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/union/extended_steps.hpp"
#include "core/union/seed_tuples.hpp"
#include "cpu/threads.hpp"
#include "cpu/union/pricing.hpp"

namespace fourfold {

namespace {

// Beyond this a step takes seconds: the Newton system is dense.
constexpr double kMostCells = 800;
// Up to so many tuples all of them are taken.
constexpr double kMostTuples = 2e4;
// Beyond so many a list does not grow.
constexpr std::size_t kLongestList = 100000;
// Steps without progress after which to give up.
constexpr int kPatience = 15;
// Bounds are made where sum r w is below so many tolerances. A list may grow after every second step.
constexpr double kMayEnd = 10.0;
constexpr long kEvery = 2;
// Of the tolerance: what the marginals may be off by, and what sum r w is not to fall below.
constexpr double kFitPart = 1e-4;
constexpr double kLeastComplementarity = 1e-3;
// Tuples that are put on the list for each state, at a time.
constexpr std::size_t kPerState = 20;

// Puts the tuples of `found` (m, sources) on the list; returns whether any was not there.
bool grow(ExtendedSteps& steps, const std::vector<std::uint32_t>& found, double gap) {
    const std::size_t size = steps.list().size();
    const double mu = std::max(steps.complementarity(), 0.03 * gap) / static_cast<double>(size);
    steps.change(std::vector<char>(size, 1), found, mu);
    return steps.list().size() > size;
}

} // namespace

void solve_extended(const UnionTables& tables, const UnionOptions& options, double tol,
                    StopCheck& stop, UnionBounds& bounds, UnionReport& report) {
    if (static_cast<double>(tables.cells()) > kMostCells || !Pricing::can(tables))
        return;
    SharedInterrupt interrupt(stop);
    Pricing pricing(tables, effective_threads(options.num_threads), stop);
    ExtendedSteps steps(tables, interrupt);
    const bool all = tables.tuples() <= kMostTuples;
    TupleList list;
    if (all) {
        list.take_all(tables);
    } else {
        list.reset(tables.sources());
        list.change({}, seed_tuples(tables));
    }
    steps.start(std::move(list));
    std::vector<double> r, log_a, a(tables.cells());
    const auto price = [&](double floor) {
        for (std::size_t cell = 0; cell < a.size(); ++cell)
            a[cell] = tables.p()[cell] > 0.0 ? std::exp(log_a[cell]) : 0.0;
        pricing.scan(a, floor, kPerState);
        bounds.raise_lower(log_a, pricing.largest());
    };
    double best = steps.complementarity();
    for (int idle = 0; idle < kPatience && report.iterations < options.max_iter;) {
        steps.step(kLeastComplementarity * tol);
        const long taken = ++report.iterations;
        report.tuples = steps.list().size();
        const double left = steps.complementarity();
        idle = left < 0.9 * best ? 0 : idle + 1;
        best = std::min(best, left);
        if (left < kMayEnd * tol || idle > 0 || taken == options.max_iter) {
            steps.fit(kFitPart * tol, log_a);
            steps.round_multipliers(r);
            bounds.lower_upper(steps.list(), r.data(), log_a);
            price(1.0);
        } else if (all || taken % kEvery != 0) {
            continue;
        }
        steps.round_factors(log_a);
        price(1.0 - 3.0 * std::sqrt(left / static_cast<double>(steps.list().size())) - 1e-6);
        if (bounds.gap() <= tol)
            return;
        if (!all && steps.list().size() < kLongestList &&
            grow(steps, pricing.best(), bounds.gap())) {
            idle = 0;
            best = steps.complementarity();
        }
    }
}

} // namespace fourfold
