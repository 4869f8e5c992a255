// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace fourfold {

// An unevaluated sum of two doubles: 32 decimal digits with the range of a double (Dekker
// 1971).
struct DoubleDouble {
    double high = 0.0;
    double low = 0.0;

    DoubleDouble() = default;
    DoubleDouble(double value) : high(value) {} // NOLINT: a double is one of these

    // The exact sum of two doubles, |a| >= |b|.
    static DoubleDouble ordered_sum(double a, double b) {
        DoubleDouble out;
        out.high = a + b;
        out.low = b - (out.high - a);
        return out;
    }

    // The exact sum of any two doubles (Knuth).
    static DoubleDouble exact_sum(double a, double b) {
        DoubleDouble out;
        out.high = a + b;
        const double part = out.high - a;
        out.low = (a - (out.high - part)) + (b - part);
        return out;
    }

    static DoubleDouble exact_product(double a, double b) {
        DoubleDouble out;
        out.high = a * b;
        out.low = std::fma(a, b, -out.high);
        return out;
    }
};

inline DoubleDouble operator-(DoubleDouble a) {
    a.high = -a.high;
    a.low = -a.low;
    return a;
}

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble s = DoubleDouble::exact_sum(a.high, b.high);
    const DoubleDouble t = DoubleDouble::exact_sum(a.low, b.low);
    const DoubleDouble u = DoubleDouble::ordered_sum(s.high, s.low + t.high);
    return DoubleDouble::ordered_sum(u.high, u.low + t.low);
}

inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) {
    return a + (-b);
}

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = DoubleDouble::exact_product(a.high, b.high);
    return DoubleDouble::ordered_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.high / b.high;
    const DoubleDouble rest = a - b * first;
    const double second = rest.high / b.high;
    const DoubleDouble last = rest - b * second;
    return DoubleDouble::ordered_sum(first, second) + DoubleDouble(last.high / b.high);
}

inline bool operator>(DoubleDouble a, double b) {
    return a.high > b || (a.high == b && a.low > 0.0);
}

inline DoubleDouble sqrt(DoubleDouble a) {
    const double root = std::sqrt(a.high);
    const DoubleDouble rest = a - DoubleDouble::exact_product(root, root);
    return DoubleDouble::ordered_sum(root, rest.high / (2.0 * root));
}

} // namespace fourfold
