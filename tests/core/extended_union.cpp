// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Several sources in 32 digits: the Cholesky factor against the plain one and against its matrix, the
// Newton system by putting its solutions into the Hessian, and the steps by the marginals they end at.
#include <algorithm>
#include <cmath>
#include <vector>

#include "check.hpp"
#include "core/newton/small_cholesky.hpp"
#include "core/union/extended_cholesky.hpp"
#include "core/union/extended_steps.hpp"
#include "union_tables.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

using Wide = std::vector<DoubleDouble>;

Never never;

// A Gram matrix (n, n) of numbers (n, depth), scaled to a unit diagonal.
Wide gram(std::size_t n, std::size_t depth, Uniform& uniform) {
    const std::vector<double> x = random_numbers<double>(n * depth, uniform, -1.0, 1.0);
    Wide h(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            for (std::size_t l = 0; l < depth; ++l)
                h[i * n + j] = h[i * n + j] +
                               DoubleDouble::exact_product(x[i * depth + l], x[j * depth + l]);
    Wide scale(n);
    for (std::size_t i = 0; i < n; ++i)
        scale[i] = DoubleDouble(1.0) / sqrt(h[i * n + i]);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j)
            h[i * n + j] = h[i * n + j] * scale[i] * scale[j];
        h[i * n + i] = DoubleDouble(1.0);
    }
    return h;
}

void check_factor(std::size_t n, std::size_t depth) {
    Uniform uniform;
    const Wide h = gram(n, depth, uniform);
    Wide plain = h, factor = h;
    factorise_small(n, plain.data());
    factorise_extended(n, factor.data(), never);
    double apart = 0.0, off = 0.0;
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < n; ++i) {
        left_out += factor[i * n + i].high == kLeftOut;
        for (std::size_t j = 0; j <= i && i < depth; ++j) {
            apart = std::max(apart, std::abs((plain[i * n + j] - factor[i * n + j]).high));
            DoubleDouble rest = h[i * n + j];
            for (std::size_t l = 0; l <= j; ++l)
                rest = rest - factor[i * n + l] * factor[j * n + l];
            off = std::max(off, std::abs(rest.high));
        }
    }
    expect(apart < 1e-24, n, " rows: both factors are ", apart, " apart");
    expect(off < 1e-28, n, " rows: the product of the factor is off by ", off);
    // of flat directions the first is rounding of one unit, later ones may be of more
    expect((left_out > 0) == (depth < n), n, " rows of rank ", depth, ": ", left_out,
           " left out");
}

void check_system(double zeros) {
    Uniform uniform;
    const std::size_t ky = 3;
    const SourceTables source({4, 3, 5}, ky, zeros, uniform);
    const UnionTables& tables = source.tables;
    const TupleList list = all_tuples(tables);
    const std::vector<double> a = some_factors(tables, uniform);
    Wide e(list.size() * ky), r(list.size()), c(list.size()), g(tables.cells()), d = g;
    for (std::size_t k = 0; k < list.size(); ++k) {
        r[k] = 0.1 + uniform();
        c[k] = std::pow(10.0, 8.0 * uniform()); // as late in a solve
        for (std::size_t y = 0; y < ky; ++y) {
            e[k * ky + y] = 1.0;
            for (std::size_t i = 0; i < list.sources(); ++i)
                e[k * ky + y] = e[k * ky + y] * a[list[k][i] * ky + y];
        }
    }
    for (DoubleDouble& each : g)
        each = uniform() - 0.5;
    ExtendedUnionSystem system(never);
    system.load(tables);
    system.factorise(list, r, c, e);
    system.solve(g, d);
    const double worst = left_of(tables, list, r, c, e, g, d);
    expect(worst < 1e-15, "the system is solved to ", worst);
}

// Steps bring the complementarity to where they may, and fitted factors have the marginals.
void check_steps(double zeros) {
    Uniform uniform;
    const std::size_t ky = 3;
    const SourceTables source({4, 3, 5}, ky, zeros, uniform);
    const UnionTables& tables = source.tables;
    ExtendedSteps steps(tables, never);
    steps.start(all_tuples(tables));
    constexpr double kLeast = 1e-20;
    int taken = 0;
    for (; taken < 60 && steps.complementarity() > 2.0 * kLeast; ++taken)
        steps.step(kLeast);
    expect(steps.complementarity() <= 2.0 * kLeast, "sum r w is ", steps.complementarity(),
           " after ", taken, " steps");
    std::vector<double> r, log_a;
    steps.fit(1e-20, log_a);
    steps.round_multipliers(r);
    std::vector<double> missing(tables.p(), tables.p() + tables.cells());
    for (std::size_t k = 0; k < steps.list().size(); ++k) {
        const std::uint32_t* const tuple = steps.list()[k];
        double sum = 0.0;
        for (std::size_t y = 0; y < ky; ++y) {
            double product = 1.0;
            for (std::size_t i = 0; i < 3; ++i)
                product *= tables.p()[tuple[i] * ky + y] > 0.0
                               ? std::exp(log_a[tuple[i] * ky + y])
                               : 0.0;
            sum += product;
            for (std::size_t i = 0; i < 3; ++i)
                missing[tuple[i] * ky + y] -= r[k] * product;
        }
        expect(sum <= 1.0 + 1e-12, "the sum of tuple ", k, " is ", sum);
    }
    for (double each : missing)
        expect(std::abs(each) < 1e-14, "a marginal is off by ", each);
}

} // namespace

int main() {
    for (std::size_t n : {1, 7, 8, 9, 24, 61})
        check_factor(n, n);
    check_factor(30, 17);
    for (double zeros : {0.0, 0.3}) {
        check_system(zeros);
        check_steps(zeros);
    }
    return exit_status();
}
