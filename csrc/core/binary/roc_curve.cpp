// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/binary/roc_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/binary/compensated_sum.hpp"

namespace fourfold {

namespace {

// From this many states on, sorting digit by digit is faster than by comparisons.
constexpr std::size_t kManyStates = 4096;
constexpr int kDigitBits = 11;
constexpr int kDigits = 6; // of a double without its sign

std::uint64_t bits_of(double x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

// The sum in units of the grid, off by at most one of them.
std::int64_t on_grid(const CompensatedSum& sum, double per_unit) {
    return std::llrint(sum.high() * per_unit) + std::llrint(sum.low() * per_unit);
}

} // namespace

ClassMasses masses_of(const BinarySource& source) {
    CompensatedSum zero, one;
    for (std::size_t i = 0; i < source.states; ++i) {
        zero.add(source.mass0(i));
        one.add(source.mass1(i));
    }
    return {zero.value(), one.value()};
}

BinarySource with_classes(const BinarySource& source, const ClassMasses& classes) {
    const ClassMasses own = masses_of(source);
    const auto ratio = [](double wanted, double mass) {
        const double r = wanted / mass;
        return std::isfinite(r) ? r : 1.0; // no mass, or next to none
    };
    BinarySource scaled = source;
    scaled.scale0 *= ratio(classes.zero, own.zero);
    scaled.scale1 *= ratio(classes.one, own.one);
    return scaled;
}

double grid_of(double largest_mass) {
    int exponent = 0;
    std::frexp(largest_mass, &exponent); // largest_mass <= 2^exponent
    return std::ldexp(1.0, kGridBits - exponent);
}

void RocCurve::assign(const BinarySource& source, double per_unit) {
    states_.resize(source.states);
    for (std::size_t i = 0; i < source.states; ++i)
        states_[i] = {source.odds(i), static_cast<std::uint32_t>(i)};
    sort_by_odds();
    masses_.resize(source.states);
    points_.resize(source.states);
    CompensatedSum sum0, sum1;
    RocPoint last;
    for (std::size_t k = 0; k < source.states; ++k) {
        masses_[k] = {source.mass0(state(k)), source.mass1(state(k))};
        sum0.add(masses_[k].zero);
        sum1.add(masses_[k].one);
        last.x = std::max(last.x, on_grid(sum0, per_unit));
        last.y = std::max(last.y, on_grid(sum1, per_unit));
        points_[k] = last;
    }
}

// Largest first, equal ones in the order of the states. Odds are not negative, so that their bits are
// in the order of their values.
void RocCurve::sort_by_odds() {
    if (states_.size() < kManyStates) {
        std::sort(states_.begin(), states_.end(), [](const State& a, const State& b) {
            return a.first > b.first || (a.first == b.first && a.second < b.second);
        });
        return;
    }
    constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;
    std::array<std::array<std::uint32_t, kBuckets>, kDigits> counts{};
    const auto digit = [](const State& each, int k) {
        return kBuckets - 1 - ((bits_of(each.first) >> (k * kDigitBits)) & (kBuckets - 1));
    };
    for (const State& each : states_)
        for (int k = 0; k < kDigits; ++k)
            ++counts[static_cast<std::size_t>(k)][digit(each, k)];
    scratch_.resize(states_.size());
    for (int k = 0; k < kDigits; ++k) {
        auto& next = counts[static_cast<std::size_t>(k)];
        if (next[digit(states_[0], k)] == states_.size())
            continue; // all alike
        std::uint32_t before = 0;
        for (std::uint32_t& count : next) {
            const std::uint32_t size = count;
            count = before;
            before += size;
        }
        for (const State& each : states_)
            scratch_[next[digit(each, k)]++] = each;
        states_.swap(scratch_);
    }
}

} // namespace fourfold
