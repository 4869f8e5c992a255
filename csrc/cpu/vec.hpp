// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__clang__)
#define FOURFOLD_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define FOURFOLD_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, IntVec{__VA_ARGS__})
#endif

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

// One instruction each where there is one; compilers make two of the comparison. The forms with a
// mask of all lanes, as GCC 12 warns of its own header in the others.
inline Vec max(Vec a, Vec b) {
#if defined(__AVX512F__) && FOURFOLD_SIMD_WIDTH == 8
    return _mm512_maskz_max_pd(0xff, a, b);
#elif defined(__AVX__) && FOURFOLD_SIMD_WIDTH == 4
    return _mm256_max_pd(a, b);
#elif defined(__SSE2__) && FOURFOLD_SIMD_WIDTH == 2
    return _mm_max_pd(a, b);
#else
    return a > b ? a : b;
#endif
}
inline Vec min(Vec a, Vec b) {
#if defined(__AVX512F__) && FOURFOLD_SIMD_WIDTH == 8
    return _mm512_maskz_min_pd(0xff, a, b);
#elif defined(__AVX__) && FOURFOLD_SIMD_WIDTH == 4
    return _mm256_min_pd(a, b);
#elif defined(__SSE2__) && FOURFOLD_SIMD_WIDTH == 2
    return _mm_min_pd(a, b);
#else
    return a < b ? a : b;
#endif
}

inline Vec abs(Vec a) {
    return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(a) & INT64_C(0x7fffffffffffffff));
}

// p / s for normal s > 0, to a unit in the last place. A 512-bit division takes 16 to 24 cycles and
// blocks its unit; this takes a third of that: a reciprocal from the bit pattern, 5 % off at most,
// made better to the third power twice (1e-4, 2e-12), and one correction of the quotient.
inline Vec quotient(Vec p, Vec s) {
    if constexpr (kWidth < 8)
        return p / s;
    Vec reciprocal =
        reinterpret_cast<Vec>(UINT64_C(0x7fde623822fc16e6) - reinterpret_cast<UIntVec>(s));
    for (int k = 0; k < 2; ++k) {
        const Vec error = 1.0 - s * reciprocal;
        reciprocal += reciprocal * (error + error * error);
    }
    const Vec q = p * reciprocal;
    return q + (p - s * q) * reciprocal;
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

// Lane k of the result is the sum of the lanes of v[k]: pairs of registers are folded into one,
// log2(kWidth) times, with two shuffles for each fold.
template <int Fold, std::size_t... L>
inline Vec fold(const Vec& a, const Vec& b, std::index_sequence<L...>) {
    // runs of Fold lanes: those at even places of a and b beside those at odd places
    constexpr auto at = [](std::size_t lane, std::size_t odd) {
        const std::size_t run = lane / Fold, within = lane % Fold;
        const std::size_t from = (run % 2 ? kWidth : 0) + (run / 2 * 2 + odd) * Fold + within;
        return static_cast<std::int64_t>(from);
    };
    return FOURFOLD_SHUFFLE(a, b, at(L, 0)...) + FOURFOLD_SHUFFLE(a, b, at(L, 1)...);
}

inline Vec lane_sums(const Vec (&v)[kWidth]) {
    constexpr auto lanes = std::make_index_sequence<kWidth>();
    if constexpr (kWidth == 2) {
        return fold<1>(v[0], v[1], lanes);
    } else if constexpr (kWidth == 4) {
        return fold<2>(fold<1>(v[0], v[1], lanes), fold<1>(v[2], v[3], lanes), lanes);
    } else {
        return fold<4>(fold<2>(fold<1>(v[0], v[1], lanes), fold<1>(v[2], v[3], lanes), lanes),
                       fold<2>(fold<1>(v[4], v[5], lanes), fold<1>(v[6], v[7], lanes), lanes),
                       lanes);
    }
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

// The functions below work on N registers at a time, one step of all of them after the other: a
// single chain of dependent operations would leave the units idle for most of its length.

// x <- exp(x) for x in [-700, 700]: x = n ln 2 + f with |f| <= ln(2) / 2, exp(f) = 1 + f + f^2 q(f),
// and n added to the exponent bits. q interpolates at Chebyshev's points: 1.6e-17 off at most.
template <std::size_t N>
inline void exp(Vec (&x)[N]) {
    Vec shifted[N], f[N], z[N], even[N], odd[N];
    for (std::size_t k = 0; k < N; ++k) {
        shifted[k] = x[k] * 1.4426950408889634 + kRounder;
        const Vec n = shifted[k] - kRounder;
        // ln 2 in two parts, the first with enough trailing zeros that n times it is exact
        f[k] = (x[k] - n * 0.6931471805598903) - n * 5.497923018708371e-14;
        z[k] = f[k] * f[k];
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = z[k] * 2.7620088445409746e-07 + 2.4801521295954376e-05;
        odd[k] = z[k] * 2.510038549551032e-08 + 2.7557268459997064e-06;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = z[k] * even[k] + 0.0013888888917213717;
        odd[k] = z[k] * odd[k] + 0.00019841269863053618;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = z[k] * even[k] + 0.04166666666662413;
        odd[k] = z[k] * odd[k] + 0.008333333333330062;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = z[k] * even[k] + 0.5;
        odd[k] = z[k] * odd[k] + 0.16666666666666669;
    }
    for (std::size_t k = 0; k < N; ++k) {
        const Vec q = f[k] * odd[k] + even[k];
        const Vec p = z[k] * q + f[k] + 1.0;
        x[k] = reinterpret_cast<Vec>(reinterpret_cast<UIntVec>(p) +
                                     (reinterpret_cast<UIntVec>(shifted[k]) << 52));
    }
}

#if defined(__AVX512F__) && FOURFOLD_SIMD_WIDTH == 8

// x <- log(x) for normal x > 0: x = 2^n m with m in [3/4, 3/2), c the reciprocal of the middle of the
// one of 16 intervals that m lies in, z = m c - 1 in [-1/32, 1/16], and log x = n ln 2 - log c +
// log(1 + z). c = 1 on both sides of 1, so that nothing cancels there. log(1 + z) = z + z^2 q(z),
// interpolated at Chebyshev's points: 2.2e-17 of it off at most. A division would take longer than
// all of this.
template <std::size_t N>
inline void log(Vec (&x)[N]) {
    // by the last bit of the exponent, which is 1 for m >= 1, and three of the fraction
    const Vec low = {1.0,
                     0.9142857142857143,
                     0.8648648648648649,
                     0.8205128205128205,
                     0.7804878048780488,
                     0.7441860465116279,
                     0.7111111111111111,
                     0.6808510638297872};
    const Vec high = {
        1.3061224489795917, 1.2549019607843137, 1.2075471698113207, 1.1636363636363636,
        1.1228070175438596, 1.0847457627118644, 1.0491803278688525, 1.0};
    const Vec log_low = {0.0,
                         0.08961215868968717,
                         0.14518200984449783,
                         0.19782574332991992,
                         0.2478361639045812,
                         0.2954642128938359,
                         0.3409265869705932,
                         0.38441169891033206};
    const Vec log_high = {
        -0.26706278524904514, -0.22705745063534608, -0.18859116980754997, -0.15154989812720088,
        -0.11583181552512165, -0.0813456394539524,  -0.04800921918636066, 0.0};
    Vec n[N], z[N], w[N], even[N], odd[N], table[N];
    for (std::size_t k = 0; k < N; ++k) {
        const Vec m =
            _mm512_maskz_getmant_pd(0xff, x[k], _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
        n[k] = Vec(_mm512_maskz_getexp_pd(0xff, x[k])) - Vec(_mm512_maskz_getexp_pd(0xff, m));
        const __m512i index = _mm512_maskz_srli_epi64(0xff, _mm512_castpd_si512(m), 48);
        table[k] = _mm512_permutex2var_pd(log_low, index, log_high);
        // one rounding: m c - 1 cancels
        z[k] = _mm512_fmsub_pd(m, _mm512_permutex2var_pd(low, index, high), broadcast(1.0));
        w[k] = z[k] * z[k];
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = w[k] * -0.088437987998088 - 0.12501839998216407;
        odd[k] = w[k] * 0.11081912861679763 + 0.1428579138027727;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = w[k] * even[k] - 0.16666665870721806;
        odd[k] = w[k] * odd[k] + 0.1999999995328674;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = w[k] * even[k] - 0.2500000000009317;
        odd[k] = w[k] * odd[k] + 0.33333333333340287;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = w[k] * even[k] - 0.49999999999999994;
        const Vec q = z[k] * odd[k] + even[k];
        x[k] = n[k] * 0.6931471805598903 +
               (n[k] * 5.497923018708371e-14 + (table[k] + (w[k] * q + z[k])));
    }
}

#else

// x <- log(x) for normal x > 0: x = 2^n m with m in [sqrt(1/2), sqrt(2)), and log m = 2 artanh(s) =
// 2 s + 2 s z p(z) with s = (m - 1) / (m + 1), z = s^2 < 0.0295. p interpolates at Chebyshev's
// points: 5e-18 of the result off at most.
template <std::size_t N>
inline void log(Vec (&x)[N]) {
    Vec n[N], d[N], s[N], z[N], even[N], odd[N];
    for (std::size_t k = 0; k < N; ++k) {
        // subtracting the bits of sqrt(1/2) makes the exponent field step at sqrt(1/2), not at
        // 1; unsigned, so that a NaN merely gives nonsense
        const UIntVec bits = reinterpret_cast<UIntVec>(x[k]);
        const UIntVec stepped = bits - UINT64_C(0x3fe6a09e667f3bcd) + (UINT64_C(1024) << 52);
        const UIntVec exponent = stepped >> 52; // n + 1024
        const Vec m = reinterpret_cast<Vec>(bits - ((exponent - UINT64_C(1024)) << 52));
        // integer below 2^52 to double by its bit pattern: AVX2 has no such conversion
        n[k] = reinterpret_cast<Vec>(exponent | UINT64_C(0x4330000000000000)) -
               (4503599627370496.0 + 1024.0);
        d[k] = m - 1.0;
        s[k] = d[k] / (m + 1.0);
    }
    for (std::size_t k = 0; k < N; ++k)
        z[k] = s[k] * s[k];
    Vec w[N];
    for (std::size_t k = 0; k < N; ++k) {
        w[k] = z[k] * z[k];
        even[k] = w[k] * 0.07308292712444311 + 0.09091444727837474;
        odd[k] = w[k] * 0.07665855309105386 + 0.11111105565129939;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = w[k] * even[k] + 0.14285714313001635;
        odd[k] = w[k] * odd[k] + 0.19999999999949722;
    }
    for (std::size_t k = 0; k < N; ++k) {
        even[k] = w[k] * even[k] + 0.3333333333333335;
        const Vec p = z[k] * odd[k] + even[k];
        // written around d, 2 s = d - s d: near m = 1 the leading term is exact
        const Vec log_m = d[k] - s[k] * (d[k] - 2.0 * z[k] * p);
        x[k] = n[k] * 0.6931471805598903 + (n[k] * 5.497923018708371e-14 + log_m);
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
