// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/reduction.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <limits>

#include "core/information.hpp"
#include "cuda/factor_arrays.hpp"

namespace fourfold {

namespace {

// Problems that a thread takes at a time; with fewer another one is not worth its start.
constexpr std::size_t kTogether = 256;

void find_information(const Problem& full, Reduced& out) {
    std::vector<double> scratch(full.ky);
    out.mi1 = mutual_information(full.p1y, full.k1, full.ky, scratch.data());
    out.mi2 = mutual_information(full.p2y, full.k2, full.ky, scratch.data());
    out.with_information = true;
}

} // namespace

Reduction::Reduction(const std::vector<Problem>& given, const SolveOptions& options,
                     const Factors& factors, bool merges)
    : options_(options), merges_(merges), reduced_(given.size()) {
    if (given.size() == 1) {
        reduce(given[0], factors, parts_, reduced_[0]);
        return;
    }
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        Parts parts;
        for (;;) {
            const std::size_t begin = next.fetch_add(kTogether);
            const std::size_t end = std::min(begin + kTogether, given.size());
            for (std::size_t k = begin; k < end; ++k)
                reduce(given[k], Factors{}, parts, reduced_[k]);
            if (end == given.size())
                return;
        }
    };
    const std::size_t threads =
        std::min(static_cast<std::size_t>(std::max(options.num_threads, 1)),
                 (given.size() + kTogether - 1) / kTogether);
    std::vector<std::future<void>> helpers;
    for (std::size_t k = 1; k < threads; ++k)
        helpers.push_back(std::async(std::launch::async, work));
    work();
    for (std::future<void>& helper : helpers)
        helper.get();
}

void Reduction::reduce(const Problem& full, const Factors& factors, Parts& parts,
                       Reduced& out) const {
    Presolve& presolve = parts.presolve;
    // the closed form of two classes needs no tolerance, and no fewer states
    presolve.assign(full, BinarySolver::solves(full, options_) ? 0.0 : options_.tol);
    const bool binary = BinarySolver::solves(presolve.problem(), options_);
    if (!binary && merges_)
        presolve.merge_equal_states();
    const Problem& problem = presolve.problem();
    out.problem = full;
    out.swapped = presolve.is_swapped();
    out.k1 = out.swapped ? problem.k2 : problem.k1;
    out.k2 = out.swapped ? problem.k1 : problem.k2;
    out.ky = problem.ky;
    if (binary)
        return solve_hull(full, factors, parts, out);
    if (merges_ && presolve.sources_are_equal() &&
        equal_sources_do(full, factors, presolve, out))
        return;
    const bool all = out.k1 == full.k1 && out.k2 == full.k2 && out.ky == full.ky;
    if ((all && presolve.slack() == 0.0) || cells(problem) == 0.0) {
        out.k1 = full.k1;
        out.k2 = full.k2;
        out.ky = full.ky;
        out.swapped = false;
        return;
    }
    out.whole = false;
    out.slack = presolve.slack();
    if (out.slack > 0.0)
        find_information(full, out);
    const std::size_t rows = problem.k1 * problem.ky, columns = problem.k2 * problem.ky;
    out.tables.resize(rows + columns);
    std::copy_n(problem.p1y, rows, out.tables.begin());
    std::copy_n(problem.p2y, columns, out.tables.data() + rows);
    out.problem = problem;
    out.problem.p1y = out.tables.data();
    out.problem.p2y = out.tables.data() + rows;
}

void Reduction::solve_hull(const Problem& full, const Factors& factors, Parts& parts,
                           Reduced& out) const {
    const Presolve& presolve = parts.presolve;
    out.regime = Regime::kRocHull;
    find_information(full, out);
    const double prior_lower = std::max(out.mi1, out.mi2); // v* is I_q of some q
    SolveReport report;
    report.lower = prior_lower;
    if (factors.log_r == nullptr || presolve.is_identity()) {
        parts.binary.solve(presolve.problem(), factors, report);
    } else {
        FactorArrays found(presolve.problem());
        parts.binary.solve(presolve.problem(), found.get(), report);
        presolve.expand(found.get(), factors);
    }
    out.lower = std::max(report.lower - presolve.slack(), prior_lower);
    out.upper = report.upper + presolve.slack();
}

// Where X2 has a state for each of X1, of the same posterior and mass, but for a mass d of cells that
// differ by rounding: couple each state with its like, and what is left anyhow. With E whether X2 is the
// like of X1,
//   v* <= I(X1,X2;Y) <= I(X1;Y) + H(E) + P(not E) log KY,  P(not E) <= d,
// as X2 is known from X1 where E is; and v* >= I(X1;Y).
bool Reduction::equal_sources_do(const Problem& full, const Factors& factors,
                                 Presolve& presolve, Reduced& out) const {
    find_information(full, out);
    const double epsilon = std::numeric_limits<double>::epsilon();
    const double d = std::min(presolve.mass_apart() + epsilon, 0.5);
    const double entropy = -d * std::log(d) - (1.0 - d) * std::log1p(-d);
    const double rounding = 16.0 * epsilon * (std::min(out.mi1, out.mi2) + 1.0);
    out.lower = std::max(out.mi1, out.mi2);
    out.upper = std::min(out.mi1, out.mi2) + entropy +
                d * std::log(static_cast<double>(out.ky)) + rounding + presolve.slack();
    out.upper = std::max(out.upper, out.lower);
    if (out.upper - out.lower > options_.tol)
        return false; // for the steps
    out.regime = Regime::kEqualSources;
    if (factors.log_r != nullptr) {
        FactorArrays found(presolve.problem());
        presolve.couple_equal_sources(found.get());
        presolve.expand(found.get(), factors);
    }
    return true;
}

Start Reduction::restricted(const Start& start) {
    const Problem& p = reduced_[0].problem;
    start_.resize(p.k1 * p.k2 + (p.k1 + p.k2) * p.ky);
    double* const a = start_.data() + p.k1 * p.k2;
    double* const b = a + p.k1 * p.ky;
    parts_.presolve.restrict(start, {start_.data(), a, b});
    return {start_.data(), a, b};
}

} // namespace fourfold
