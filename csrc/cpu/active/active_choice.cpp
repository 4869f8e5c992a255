// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/active/active_choice.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace fourfold {

namespace {

// Below, steps over all pairs take no longer (docs/decisions/active-pairs.md).
constexpr double kLeastPairs = 2048.0;
constexpr double kLeastPart = 0.5;

// How many states have which classes.
std::map<std::vector<bool>, double> supports(std::size_t states, std::size_t ky,
                                             const double* p) {
    std::map<std::vector<bool>, double> counts;
    for (std::size_t i = 0; i < states; ++i) {
        std::vector<bool> has(ky);
        for (std::size_t y = 0; y < ky; ++y)
            has[y] = p[i * ky + y] > 0.0;
        counts[has] += 1.0;
    }
    return counts;
}

bool share_two_classes(const std::vector<bool>& first, const std::vector<bool>& second) {
    int shared = 0;
    for (std::size_t y = 0; y < first.size() && shared < 2; ++y)
        shared += first[y] && second[y];
    return shared == 2;
}

} // namespace

bool active_pairs_pay(const Problem& problem) {
    const auto [k1, k2, ky, p1y, p2y] = problem;
    const double pairs = static_cast<double>(k1) * static_cast<double>(k2);
    if (pairs < kLeastPairs)
        return false;
    const auto first = supports(k1, ky, p1y), second = supports(k2, ky, p2y);
    double shared = 0.0;
    for (const auto& [of_first, n1] : first)
        for (const auto& [of_second, n2] : second)
            if (share_two_classes(of_first, of_second))
                shared += n1 * n2;
    return shared > kLeastPart * pairs;
}

} // namespace fourfold
