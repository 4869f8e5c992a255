// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The linear algebra of any number of sources against plain arithmetic, with the kernels of every
// instruction set: the Newton system by putting its solutions into the Hessian, the fit of the
// classes by the marginals it is to have, the pricing against a look at every tuple.
#include <algorithm>
#include <cmath>

#include "check.hpp"
#include "core/union/tuple_passes.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/union/class_fit.hpp"
#include "cpu/union/pricing.hpp"
#include "cpu/union/union_system_cpu.hpp"
#include "union_tables.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

Never never;

void check_system(const std::string& level, const std::vector<std::size_t>& sizes,
                  std::size_t ky, double zeros, int threads) {
    Uniform uniform;
    const SourceTables source(sizes, ky, zeros, uniform);
    const UnionTables& tables = source.tables;
    const TupleList list = all_tuples(tables);
    const std::vector<double> a = some_factors(tables, uniform);
    std::vector<double> e(list.size() * ky), s(list.size());
    tuple_products(list, ky, a.data(), e.data(), s.data());
    const std::vector<double> r = random_numbers<double>(list.size(), uniform, 0.1, 1.0);
    const std::vector<double> c = random_numbers<double>(list.size(), uniform, 0.1, 10.0);
    const std::vector<double> g = random_numbers<double>(tables.cells(), uniform, -1.0, 1.0);
    StopCheck stop(never);
    UnionSystemCpu system(threads, stop);
    system.load(tables);
    std::vector<double> d(tables.cells());
    for (int again = 0; again < 2; ++again) { // buffers are used again
        system.factorise(list, r.data(), c.data(), e.data());
        system.solve(g.data(), d.data());
        const double left = left_of(tables, list, r, c, e, g, d);
        expect(left < 1e-8, level, ": ", sizes.size(), " sources, ", ky,
               " classes: the system is solved to ", left);
    }
}

void check_fit(const std::string& level, double zeros) {
    Uniform uniform;
    const SourceTables source({7, 5, 4}, 3, zeros, uniform);
    const UnionTables& tables = source.tables;
    const TupleList list = all_tuples(tables);
    const std::vector<double> r = random_numbers<double>(list.size(), uniform, 0.1, 1.0);
    std::vector<double> log_a(tables.cells(), 0.0);
    StopCheck stop(never);
    ClassFit fit(tables, 1, stop);
    const double off = fit.fit(list, r.data(), 1e-13, log_a);
    std::vector<double> a(tables.cells(), 0.0), e(list.size() * 3), s(list.size());
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        a[cell] = tables.p()[cell] > 0.0 ? std::exp(log_a[cell]) : 0.0;
    tuple_products(list, 3, a.data(), e.data(), s.data());
    std::vector<double> marginals(tables.cells());
    tuple_marginals(list, tables.states(), 3, r.data(), e.data(), marginals.data());
    double missed = 0.0;
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        missed += std::abs(marginals[cell] - tables.p()[cell]);
    expect(off <= 1e-13 && missed <= 2e-13, level, ": fitted marginals are off by ", missed,
           ", said to be ", off);
    for (std::size_t k = 0; k < list.size(); ++k)
        expect(std::abs(fit.sums()[k] - s[k]) <= 1e-15 * s[k], level, ": sum ", k,
               " of the fitted factors");
}

void check_pricing(const std::string& level, const std::vector<std::size_t>& sizes,
                   int threads) {
    Uniform uniform;
    const std::size_t ky = 3, per_state = 4;
    const SourceTables source(sizes, ky, 0.2, uniform);
    const UnionTables& tables = source.tables;
    const TupleList list = all_tuples(tables);
    const std::vector<double> a = some_factors(tables, uniform);
    std::vector<double> e(list.size() * ky), s(list.size());
    tuple_products(list, ky, a.data(), e.data(), s.data());
    const double floor = 0.5 * *std::max_element(s.begin(), s.end());
    StopCheck stop(never);
    Pricing pricing(tables, threads, stop);
    pricing.scan(a, floor, per_state);

    std::vector<std::size_t> order(list.size());
    for (std::size_t k = 0; k < order.size(); ++k)
        order[k] = k;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t k, std::size_t l) { return s[k] > s[l]; });
    std::vector<double> largest(tables.states(), 0.0);
    std::vector<std::size_t> taken(tables.states(), 0);
    std::vector<char> wanted(list.size(), 0);
    for (std::size_t k : order)
        for (std::size_t i = 0; i < list.sources(); ++i) {
            largest[list[k][i]] = std::max(largest[list[k][i]], s[k]);
            if (s[k] > floor && taken[list[k][i]]++ < per_state)
                wanted[k] = 1;
        }
    for (std::size_t x = 0; x < tables.states(); ++x)
        expect(std::abs(pricing.largest()[x] - largest[x]) <= 1e-14, level, ": state ", x,
               " has a largest sum of ", pricing.largest()[x], " for ", largest[x]);
    const std::size_t n = tables.sources();
    std::size_t found = 0;
    for (std::size_t k = 0; k < pricing.best().size() / n; ++k) {
        const std::size_t at = list.find(pricing.best().data() + k * n);
        expect(at != TupleList::kNone && wanted[at] != 0, level, ": tuple ", k,
               " is not among the best");
        ++found;
    }
    const auto count = static_cast<std::size_t>(std::count(wanted.begin(), wanted.end(), 1));
    expect(found == count, level, ": ", found, " tuples are found of ", count);
}

} // namespace

int main() {
    for_levels([](const std::string& level) {
        check_system(level, {9, 6, 5}, 4, 0.0, 1);
        check_system(level, {9, 6, 5}, 4, 0.4, 2);
        check_system(level, {40, 3}, 9, 0.3, 1); // several batches
        check_system(level, {5, 4, 3, 2}, 2, 0.2, 1);
        check_system(level, {6}, 3, 0.0, 1); // nothing is left
        check_fit(level, 0.0);
        check_fit(level, 0.3);
        for (int threads : {1, 3}) {
            check_pricing(level, {9, 6, 5}, threads);
            check_pricing(level, {12, 10, 9, 8}, threads); // several blocks of rows
            check_pricing(level, {6, 3000}, threads);      // several strips
        }
    });
    return exit_status();
}
