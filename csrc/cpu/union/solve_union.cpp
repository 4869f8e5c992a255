// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/union/solve_union.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/least_mass.hpp"
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
constexpr double kMostTuples = 4e6;
constexpr double kMostAfter = 1e5;
// Steps without progress after which to give up.
constexpr int kPatience = 10;
// The marginals may be off by this part of the gap, or of the tolerance.
constexpr double kFitPart = 0.01;
// Bounds are made of every step where sum r w, which is about the gap, is below so many tolerances,
// and of every second one before.
constexpr double kMayEnd = 20.0;
// sum r w is not to fall further below the tolerance.
constexpr double kLeastComplementarity = 1e-3;

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

void solve_dense(const Task& task) {
    UnionSystemCpu system(task.threads, task.stop);
    UnionInteriorPoint<UnionSystemCpu> steps(system, task.tables);
    ClassFit fit(task.tables, task.threads, task.stop);
    TupleList all;
    all.take_all(task.tables);
    task.report.tuples = all.size();
    task.report.solver = UnionSolver::kDense;
    steps.start(std::move(all));
    std::vector<double> largest(task.tables.states());
    double best = std::numeric_limits<double>::infinity();
    for (int idle = 0; idle < kPatience && task.report.iterations < task.options.max_iter;) {
        if (task.stop.requested())
            throw Interrupted();
        steps.step(idle, kLeastComplementarity * task.tol);
        ++task.report.iterations;
        maxima(steps.list(), steps.s(), largest);
        task.bounds.raise_lower(steps.log_a(), largest);
        const double left = steps.complementarity();
        const bool last = task.report.iterations == task.options.max_iter;
        if (task.report.iterations % 2 == 0 || left < kMayEnd * task.tol || idle > 0 || last) {
            std::vector<double> log_a = steps.log_a();
            const double target = kFitPart * std::max(left, task.tol);
            fit.fit(steps.list(), steps.r().data(), target, log_a);
            task.bounds.lower_upper(steps.list(), steps.r().data(), log_a);
            maxima(steps.list(), fit.sums(), largest);
            task.bounds.raise_lower(log_a, largest);
            if (task.bounds.gap() <= task.tol)
                return;
        }
        const double now = left + steps.residual();
        idle = now < 0.9 * best ? 0 : idle + 1;
        best = std::min(best, now);
    }
}

// After every few steps the list takes in the tuples that violate s <= 1 or nearly do, and drops those
// that carry nothing.
void solve_working_set(const Task& task) {
    constexpr int kSteps = 2; // a round
    constexpr std::size_t kPerState = 20;
    constexpr double kEndOfRound = 0.05; // sum r w in tolerances
    UnionSystemCpu system(task.threads, task.stop);
    UnionInteriorPoint<UnionSystemCpu> steps(system, task.tables);
    ClassFit fit(task.tables, task.threads, task.stop);
    Pricing pricing(task.tables, task.threads, task.stop);
    task.report.solver = UnionSolver::kWorkingSet;
    TupleList seeds;
    seeds.reset(task.tables.sources());
    seeds.change({}, seed_tuples(task.tables));
    steps.start(std::move(seeds));
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0, idle = 0; idle < kPatience; ++round) {
        for (int k = 0; k < kSteps && task.report.iterations < task.options.max_iter; ++k) {
            steps.step(idle, 0.02 * task.tol);
            ++task.report.iterations;
            if (steps.complementarity() < kEndOfRound * task.tol)
                break;
        }
        std::vector<double> log_a = steps.log_a();
        const double target = kFitPart * std::max(task.tol, steps.complementarity());
        fit.fit(steps.list(), steps.r().data(), target, log_a);
        task.bounds.lower_upper(steps.list(), steps.r().data(), log_a);
        const std::size_t size = steps.list().size();
        double mu = steps.complementarity() / static_cast<double>(size);
        pricing.scan(steps.a(), 1.0 - 3.0 * std::sqrt(mu) - 1e-6, kPerState);
        task.bounds.raise_lower(steps.log_a(), pricing.largest());
        task.report.tuples = size;
        const double gap = task.bounds.gap();
        if (gap <= task.tol || task.report.iterations >= task.options.max_iter)
            return;
        const double now = std::max(gap, steps.complementarity() + steps.residual());
        idle = now < 0.9 * best ? 0 : idle + 1;
        best = std::min(best, now);
        std::vector<char> keep(size, 1);
        if (round > 2)
            for (std::size_t k = 0; k < size; ++k)
                keep[k] = !(steps.w()[k] > 0.3 && steps.share(k) < 1e-6);
        mu = std::max(mu, 0.03 * std::max(0.0, gap) / static_cast<double>(size));
        steps.change(keep, pricing.best(), mu);
    }
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
            std::to_string(tables.tuples()) +
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
    if (bounds.gap() > task.tol) {
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
