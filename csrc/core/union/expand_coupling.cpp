// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/expand_coupling.hpp"

#include <vector>

#include "core/union/corner_coupling.hpp"

namespace fourfold {

void expand_coupling(const UnionTables& tables, std::size_t classes,
                     const UnionCoupling& coupling, UnionReport& report) {
    const std::size_t n = tables.sources();
    // the given states that each state stands for, and their shares of it
    std::vector<std::vector<std::size_t>> members(tables.states());
    std::vector<std::vector<double>> shares(tables.states());
    for (std::size_t i = 0; i < n; ++i) {
        const SourceStates& source = tables.of_given(tables.given(i));
        for (std::size_t k = 0; k < source.kept(); ++k) {
            const std::size_t x = tables.first(i) + source.group(k);
            members[x].push_back(source.given(k));
            shares[x].push_back(source.share(k));
        }
    }
    std::vector<std::vector<double>> left(n);
    std::vector<std::vector<std::size_t>> orders(n);
    for (std::size_t k = 0; k < coupling.size(); ++k) {
        double mass = 0.0;
        for (std::size_t y = 0; y < tables.classes(); ++y)
            mass += coupling.q(k)[y];
        if (!(mass > 0.0))
            continue;
        for (std::size_t i = 0; i < n; ++i) {
            left[i] = shares[coupling.tuple(k)[i]];
            orders[i].resize(left[i].size());
            for (std::size_t m = 0; m < orders[i].size(); ++m)
                orders[i][m] = m;
        }
        couple_by_corners(
            left, orders, [&](const std::vector<std::size_t>& places, double share) {
                const std::size_t row = report.coupled.size();
                report.coupled.resize(row + n);
                for (std::size_t i = 0; i < n; ++i)
                    report.coupled[row + tables.given(i)] =
                        static_cast<std::int64_t>(members[coupling.tuple(k)[i]][places[i]]);
                const std::size_t cell = report.q.size();
                report.q.resize(cell + classes, 0.0);
                for (std::size_t y = 0; y < tables.classes(); ++y)
                    report.q[cell + tables.class_given(y)] = share * coupling.q(k)[y];
            });
    }
}

} // namespace fourfold
