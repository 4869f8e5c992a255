// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/union/solve_union.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/union/binary_union.hpp"
#include "core/union/expand_coupling.hpp"
#include "core/union/seed_tuples.hpp"
#include "core/union/union_bounds.hpp"
#include "core/union/union_interior_point.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "cpu/union/class_fit.hpp"
#include "cpu/union/pricing.hpp"
#include "cpu/union/solve_extended.hpp"
#include "cpu/union/union_system_cpu.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// So many tuples are held, and so many where steps on a working set have led nowhere.
constexpr double kMostTuples = 1e6;
constexpr double kMostAfter = 1e5;
// Of the factor of a Newton system: 4 GB.
constexpr double kMostNumbers = 5e8;
// Steps without progress after which to give up.
constexpr int kPatience = 12;
// The marginals may be off by this part of the gap, or of the tolerance.
constexpr double kFitPart = 0.01;
// Upper bounds are made of every step where sum r w, which is about the gap, is below so many tolerances,
// and of every second one before.
constexpr double kMayEnd = 20.0;
// sum r w is not to fall further below the tolerance.
constexpr double kLeastComplementarity = 0.01;

// Of a working set. For each state so many tuples are taken in, the ones of largest s above
// 1 - kNearlyOne sqrt(mu); those go whose s is small and that carry next to nothing of any cell, but not in
// the first steps.
constexpr std::size_t kPerState = 20;
constexpr double kNearlyOne = 3.0;
constexpr double kSmallSum = 0.7;
constexpr double kLeastShare = 1e-6;
constexpr long kFirstDrop = 4;
// sum r w of a list as long as this one of new tuples, in gaps.
constexpr double kNewTuples = 0.03;

using Steps = UnionInteriorPoint<UnionSystemCpu>;

struct Task {
    const UnionTables& tables;
    const UnionOptions& options;
    double tol; // without what the presolve takes of it
    int threads;
    StopCheck& stop;
    UnionBounds& bounds;
    UnionReport& report;
};

// The largest s of the tuples with each state; 0 where the list has none. out (states)
void maxima(const TupleList& list, const std::vector<double>& s, std::vector<double>& out) {
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t k = 0; k < list.size(); ++k)
        for (std::size_t i = 0; i < list.sources(); ++i)
            out[list[k][i]] = std::max(out[list[k][i]], s[k]);
}

// The list takes in the tuples that violate s <= 1 or nearly do, and drops those that carry nothing.
void change_list(Steps& steps, const std::vector<std::uint32_t>& tuples, bool drop,
                 double gap) {
    const std::size_t size = steps.list().size();
    std::vector<char> keep(size, 1);
    for (std::size_t k = 0; k < size && drop; ++k)
        keep[k] = steps.s()[k] > kSmallSum || steps.share(k) > kLeastShare;
    const double sum = std::max(steps.complementarity(), kNewTuples * std::max(gap, 0.0));
    steps.change(keep, tuples, sum / static_cast<double>(size));
}

// Steps on the tuples of `list`: all of them, or, where `pricing` is not null, a working set.
void solve_on_list(const Task& task, TupleList list, Pricing* pricing) {
    UnionSystemCpu system(task.threads, task.stop);
    Steps steps(system, task.tables);
    ClassFit fit(task.tables, task.threads, task.stop);
    steps.start(std::move(list));
    std::vector<double> largest(task.tables.states());
    double best = std::numeric_limits<double>::infinity(), best_gap = best;
    long& taken = task.report.iterations;
    for (int idle = 0; idle < kPatience && taken < task.options.max_iter;) {
        if (task.stop.requested())
            throw Interrupted();
        steps.step(idle, kLeastComplementarity * task.tol);
        ++taken;
        task.report.tuples = steps.list().size();
        const double left = steps.complementarity();
        if (pricing != nullptr) {
            const double mu = left / static_cast<double>(steps.list().size());
            pricing->scan(steps.a(), 1.0 - kNearlyOne * std::sqrt(mu), kPerState);
            largest = pricing->largest();
        } else {
            maxima(steps.list(), steps.s(), largest);
        }
        task.bounds.raise_lower(steps.log_a(), largest);
        if (taken % 2 == 0 || left < kMayEnd * task.tol || taken == task.options.max_iter) {
            std::vector<double> log_a = steps.log_a();
            fit.fit(steps.list(), steps.r().data(), kFitPart * std::max(left, task.tol), log_a);
            task.bounds.lower_upper(steps.list(), steps.r().data(), log_a);
            if (pricing == nullptr) {
                maxima(steps.list(), fit.sums(), largest);
                task.bounds.raise_lower(log_a, largest);
            }
        }
        const double gap = task.bounds.gap(), now = left + steps.residual();
        if (gap <= task.tol)
            return;
        idle = now < 0.9 * best || gap < 0.9 * best_gap ? 0 : idle + 1;
        best = std::min(best, now);
        best_gap = std::min(best_gap, gap);
        if (pricing != nullptr)
            change_list(steps, pricing->best(), taken > kFirstDrop, gap);
    }
}

void solve_dense(const Task& task) {
    task.report.solver = UnionSolver::kDense;
    TupleList all;
    all.take_all(task.tables);
    solve_on_list(task, std::move(all), nullptr);
}

void solve_working_set(const Task& task) {
    task.report.solver = UnionSolver::kWorkingSet;
    Pricing pricing(task.tables, task.threads, task.stop);
    TupleList seeds;
    seeds.reset(task.tables.sources());
    seeds.change({}, seed_tuples(task.tables));
    solve_on_list(task, std::move(seeds), &pricing);
}

} // namespace

UnionReport solve_union(const std::vector<UnionSource>& sources, std::size_t classes,
                        const UnionOptions& options, Interrupt& interrupt) {
    UnionReport report;
    if (options.method == UnionMethod::kAuto && is_binary(sources, classes)) {
        solve_binary_union(sources, classes, options.coupling, report);
        return report;
    }
    StopCheck stop(interrupt);
    UnionTables tables;
    tables.assign(sources, classes);
    if (options.method == UnionMethod::kDense && tables.tuples() > kMostTuples)
        throw std::invalid_argument(
            "method: 'dense' holds every tuple of states, of which there are " +
            std::to_string(static_cast<long long>(tables.tuples())) +
            "; use 'working-set', or sources with fewer states");
    UnionBounds bounds(tables, options.coupling);
    for (std::size_t k = 0; k < sources.size(); ++k)
        report.shape.push_back(tables.of_given(k).size());
    report.shape.push_back(tables.classes());
    const Task task{tables,
                    options,
                    options.tol - 2.0 * tables.slack(),
                    effective_threads(options.num_threads),
                    stop,
                    bounds,
                    report};
    TupleList none;
    none.reset(tables.sources());
    bounds.lower_upper(none, nullptr, bounds.log_a());
    // otherwise the bounds of single sources and of any coupling are what there is
    if (bounds.gap() > task.tol && UnionSystemCpu::numbers(tables) <= kMostNumbers) {
        if (options.method != UnionMethod::kDense && Pricing::can(tables))
            solve_working_set(task);
        // what hinders one way need not hinder the other
        if (options.method == UnionMethod::kDense ||
            (options.method == UnionMethod::kAuto && bounds.gap() > task.tol &&
             report.iterations < options.max_iter && tables.tuples() <= kMostAfter))
            solve_dense(task);
        if (bounds.gap() > task.tol && report.iterations < options.max_iter)
            solve_extended(tables, options, task.tol, stop, bounds, report);
    }
    report.lower = std::max(bounds.lower() - tables.slack(), 0.0);
    report.upper = bounds.upper() + tables.slack();
    report.dual.resize(sources.size());
    std::vector<double*> out(sources.size());
    for (std::size_t k = 0; k < sources.size(); ++k) {
        report.dual[k].resize(sources[k].states * classes);
        out[k] = report.dual[k].data();
    }
    tables.expand(bounds.log_a().data(), out);
    if (options.coupling)
        expand_coupling(tables, classes, bounds.coupling(), report);
    return report;
}

} // namespace fourfold
