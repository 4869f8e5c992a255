// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace fourfold {

// The north-west corner rule for any number of vectors of masses, none negative, with equal totals:
// a coupling of at most sum of the sizes - n + 1 tuples. Where totals differ by rounding, the rest of
// the larger ones stays: left[i] is what each keeps.
// orders[i]: the states in the order in which they are taken. body(places, mass), places[i] in [0, n_i)
template <class Body>
void couple_by_corners(std::vector<std::vector<double>>& left,
                       const std::vector<std::vector<std::size_t>>& orders, const Body& body) {
    const std::size_t n = left.size();
    std::vector<std::size_t> at(n, 0), places(n);
    for (;;) {
        double mass = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            while (at[i] < orders[i].size() && !(left[i][orders[i][at[i]]] > 0.0))
                ++at[i];
            if (at[i] == orders[i].size())
                return;
            places[i] = orders[i][at[i]];
            mass = i == 0 ? left[i][places[i]] : std::min(mass, left[i][places[i]]);
        }
        body(places, mass);
        for (std::size_t i = 0; i < n; ++i)
            left[i][places[i]] -= mass;
    }
}

} // namespace fourfold
