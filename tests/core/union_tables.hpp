// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "check.hpp"
#include "core/newton/double_double.hpp"
#include "core/union/pinned_cells.hpp"
#include "core/union/tuple_list.hpp"
#include "core/union/union_tables.hpp"
#include "fourfold/options.hpp"

// Tables of several sources for the programs of this folder.
namespace fourfold::checks {

class Never : public Interrupt {
public:
    bool requested() override { return false; }
};

// Sources that share one p(y); a part `zeros` of the cells has no mass.
struct SourceTables {
    std::vector<std::vector<double>> p;
    UnionTables tables;

    SourceTables(const std::vector<std::size_t>& sizes, std::size_t ky, double zeros,
                 Uniform& uniform) {
        std::vector<UnionSource> sources;
        p.reserve(sizes.size());
        for (std::size_t states : sizes) {
            std::vector<double> table(states * ky, 0.0);
            for (std::size_t y = 0; y < ky; ++y) {
                double total = 0.0;
                for (std::size_t x = 0; x < states; ++x) {
                    // every state and class has some
                    const bool own = x % ky == y || y % states == x;
                    table[x * ky + y] = own || uniform() >= zeros ? uniform() + 0.01 : 0.0;
                    total += table[x * ky + y];
                }
                for (std::size_t x = 0; x < states; ++x)
                    table[x * ky + y] /= total * static_cast<double>(ky);
            }
            p.push_back(std::move(table));
            sources.push_back({states, p.back().data()});
        }
        tables.assign(sources, ky);
    }
};

// Factors between .2 and 1 where there is mass.
inline std::vector<double> some_factors(const UnionTables& tables, Uniform& uniform) {
    std::vector<double> a(tables.cells());
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        a[cell] = tables.p()[cell] > 0.0 ? 0.2 + 0.8 * uniform() : 0.0;
    return a;
}

inline TupleList all_tuples(const UnionTables& tables) {
    TupleList list;
    list.take_all(tables);
    return list;
}

inline double leading(double x) {
    return x;
}
inline double leading(const DoubleDouble& x) {
    return x.high;
}

// The largest entry of H d - g where there are unknowns, and of d where there are none.
template <class Number>
double left_of(const UnionTables& tables, const TupleList& list, const std::vector<Number>& r,
               const std::vector<Number>& c, const std::vector<Number>& e,
               const std::vector<Number>& g, const std::vector<Number>& d) {
    const std::size_t ky = tables.classes();
    std::vector<Number> out(tables.cells());
    for (std::size_t k = 0; k < list.size(); ++k) {
        Number along{};
        for (std::size_t i = 0; i < list.sources(); ++i)
            for (std::size_t y = 0; y < ky; ++y)
                along = along + e[k * ky + y] * d[list[k][i] * ky + y];
        for (std::size_t i = 0; i < list.sources(); ++i)
            for (std::size_t y = 0; y < ky; ++y) {
                Number of_class{};
                for (std::size_t j = 0; j < list.sources(); ++j)
                    of_class = of_class + d[list[k][j] * ky + y];
                Number& sum = out[list[k][i] * ky + y];
                sum = sum + e[k * ky + y] * (c[k] * along + r[k] * of_class);
            }
    }
    const std::vector<char> pinned = pinned_cells(tables);
    double worst = 0.0;
    for (std::size_t cell = 0; cell < tables.cells(); ++cell) {
        const bool unknown = tables.p()[cell] > 0.0 && pinned[cell] == 0;
        worst = std::max(worst, std::abs(leading(unknown ? out[cell] - g[cell] : d[cell])));
    }
    return worst;
}

} // namespace fourfold::checks
