// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/binary_union.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/binary/left_curtain.hpp"
#include "core/binary/roc_curve.hpp"
#include "core/binary/roc_dual.hpp"
#include "core/binary/roc_hull.hpp"
#include "core/compensated_sum.hpp"
#include "core/infinity.hpp"
#include "core/least_mass.hpp"
#include "core/union/corner_coupling.hpp"

namespace fourfold {

namespace {

double entropy_term(double mass) {
    return mass > 0.0 ? -mass * std::log(mass) : 0.0;
}

// What one source adds to the lower bound: sum p log a. out (states, classes)
double add_dual(const RocHull& hull, const RocCurve& curve, std::size_t source,
                const std::vector<std::size_t>& kept, const double* p, std::size_t classes,
                double* out) {
    RocDual dual;
    dual.assign(hull.ranges(), source);
    CompensatedSum sum;
    for (std::size_t k = 0; k < curve.size(); ++k) {
        const auto [zero, one] = dual.next(curve.odds(k));
        const ClassMasses& masses = curve.masses(k);
        const std::size_t row = curve.state(k) * classes;
        if (masses.zero > 0.0)
            sum.add(masses.zero * zero);
        if (masses.one > 0.0)
            sum.add(masses.one * one);
        for (std::size_t y = 0; y < kept.size(); ++y)
            if (p[row + kept[y]] > 0.0) // none that was not left out is below this
                out[row + kept[y]] = std::max(y == 0 ? zero : one, kLogOfLeftOut);
    }
    return sum.value();
}

// Every source drawn from the hull: on each edge those of one state are put together by corners.
void couple(const RocHull& hull, const std::vector<RocCurve>& curves,
            const std::vector<std::size_t>& kept, std::size_t classes, UnionReport& report) {
    const std::size_t n = curves.size(), edges = hull.corners().size() - 1;
    std::vector<std::vector<std::vector<LeftCurtain::Share>>> by_edge(
        edges, std::vector<std::vector<LeftCurtain::Share>>(n));
    LeftCurtain curtain;
    for (std::size_t i = 0; i < n; ++i) {
        curtain.assign(hull, curves[i]);
        for (const LeftCurtain::Share& share : curtain.shares())
            by_edge[share.edge][i].push_back(share);
    }
    std::vector<std::vector<double>> left(n);
    std::vector<std::vector<std::size_t>> orders(n);
    for (std::size_t edge = 0; edge < edges; ++edge) {
        for (std::size_t i = 0; i < n; ++i) {
            left[i].clear();
            orders[i].clear();
            for (const LeftCurtain::Share& share : by_edge[edge][i]) {
                orders[i].push_back(left[i].size());
                left[i].push_back(share.mass);
            }
        }
        couple_by_corners(
            left, orders, [&](const std::vector<std::size_t>& places, double mass) {
                for (std::size_t i = 0; i < n; ++i)
                    report.coupled.push_back(by_edge[edge][i][places[i]].state);
                const std::size_t row = report.q.size();
                report.q.resize(row + classes, 0.0);
                if (!kept.empty())
                    report.q[row + kept[0]] = mass * (hull.mass0(edge) / hull.mass(edge));
                if (kept.size() > 1)
                    report.q[row + kept[1]] = mass * (hull.mass1(edge) / hull.mass(edge));
            });
    }
}

} // namespace

bool is_binary(const std::vector<UnionSource>& sources, std::size_t classes) {
    return classes_with_mass(sources, classes).size() <= 2;
}

void solve_binary_union(const std::vector<UnionSource>& sources, std::size_t classes,
                        bool coupling, UnionReport& report) {
    const std::vector<std::size_t> kept = classes_with_mass(sources, classes);
    const std::size_t ky = kept.size();
    double left_out = 0.0; // mass of other classes, and of cells whose odds need not be finite
    std::vector<std::vector<double>> tables(sources.size());
    std::vector<BinarySource> curves_of(sources.size());
    for (std::size_t k = 0; k < sources.size(); ++k) {
        tables[k].reserve(sources[k].states * ky);
        for (std::size_t x = 0; x < sources[k].states; ++x)
            for (std::size_t y = 0; y < classes; ++y) {
                const double mass = sources[k].p[x * classes + y];
                const bool of_kept = std::find(kept.begin(), kept.end(), y) != kept.end();
                const bool seen = of_kept && mass > kLeastMass;
                if (of_kept)
                    tables[k].push_back(seen ? mass : 0.0);
                left_out += seen ? 0.0 : mass;
            }
        curves_of[k] = {ky == 0 ? 0 : sources[k].states, ky, tables[k].data()};
        report.shape.push_back(sources[k].states);
    }
    report.shape.push_back(ky);
    report.solver = UnionSolver::kRocHull;
    const ClassMasses masses = masses_of(curves_of[0]);
    const double per_unit = grid_of(masses.zero + masses.one);
    std::vector<RocCurve> curves(sources.size());
    for (std::size_t k = 0; k < curves.size(); ++k)
        curves[k].assign(k == 0 ? curves_of[0] : with_classes(curves_of[k], masses), per_unit);
    RocHull hull;
    hull.assign(curves, per_unit);

    const double entropy = std::max(entropy_term(masses.zero) + entropy_term(masses.one), 0.0);
    double linear = 0.0;
    report.dual.resize(sources.size());
    for (std::size_t k = 0; k < sources.size(); ++k) {
        report.dual[k].assign(sources[k].states * classes, -kInfinity);
        linear +=
            add_dual(hull, curves[k], k, kept, sources[k].p, classes, report.dual[k].data());
    }
    // as for two sources: see binary_solver.cpp
    const double rounding =
        16.0 * std::numeric_limits<double>::epsilon() * (entropy - linear + 1.0);
    const double slack = kSlackPerMass * left_out;
    report.lower = std::max(entropy + linear - rounding - slack, 0.0);
    report.upper = entropy - hull.remaining_entropy() + hull.slack() + rounding + slack;
    if (coupling)
        couple(hull, curves, kept, classes, report);
}

} // namespace fourfold
