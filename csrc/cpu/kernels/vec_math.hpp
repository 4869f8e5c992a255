// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "cpu/kernels/vec.hpp"
#include "cpu/kernels/vec_order.hpp"

// Branch-free exp and log on registers. Internal linkage only, like vec.hpp.
namespace fourfold {
namespace {

// The formats: bits of the fraction, and the exponent field of 2.
constexpr int kFractionBits = FOURFOLD_SINGLE ? 23 : 52;
[[maybe_unused]] constexpr UInt kFieldOfTwo = FOURFOLD_SINGLE ? 128 : 1024;
// Adding this to a small |x| leaves x rounded to an integer in the low bits of the sum.
constexpr Real kRounder = FOURFOLD_SINGLE ? 12582912.0 : 6755399441055744.0; // 1.5 * 2^fraction
constexpr Real kLog2E = Real(1.4426950408889634);
// ln 2 in two parts, the first with enough trailing zeros that n times it is exact.
constexpr Real kLn2 = FOURFOLD_SINGLE ? 0.693145751953125 : 0.6931471805598903;
constexpr Real kLn2Rest =
    Real(FOURFOLD_SINGLE ? 1.4286068202862268e-06 : 5.497923018708371e-14);

// Coefficients of polynomials, from the constant on, that interpolate at Chebyshev's points.
#if FOURFOLD_SINGLE
// 3e-9 of exp off at most
constexpr Real kExp[] = {0.5f, 0.16666578f, 0.041666556f, 0.008363173f, 0.0013926176f};
#else
// 1.6e-17 of exp off at most
constexpr Real kExp[] = {0.5,
                         0.16666666666666669,
                         0.04166666666662413,
                         0.008333333333330062,
                         0.0013888888917213717,
                         0.00019841269863053618,
                         2.4801521295954376e-05,
                         2.7557268459997064e-06,
                         2.7620088445409746e-07,
                         2.510038549551032e-08};
#endif

// The functions below work on N registers at a time, one step of all of them after the other: a
// single chain of dependent operations would leave the units idle for most of its length.

// out = c[0] + c[1] v + c[2] v^2 + ... of N registers, given w = v^2: even and odd powers apart,
// which halves the chain.
template <std::size_t N, std::size_t C>
inline void polynomial(const Real (&c)[C], const Vec (&v)[N], const Vec (&w)[N],
                       Vec (&out)[N]) {
    constexpr std::size_t kEven = (C - 1) / 2 * 2, kOdd = (C - 2) / 2 * 2 + 1;
    Vec even[N], odd[N];
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = broadcast(c[kEven]);
        odd[k] = broadcast(c[kOdd]);
    }
    for (std::size_t power = kEven; power >= 2; power -= 2)
        for (std::size_t k = 0; k < N; ++k)
            even[k] = w[k] * even[k] + c[power - 2];
    for (std::size_t power = kOdd; power >= 2; power -= 2)
        for (std::size_t k = 0; k < N; ++k)
            odd[k] = w[k] * odd[k] + c[power - 2];
    for (std::size_t k = 0; k < N; ++k)
        out[k] = v[k] * odd[k] + even[k];
}

// x <- exp(x) for x in [-700, 700], single precision [-87, 88]: x = n ln 2 + f with
// |f| <= ln(2) / 2, exp(f) = 1 + f + f^2 q(f), and n added to the exponent bits.
template <std::size_t N>
inline void exp(Vec (&x)[N]) {
    Vec shifted[N], f[N], z[N], q[N];
    for (std::size_t k = 0; k < N; ++k) {
        shifted[k] = x[k] * kLog2E + kRounder;
        const Vec n = shifted[k] - kRounder;
        f[k] = (x[k] - n * kLn2) - n * kLn2Rest;
        z[k] = f[k] * f[k];
    }
    polynomial(kExp, f, z, q);
    for (std::size_t k = 0; k < N; ++k) {
        const Vec p = z[k] * q[k] + f[k] + Real(1);
        x[k] = reinterpret_cast<Vec>(reinterpret_cast<UIntVec>(p) +
                                     (reinterpret_cast<UIntVec>(shifted[k]) << kFractionBits));
    }
}

#if defined(__AVX512F__) && FOURFOLD_SIMD_BYTES == 64

// Reciprocals c of the middles of the intervals that [3/4, 3/2) is cut into, and -log c: 16 of
// them, in single precision 32, in the order of the leading bits of the fraction, which for
// m < 1 start with 1. c = 1 on both sides of 1, so that nothing cancels there.
#if FOURFOLD_SINGLE
constexpr int kTableBits = 5;
constexpr Real kReciprocals[2 * kWidth] = {
    1.0f,        0.95522386f, 0.92753625f, 0.90140843f, 0.8767123f, 0.85333335f, 0.83116883f,
    0.8101266f,  0.79012346f, 0.7710843f,  0.7529412f,  0.7356322f, 0.71910113f, 0.7032967f,
    0.68817204f, 0.67368424f, 1.3195876f,  1.2929293f,  1.2673267f, 1.2427185f,  1.2190477f,
    1.1962616f,  1.1743119f,  1.1531532f,  1.1327434f,  1.1130434f, 1.0940171f,  1.0756303f,
    1.0578512f,  1.0406504f,  1.024f,      1.0f};
constexpr Real kMinusLogs[2 * kWidth] = {
    0.0f,          0.04580956f,  0.0752234f,   0.10379681f,  0.13157636f,   0.15860501f,
    0.18492234f,   0.21056475f,  0.23556606f,  0.25995755f,  0.28376815f,   0.30702505f,
    0.32975328f,   0.3519764f,   0.3737164f,   0.39499375f,  -0.27731925f,  -0.2569104f,
    -0.23690973f,  -0.21730128f, -0.19806994f, -0.1792014f,  -0.16068234f,  -0.14250009f,
    -0.12464244f,  -0.10709809f, -0.08985638f, -0.07290682f, -0.056239676f, -0.039845873f,
    -0.023716575f, 0.0f};
// of (log(1 + z) - z) / z^2: 2e-8 of the result off at most
constexpr Real kLog[] = {-0.50000054f, 0.3333787f, -0.24543929f};
#define FOURFOLD_SHIFT_RIGHT _mm512_maskz_srli_epi32
#define FOURFOLD_TO_BITS _mm512_castps_si512
#else
constexpr int kTableBits = 4;
constexpr Real kReciprocals[2 * kWidth] = {1.0,
                                           0.9142857142857143,
                                           0.8648648648648649,
                                           0.8205128205128205,
                                           0.7804878048780488,
                                           0.7441860465116279,
                                           0.7111111111111111,
                                           0.6808510638297872,
                                           1.3061224489795917,
                                           1.2549019607843137,
                                           1.2075471698113207,
                                           1.1636363636363636,
                                           1.1228070175438596,
                                           1.0847457627118644,
                                           1.0491803278688525,
                                           1.0};
constexpr Real kMinusLogs[2 * kWidth] = {0.0,
                                         0.08961215868968717,
                                         0.14518200984449783,
                                         0.19782574332991992,
                                         0.2478361639045812,
                                         0.2954642128938359,
                                         0.3409265869705932,
                                         0.38441169891033206,
                                         -0.26706278524904514,
                                         -0.22705745063534608,
                                         -0.18859116980754997,
                                         -0.15154989812720088,
                                         -0.11583181552512165,
                                         -0.0813456394539524,
                                         -0.04800921918636066,
                                         0.0};
// of (log(1 + z) - z) / z^2: 2.2e-17 of the result off at most
constexpr Real kLog[] = {-0.49999999999999994, 0.33333333333340287,  -0.2500000000009317,
                         0.1999999995328674,   -0.16666665870721806, 0.1428579138027727,
                         -0.12501839998216407, 0.11081912861679763,  -0.088437987998088};
#define FOURFOLD_SHIFT_RIGHT _mm512_maskz_srli_epi64
#define FOURFOLD_TO_BITS _mm512_castpd_si512
#endif

// x <- log(x) for normal x > 0: x = 2^n m with m in [3/4, 3/2), c from the table, z = m c - 1 of
// at most 1/16 in size, in single precision 1/32, and log x = n ln 2 - log c + log(1 + z). A
// division would take longer than all of this.
template <std::size_t N>
inline void log(Vec (&x)[N]) {
    const Vec low = load(kReciprocals), high = load(kReciprocals + kWidth);
    const Vec log_low = load(kMinusLogs), log_high = load(kMinusLogs + kWidth);
    Vec n[N], z[N], w[N], q[N], table[N];
    for (std::size_t k = 0; k < N; ++k) {
        const Vec m = FOURFOLD_INTRINSIC(_mm512_maskz_getmant)(
            kAllLanes, x[k], _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
        n[k] = Vec(FOURFOLD_INTRINSIC(_mm512_maskz_getexp)(kAllLanes, x[k])) -
               Vec(FOURFOLD_INTRINSIC(_mm512_maskz_getexp)(kAllLanes, m));
        const __m512i index =
            FOURFOLD_SHIFT_RIGHT(kAllLanes, FOURFOLD_TO_BITS(m), kFractionBits - kTableBits);
        table[k] = FOURFOLD_INTRINSIC(_mm512_permutex2var)(log_low, index, log_high);
        // one rounding: m c - 1 cancels
        z[k] = FOURFOLD_INTRINSIC(_mm512_fmsub)(
            m, FOURFOLD_INTRINSIC(_mm512_permutex2var)(low, index, high), broadcast(1));
        w[k] = z[k] * z[k];
    }
    polynomial(kLog, z, w, q);
    for (std::size_t k = 0; k < N; ++k)
        x[k] = n[k] * kLn2 + (n[k] * kLn2Rest + (table[k] + (w[k] * q[k] + z[k])));
}

#else

#if FOURFOLD_SINGLE
constexpr UInt kSqrtHalf = 0x3f3504f3;
constexpr UInt kExponentOfRounder = 0x4b000000;
// 2e-9 of log off at most
constexpr Real kLog[] = {0.33333343f, 0.19994366f, 0.14791079f};
#else
constexpr UInt kSqrtHalf = UINT64_C(0x3fe6a09e667f3bcd);
constexpr UInt kExponentOfRounder = UINT64_C(0x4330000000000000);
// 5e-18 of log off at most
constexpr Real kLog[] = {0.3333333333333335,  0.19999999999949722, 0.14285714313001635,
                         0.11111105565129939, 0.09091444727837474, 0.07665855309105386,
                         0.07308292712444311};
#endif

// x <- log(x) for normal x > 0: x = 2^n m with m in [sqrt(1/2), sqrt(2)), and log m = 2 artanh(s) =
// 2 s + 2 s z p(z) with s = (m - 1) / (m + 1), z = s^2 < 0.0295.
template <std::size_t N>
inline void log(Vec (&x)[N]) {
    Vec n[N], d[N], s[N], z[N], w[N], p[N];
    for (std::size_t k = 0; k < N; ++k) {
        // subtracting the bits of sqrt(1/2) makes the exponent field step at sqrt(1/2), not at
        // 1; unsigned, so that a NaN merely gives nonsense
        const UIntVec bits = reinterpret_cast<UIntVec>(x[k]);
        const UIntVec stepped = bits - kSqrtHalf + (kFieldOfTwo << kFractionBits);
        const UIntVec exponent = stepped >> kFractionBits; // n + kFieldOfTwo
        const Vec m = reinterpret_cast<Vec>(bits - ((exponent - kFieldOfTwo) << kFractionBits));
        // integer below 2^fraction to Real by its bit pattern: AVX2 has no such conversion for
        // double
        n[k] = reinterpret_cast<Vec>(exponent | kExponentOfRounder) -
               (kRounder / Real(1.5) + Real(kFieldOfTwo));
        d[k] = m - Real(1);
        s[k] = d[k] / (m + Real(1));
    }
    for (std::size_t k = 0; k < N; ++k)
        z[k] = s[k] * s[k];
    for (std::size_t k = 0; k < N; ++k)
        w[k] = z[k] * z[k];
    polynomial(kLog, z, w, p);
    for (std::size_t k = 0; k < N; ++k) {
        // written around d, 2 s = d - s d: near m = 1 the leading term is exact
        const Vec log_m = d[k] - s[k] * (d[k] - Real(2) * z[k] * p[k]);
        x[k] = n[k] * kLn2 + (n[k] * kLn2Rest + log_m);
    }
}

#endif

inline Vec exp(Vec x) {
    Vec one[1] = {x};
    exp(one);
    return one[0];
}

inline Vec log(Vec x) {
    Vec one[1] = {x};
    log(one);
    return one[0];
}

} // namespace
} // namespace fourfold
