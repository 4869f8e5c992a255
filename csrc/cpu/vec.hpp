// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

// FOURFOLD_SIMD_WIDTH doubles in a register, by GCC's and Clang's vector types, and the
// branch-free exp and log on them. Everything has internal linkage: this header is compiled for
// several instruction sets into one library, and a shared symbol would be taken from any of
// them.
namespace fourfold {
namespace {

constexpr int kWidth = FOURFOLD_SIMD_WIDTH;
typedef double Vec __attribute__((vector_size(kWidth * 8)));
typedef std::int64_t IntVec __attribute__((vector_size(kWidth * 8)));
typedef std::uint64_t UIntVec __attribute__((vector_size(kWidth * 8)));

inline Vec load(const double* p) {
    Vec v;
    std::memcpy(&v, p, sizeof v); // one unaligned load
    return v;
}

inline void store(double* p, Vec v) {
    std::memcpy(p, &v, sizeof v);
}

inline Vec broadcast(double s) {
    return s - Vec{};
}

inline Vec max(Vec a, Vec b) {
    return a > b ? a : b;
}
inline Vec min(Vec a, Vec b) {
    return a < b ? a : b;
}

inline Vec abs(Vec a) {
    return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(a) & INT64_C(0x7fffffffffffffff));
}

// Sum of the lanes, halving the register each time.
template <int Lanes>
inline double sum_lanes(const Vec& v) {
    if constexpr (Lanes == 2) {
        return v[0] + v[1];
    } else {
        typedef double Half __attribute__((vector_size(Lanes * 4)));
        Half low, high;
        std::memcpy(&low, &v, sizeof low);
        std::memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
        low += high;
        Vec rest{};
        std::memcpy(&rest, &low, sizeof low);
        return sum_lanes<Lanes / 2>(rest);
    }
}

inline double sum(Vec v) {
    return sum_lanes<kWidth>(v);
}

// The largest lane, in the same way.
template <int Lanes>
inline double largest_lane(const Vec& v) {
    if constexpr (Lanes == 2) {
        return v[0] > v[1] ? v[0] : v[1];
    } else {
        typedef double Half __attribute__((vector_size(Lanes * 4)));
        Half low, high;
        std::memcpy(&low, &v, sizeof low);
        std::memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
        low = low > high ? low : high;
        Vec rest{};
        std::memcpy(&rest, &low, sizeof low);
        return largest_lane<Lanes / 2>(rest);
    }
}

inline double largest(Vec v) {
    return largest_lane<kWidth>(v);
}

// Adding this to |x| < 2^51 leaves x rounded to an integer in the low bits of the sum.
constexpr double kRounder = 6755399441055744.0; // 1.5 * 2^52

// exp(x) for x in [-700, 700]: x = n ln 2 + f with |f| <= ln(2) / 2, the Taylor series of
// exp(f) to f^13 (remainder 4e-18), and n added to the exponent bits.
inline Vec exp(Vec x) {
    const Vec shifted = x * 1.4426950408889634 + kRounder;
    const Vec n = shifted - kRounder;
    // ln 2 in two parts, the first with enough trailing zeros that n times it is exact
    const Vec f = (x - n * 0.6931471805598903) - n * 5.497923018708371e-14;
    Vec p = broadcast(1.0 / 6227020800.0);
    p = p * f + 1.0 / 479001600.0;
    p = p * f + 1.0 / 39916800.0;
    p = p * f + 1.0 / 3628800.0;
    p = p * f + 1.0 / 362880.0;
    p = p * f + 1.0 / 40320.0;
    p = p * f + 1.0 / 5040.0;
    p = p * f + 1.0 / 720.0;
    p = p * f + 1.0 / 120.0;
    p = p * f + 1.0 / 24.0;
    p = p * f + 1.0 / 6.0;
    p = p * f + 0.5;
    p = p * f + 1.0;
    p = p * f + 1.0;
    return reinterpret_cast<Vec>(reinterpret_cast<UIntVec>(p) +
                                 (reinterpret_cast<UIntVec>(shifted) << 52));
}

// log(x) for normal x > 0: x = 2^n m with m in [sqrt(1/2), sqrt(2)), and log m = 2 artanh(s)
// with s = (m - 1) / (m + 1), |s| < 0.1716, by its series to s^19 (remainder 3e-18).
inline Vec log(Vec x) {
    // subtracting the bits of sqrt(1/2) makes the exponent field step at sqrt(1/2), not at 1;
    // unsigned, so that a NaN merely gives nonsense
    const UIntVec bits = reinterpret_cast<UIntVec>(x);
    const UIntVec stepped = bits - UINT64_C(0x3fe6a09e667f3bcd) + (UINT64_C(1024) << 52);
    const UIntVec exponent = stepped >> 52; // n + 1024
    const Vec m = reinterpret_cast<Vec>(bits - ((exponent - UINT64_C(1024)) << 52));
    // integer below 2^52 to double by its bit pattern: AVX2 has no such conversion
    const Vec n = reinterpret_cast<Vec>(exponent | UINT64_C(0x4330000000000000)) -
                  (4503599627370496.0 + 1024.0);
    const Vec d = m - 1.0;
    const Vec s = d / (m + 1.0);
    const Vec z = s * s;
    Vec p = broadcast(1.0 / 19.0);
    p = p * z + 1.0 / 17.0;
    p = p * z + 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    // 2 s + 2 s z p, written around d: 2 s = d - s d, so that near m = 1 the leading term is
    // exact
    const Vec log_m = d - s * (d - 2.0 * z * p);
    return n * 0.6931471805598903 + (n * 5.497923018708371e-14 + log_m);
}

} // namespace
} // namespace fourfold
