// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/binary/binary_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/compensated_sum.hpp"
#include "core/infinity.hpp"
#include "core/least_mass.hpp"

namespace fourfold {

namespace {

double entropy_term(double mass) {
    return mass > 0.0 ? -mass * std::log(mass) : 0.0;
}

} // namespace

bool BinarySolver::solves(const Problem& problem, const SolveOptions& options) {
    if (options.method != Method::kAuto)
        return false;
    const auto [k1, k2, ky, p1y, p2y] = problem;
    std::size_t classes = 0;
    for (std::size_t y = 0; y < ky && classes <= 2; ++y)
        for (std::size_t i = 0; i < k1; ++i)
            if (p1y[i * ky + y] > kLeastMass) {
                ++classes;
                break;
            }
    return classes <= 2;
}

void BinarySolver::solve(const Problem& problem, const Factors& factors, SolveReport& report) {
    const auto [k1, k2, ky, p1y, p2y] = problem;
    const ClassMasses classes = masses_of({k1, ky, p1y});
    sources_[0] = {k1, ky, p1y};
    sources_[1] = with_classes({k2, ky, p2y}, classes);
    const double per_unit = grid_of(classes.zero + classes.one);
    for (std::size_t k : {0, 1})
        curves_[k].assign(sources_[k], per_unit);
    hull_.assign(curves_, per_unit);

    const double entropy =
        std::max(entropy_term(classes.zero) + entropy_term(classes.one), 0.0);
    const bool coupled = factors.log_r != nullptr;
    const double first = add_dual(0, coupled ? factors.a : nullptr, report.dual.log_a);
    const double second = add_dual(1, coupled ? factors.b : nullptr, report.dual.log_b);
    // Sums are right to two units in the last place, and each of their terms to a few. With x = |log a
    // b| off by that part of itself sum_y a b <= 1 is by at most as many units of sum_y x exp(-x) < 1.
    const double rounding =
        16.0 * std::numeric_limits<double>::epsilon() * (entropy - first - second + 1.0);
    report.lower = std::max(report.lower, entropy + first + second - rounding);
    report.upper = entropy - hull_.remaining_entropy() + hull_.slack() + rounding;
    report.solver = Solver::kRocHull;
    if (!coupled)
        return;
    couple(problem, factors.log_r);
    const auto to_exp = [](double log, double mass) {
        return mass > 0.0 ? std::exp(log) : 0.0;
    };
    std::transform(factors.a, factors.a + k1 * ky, p1y, factors.a, to_exp);
    std::transform(factors.b, factors.b + k2 * ky, p2y, factors.b, to_exp);
}

// Writes log a of a source to both places, where they are not null; returns the sum of p log a, none
// of whose terms is positive.
double BinarySolver::add_dual(std::size_t which, double* logs, double* copy) {
    const std::size_t ky = sources_[which].ky;
    const RocCurve& curve = curves_[which];
    dual_.assign(hull_.ranges(), which);
    CompensatedSum sum;
    for (std::size_t k = 0; k < curve.size(); ++k) {
        const auto [zero, one] = dual_.next(curve.odds(k));
        const ClassMasses& masses = curve.masses(k);
        if (masses.zero > 0.0)
            sum.add(masses.zero * zero);
        if (masses.one > 0.0)
            sum.add(masses.one * one);
        for (double* out : {logs, copy})
            if (out != nullptr) {
                out[curve.state(k) * ky] = zero;
                if (ky > 1)
                    out[curve.state(k) * ky + 1] = one;
            }
    }
    return sum.value();
}

void BinarySolver::draw(std::size_t source) {
    drawn_[source].assign(hull_, curves_[source]);
}

// log of the mass of each pair of states
void BinarySolver::couple(const Problem& problem, double* log_r) {
    draw(0);
    draw(1);
    by_edge_.resize(hull_.corners().size() - 1);
    for (auto& of_edge : by_edge_)
        of_edge.clear();
    for (const auto& share : shares(1))
        by_edge_[share.edge].push_back(share);
    std::fill_n(log_r, problem.k1 * problem.k2, 0.0);
    for (const auto& [edge, i, mass] : shares(0))
        for (const auto& other : by_edge_[edge])
            log_r[i * problem.k2 + other.state] += mass * (other.mass / hull_.mass(edge));
    std::transform(log_r, log_r + problem.k1 * problem.k2, log_r,
                   [](double mass) { return mass > 0.0 ? std::log(mass) : -kInfinity; });
}

} // namespace fourfold
