// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "core/union/extended_steps.hpp"
#include "core/union/union_bounds.hpp"
#include "core/union/union_options.hpp"

namespace fourfold {

// What steps in 32 digits are for: a list that they begin with, and bounds that they continue.
struct ExtendedTask {
    const UnionTables& tables;
    double tol; // nats
    long max_iter;
    Interrupt& interrupt;
    UnionBounds& bounds;
    UnionReport& report;
};

// Beyond this a step takes seconds: by the cells, whose Newton system is dense, and by the tuples.
inline constexpr double kMostExtendedCells = 800;
inline constexpr double kMostExtendedTuples = 2e5;

// Whether the gap came to the tolerance.
//
// price(log_a, steps, largest): the largest s of the tuples with each state, over all tuples; and puts the
// tuples that are missing on the list of `steps`, if that is not null. Returns whether it has put any.
template <class Price>
bool solve_extended(const ExtendedTask& task, TupleList list, const Price& price) {
    constexpr int kPatience = 15;
    // Bounds are made where sum r w is below so many tolerances, and of every fourth step.
    constexpr double kMayEnd = 10.0;
    constexpr long kEvery = 4;
    constexpr double kFitPart = 1e-4;            // of the tolerance, for the marginals
    constexpr double kLeastComplementarity = 1e-3; // of the tolerance
    if (static_cast<double>(task.tables.cells()) > kMostExtendedCells ||
        static_cast<double>(list.size()) > kMostExtendedTuples)
        return false;
    ExtendedSteps steps(task.tables, task.interrupt);
    steps.start(std::move(list));
    std::vector<double> r, log_a, log_b, largest(task.tables.states());
    double best = std::numeric_limits<double>::infinity();
    for (int idle = 0; idle < kPatience && task.report.iterations < task.max_iter;) {
        steps.step(kLeastComplementarity * task.tol);
        const long taken = ++task.report.iterations;
        const double left = steps.complementarity();
        if (left < kMayEnd * task.tol || taken % kEvery == 0 || idle > 0 ||
            taken == task.max_iter) {
            const double missed = steps.fit(kFitPart * task.tol, log_b);
            steps.round(r, log_a);
            if (missed < 1.0)
                task.bounds.lower_upper(steps.list(), r.data(), log_b);
            price(log_b, nullptr, largest);
            task.bounds.raise_lower(log_b, largest);
            const bool added = price(log_a, &steps, largest);
            task.bounds.raise_lower(log_a, largest);
            if (task.bounds.gap() <= task.tol)
                return true;
            if (added)
                best = std::numeric_limits<double>::infinity();
        }
        idle = left < 0.9 * best ? 0 : idle + 1;
        best = std::min(best, left);
    }
    return false;
}

} // namespace fourfold
