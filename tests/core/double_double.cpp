// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic in 32 digits: sums and products of doubles are exact, and the rest is right to one
// to four units of 2^-104.
#include "core/newton/double_double.hpp"

#include <algorithm>

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

constexpr double kUnit = 0x1p-104;

double magnitude(DoubleDouble a) {
    return std::abs(a.high);
}

void check_pair(double a, double b) {
    // whole numbers below 2^53 have exact sums and products in 106 bits: compared as integers
    const auto whole = [](DoubleDouble x) {
        return static_cast<__int128>(x.high) + static_cast<__int128>(x.low);
    };
    expect(whole(DoubleDouble::exact_sum(a, b)) ==
               static_cast<__int128>(a) + static_cast<__int128>(b),
           "sum of ", a, " and ", b);
    expect(whole(DoubleDouble::exact_product(a, b)) ==
               static_cast<__int128>(a) * static_cast<__int128>(b),
           "product of ", a, " and ", b);
}

} // namespace

int main() {
    Uniform uniform;
    for (int k = 0; k < 1000; ++k)
        check_pair(std::floor(0x1p52 * uniform()), std::floor(0x1p52 * uniform()));

    // what is lost in a double is kept
    const DoubleDouble near_one = DoubleDouble(1.0) + DoubleDouble(1e-25);
    expect((near_one - DoubleDouble(1.0)).high == 1e-25, "1 + 1e-25 - 1");
    expect(near_one > 1.0 && !(DoubleDouble(1.0) > 1.0), "comparison by the low part");
    expect((-near_one).high == -1.0 && (-near_one).low == -1e-25, "the opposite");

    double worst_quotient = 0.0, worst_root = 0.0, worst_product = 0.0;
    for (int k = 0; k < 100000; ++k) {
        const DoubleDouble a =
            DoubleDouble(1.0 + uniform()) + DoubleDouble(2e-16 * (uniform() - 0.5));
        const DoubleDouble b =
            DoubleDouble(1.0 + uniform()) + DoubleDouble(2e-16 * (uniform() - 0.5));
        const DoubleDouble c =
            DoubleDouble(1.0 + uniform()) + DoubleDouble(2e-16 * (uniform() - 0.5));
        worst_quotient = std::max(worst_quotient, magnitude(a / b * b - a) / a.high);
        worst_root = std::max(worst_root, magnitude(sqrt(a) * sqrt(a) - a) / a.high);
        // distributive law
        worst_product =
            std::max(worst_product, magnitude((a + b) * c - (a * c + b * c)) / a.high);
    }
    expect(worst_quotient <= 1.2 * kUnit, "quotients are ", worst_quotient / kUnit,
           " units off");
    expect(worst_root <= 2.0 * kUnit, "roots are ", worst_root / kUnit, " units off");
    expect(worst_product <= 4.0 * kUnit, "products are ", worst_product / kUnit, " units off");
    return exit_status();
}
