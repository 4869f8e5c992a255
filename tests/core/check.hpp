// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "cpu/dispatch.hpp"

// What the programs of this folder say where something does not hold, and their exit status.
namespace fourfold::checks {

inline int failures = 0;

// Counts a failure and says the words where `holds` is false.
template <class... Words>
void expect(bool holds, const Words&... words) {
    if (holds)
        return;
    ++failures;
    (std::cerr << ... << words) << "\n";
}

inline int exit_status() {
    return failures == 0 ? 0 : 1;
}

// |got - exact| in units of the last place of a Real.
template <class Real>
double units(Real got, long double exact) {
    if (static_cast<long double>(got) == exact)
        return 0.0;
    const Real size = std::abs(static_cast<Real>(exact));
    const Real unit = std::nextafter(size, std::numeric_limits<Real>::infinity()) - size;
    return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / unit);
}

// The same numbers in every run: uniform in [0, 1), by a linear congruence (Knuth's MMIX).
class Uniform {
public:
    double operator()() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state_ >> 11) * 0x1p-53;
    }

private:
    unsigned long long state_ = 1;
};

template <class Real>
std::vector<Real> random_numbers(std::size_t n, Uniform& uniform, double low = 0.0,
                                 double high = 1.0) {
    std::vector<Real> out(n);
    for (Real& x : out)
        x = static_cast<Real>(low + (high - low) * uniform());
    return out;
}

// body(name of the level) with the kernels of every instruction set that this machine has.
template <class Body>
void for_levels(const Body& body) {
    for (const std::string& level : simd_levels()) {
        select_simd(level);
        body(level);
    }
}

} // namespace fourfold::checks
