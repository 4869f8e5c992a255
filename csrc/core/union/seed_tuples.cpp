// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/seed_tuples.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "core/union/corner_coupling.hpp"

namespace fourfold {

namespace {
constexpr std::size_t kOrders = 3; // by the posterior of as many classes
}

std::vector<std::uint32_t> seed_tuples(const UnionTables& tables) {
    const std::size_t n = tables.sources(), ky = tables.classes();
    std::vector<std::uint32_t> out;
    std::vector<std::vector<std::size_t>> orders(n);
    std::vector<std::vector<double>> left(n);
    for (std::size_t order = 0; order < std::min(kOrders, ky); ++order) {
        for (std::size_t i = 0; i < n; ++i) {
            const auto posterior = [&](std::size_t x) {
                return tables.p()[(tables.first(i) + x) * ky + order] /
                       tables.mass(tables.first(i) + x);
            };
            orders[i].resize(tables.size(i));
            std::iota(orders[i].begin(), orders[i].end(), std::size_t{0});
            std::stable_sort(
                orders[i].begin(), orders[i].end(),
                [&](std::size_t k, std::size_t l) { return posterior(k) < posterior(l); });
        }
        for (std::size_t y = 0; y < ky; ++y) {
            for (std::size_t i = 0; i < n; ++i) {
                left[i].resize(tables.size(i));
                for (std::size_t x = 0; x < tables.size(i); ++x)
                    left[i][x] = tables.p()[(tables.first(i) + x) * ky + y];
            }
            couple_by_corners(
                left, orders, [&](const std::vector<std::size_t>& places, double) {
                    for (std::size_t i = 0; i < n; ++i)
                        out.push_back(static_cast<std::uint32_t>(tables.first(i) + places[i]));
                });
        }
    }
    return out;
}

} // namespace fourfold
