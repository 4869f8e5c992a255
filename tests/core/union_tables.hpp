// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "check.hpp"
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

} // namespace fourfold::checks
