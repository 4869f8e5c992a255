// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The hull of ROC curves of several sources against what each is worth at any threshold; the dual pair
// of several sources; a source drawn from the hull.
#include "core/binary/roc_hull.hpp"

#include <algorithm>

#include "check.hpp"
#include "core/binary/left_curtain.hpp"
#include "core/binary/roc_dual.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

// p (states, 2) with mass 1/2 in each class; `decades` of spread, and ties where that is 0
std::vector<double> random_source(std::size_t states, double decades, Uniform& uniform) {
    std::vector<double> p(2 * states);
    for (double& mass : p)
        mass = decades > 0.0 ? std::pow(10.0, -decades * uniform())
                             : std::floor(1.0 + 3.0 * uniform());
    for (std::size_t y = 0; y < 2; ++y) {
        double sum = 0.0;
        for (std::size_t i = 0; i < states; ++i)
            sum += p[2 * i + y];
        for (std::size_t i = 0; i < states; ++i)
            p[2 * i + y] /= 2.0 * sum;
    }
    return p;
}

double worth(const BinarySource& source, double s) {
    double sum = 0.0;
    for (std::size_t i = 0; i < source.states; ++i)
        sum += std::max((1.0 - s) * source.mass1(i) - s * source.mass0(i), 0.0);
    return sum;
}

double worth(const RocHull& hull, double s) {
    double sum = 0.0;
    for (std::size_t k = 0; k + 1 < hull.corners().size(); ++k)
        sum += std::max((1.0 - s) * hull.mass1(k) - s * hull.mass0(k), 0.0);
    return sum;
}

void check_hull(const std::vector<BinarySource>& sources, const RocHull& hull,
                Uniform& uniform) {
    for (int n = 0; n < 50; ++n) {
        const double s = uniform();
        double best = 0.0;
        for (const BinarySource& source : sources)
            best = std::max(best, worth(source, s));
        expect(std::abs(worth(hull, s) - best) <= 1e-15, "worth at ", s, ": ", worth(hull, s),
               " in place of ", best);
        const double odds = s / (1.0 - s);
        for (const OddsRange& range : hull.ranges())
            if (range.low < odds && odds < range.high)
                expect(worth(sources[range.source], s) >= best - 1e-15, "at ", s,
                       " another source is worth more than the one of the range");
    }
    expect(hull.ranges().front().high == std::numeric_limits<double>::infinity() &&
               hull.ranges().back().low == 0.0,
           "ranges do not reach from 0 to infinity");
    for (std::size_t k = 1; k < hull.ranges().size(); ++k)
        expect(hull.ranges()[k].high == hull.ranges()[k - 1].low, "a gap between ranges");
}

// sum_y prod a(y) <= 1 for any states, and H(Y) + sum p log a = I(J;Y)
void check_dual(const std::vector<BinarySource>& sources, const std::vector<RocCurve>& curves,
                const RocHull& hull) {
    std::vector<RocDual::Logs> products{{0.0, 0.0}}; // of all states of the sources so far
    double value = std::log(2.0);
    for (std::size_t c = 0; c < sources.size(); ++c) {
        RocDual dual;
        dual.assign(hull.ranges(), c);
        std::vector<RocDual::Logs> more;
        for (std::size_t k = 0; k < curves[c].size(); ++k) {
            const auto [zero, one] = dual.next(curves[c].odds(k));
            const std::size_t i = curves[c].state(k);
            value += sources[c].mass0(i) * zero + sources[c].mass1(i) * one;
            for (const auto& each : products)
                more.push_back({each.zero + zero, each.one + one});
        }
        products = more;
    }
    double most = 0.0;
    for (const auto& each : products)
        most = std::max(most, std::exp(each.zero) + std::exp(each.one));
    expect(most <= 1.0 + 1e-14, "sum_y prod a is ", most);
    const double information = std::log(2.0) - hull.remaining_entropy();
    expect(std::abs(value - information) <= 1e-13, "the dual value is ", value, " in place of ",
           information);
    expect(hull.slack() < 1e-13, "the slack is ", hull.slack());
}

void check_draw(const BinarySource& source, const RocCurve& curve, const RocHull& hull) {
    LeftCurtain drawn;
    drawn.assign(hull, curve);
    const std::size_t edges = hull.corners().size() - 1;
    std::vector<double> of_edges(edges, 0.0), p(2 * source.states, 0.0);
    for (const auto& [edge, state, mass] : drawn.shares()) {
        of_edges[edge] += mass;
        p[2 * state] += mass * hull.mass0(edge) / hull.mass(edge);
        p[2 * state + 1] += mass * hull.mass1(edge) / hull.mass(edge);
    }
    for (std::size_t k = 0; k < edges; ++k)
        expect(std::abs(of_edges[k] - hull.mass(k)) <= 1e-14, "an edge of mass ", hull.mass(k),
               " has given ", of_edges[k]);
    for (std::size_t i = 0; i < source.states; ++i)
        expect(std::abs(p[2 * i] - source.mass0(i)) <= 1e-14 &&
                   std::abs(p[2 * i + 1] - source.mass1(i)) <= 1e-14,
               "a state has drawn ", p[2 * i], ", ", p[2 * i + 1], " in place of ",
               source.mass0(i), ", ", source.mass1(i));
    // two for each state, and one that rounding has split
    expect(drawn.shares().size() <= edges + 3 * source.states, drawn.shares().size(),
           " shares of ", edges, " edges and ", source.states, " states");
}

} // namespace

int main() {
    Uniform uniform;
    for (int trial = 0; trial < 300; ++trial) {
        const std::size_t n = 1 + static_cast<std::size_t>(3.0 * uniform());
        const double decades = trial % 3 == 0 ? 0.0 : trial % 3 == 1 ? 1.0 : 20.0;
        std::vector<std::vector<double>> tables;
        for (std::size_t c = 0; c < n; ++c)
            tables.push_back(random_source(1 + static_cast<std::size_t>(12.0 * uniform()),
                                           decades, uniform));
        std::vector<BinarySource> sources;
        for (const auto& table : tables)
            sources.push_back(with_classes({table.size() / 2, 2, table.data()}, {0.5, 0.5}));
        std::vector<RocCurve> curves(n);
        for (std::size_t c = 0; c < n; ++c)
            curves[c].assign(sources[c], grid_of(1.0));
        RocHull hull;
        hull.assign(curves, grid_of(1.0));
        check_hull(sources, hull, uniform);
        check_dual(sources, curves, hull);
        for (std::size_t c = 0; c < n; ++c)
            check_draw(sources[c], curves[c], hull);
    }

    // many states are sorted digit by digit: by odds, largest first, equal ones in their order
    const std::size_t many = 20000;
    std::vector<double> p(2 * many);
    for (double& mass : p)
        mass = std::floor(50.0 * uniform());
    RocCurve curve;
    curve.assign({many, 2, p.data()}, grid_of(1e6));
    for (std::size_t k = 1; k < many; ++k)
        expect(curve.odds(k - 1) > curve.odds(k) ||
                   (curve.odds(k - 1) == curve.odds(k) && curve.state(k - 1) < curve.state(k)),
               "states ", curve.state(k - 1), " and ", curve.state(k), " are out of order");
    return exit_status();
}
