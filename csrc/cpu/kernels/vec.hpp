// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__clang__)
#define FOURFOLD_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define FOURFOLD_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, IntVec{__VA_ARGS__})
#endif

// FOURFOLD_SIMD_BYTES of Real in a register, by GCC's and Clang's vector types. Real is float where
// FOURFOLD_SINGLE is 1, else double. Everything has internal linkage: this header is compiled for
// several instruction sets into one library, and a shared symbol would be taken from any of them.
namespace fourfold {
namespace {

#if FOURFOLD_SINGLE
typedef float Real;
typedef std::int32_t Int;
typedef std::uint32_t UInt;
#else
typedef double Real;
typedef std::int64_t Int;
typedef std::uint64_t UInt;
#endif

constexpr int kWidth = FOURFOLD_SIMD_BYTES / sizeof(Real);
typedef Real Vec __attribute__((vector_size(FOURFOLD_SIMD_BYTES)));
typedef Int IntVec __attribute__((vector_size(FOURFOLD_SIMD_BYTES)));
typedef UInt UIntVec __attribute__((vector_size(FOURFOLD_SIMD_BYTES)));

inline Vec load(const Real* p) {
    Vec v;
    std::memcpy(&v, p, sizeof v); // one unaligned load
    return v;
}

inline void store(Real* p, Vec v) {
    std::memcpy(p, &v, sizeof v);
}

inline Vec broadcast(Real s) {
    return s - Vec{};
}

inline Vec abs(Vec a) {
    return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(a) & (Int)(UInt(-1) >> 1));
}

// p / s for normal s > 0 whose reciprocal is normal, to a unit in the last place. A 512-bit
// division takes 10 to 24 cycles and blocks its unit; this takes a third of that: a reciprocal from
// the bit pattern, 5 % off at most, made better to the third power (1e-4, and in double precision
// 2e-12), and one correction of the quotient. The instruction for a first guess would save little,
// and need not give the same on all machines.
inline Vec quotient(Vec p, Vec s) {
    if constexpr (FOURFOLD_SIMD_BYTES < 64)
        return p / s;
    constexpr UInt kGuess = FOURFOLD_SINGLE ? 0x7ef311c2 : UINT64_C(0x7fde623822fc16e6);
    Vec reciprocal = reinterpret_cast<Vec>(kGuess - reinterpret_cast<UIntVec>(s));
    for (int k = 0; k < (FOURFOLD_SINGLE ? 1 : 2); ++k) {
        const Vec error = Real(1) - s * reciprocal;
        reciprocal += reciprocal * (error + error * error);
    }
    const Vec q = p * reciprocal;
    return q + (p - s * q) * reciprocal;
}

// Sum of the lanes, halving the register each time.
template <int Lanes>
inline Real sum_lanes(const Vec& v) {
    if constexpr (Lanes == 2) {
        return v[0] + v[1];
    } else {
        typedef Real Half __attribute__((vector_size(Lanes * sizeof(Real) / 2)));
        Half low, high;
        std::memcpy(&low, &v, sizeof low);
        std::memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
        low += high;
        Vec rest{};
        std::memcpy(&rest, &low, sizeof low);
        return sum_lanes<Lanes / 2>(rest);
    }
}

inline Real sum(Vec v) {
    return sum_lanes<kWidth>(v);
}

// Lane k of the result is the sum of the lanes of v[k]: pairs of registers are folded into one,
// log2(kWidth) times, with a blend and a shuffle for each fold.
template <int Fold, std::size_t... L>
inline Vec fold(const Vec& a, const Vec& b, std::index_sequence<L...>) {
    // runs of Fold lanes: of a where their number is even, else of b; and to each the other of its
    // pair
    constexpr auto at = [](std::size_t lane, std::size_t flip) {
        return static_cast<Int>((lane / Fold % 2 ? kWidth : 0) + (lane ^ flip));
    };
    return FOURFOLD_SHUFFLE(a, b, at(L, 0)...) + FOURFOLD_SHUFFLE(a, b, at(L, Fold)...);
}

template <std::size_t Count>
inline Vec folded(const Vec* v) {
    constexpr auto lanes = std::make_index_sequence<kWidth>();
    if constexpr (Count == 2)
        return fold<1>(v[0], v[1], lanes);
    else
        return fold<Count / 2>(folded<Count / 2>(v), folded<Count / 2>(v + Count / 2), lanes);
}

inline Vec lane_sums(const Vec (&v)[kWidth]) {
    return folded<kWidth>(v);
}

// The largest lane, in the same way.
template <int Lanes>
inline Real largest_lane(const Vec& v) {
    if constexpr (Lanes == 2) {
        return v[0] > v[1] ? v[0] : v[1];
    } else {
        typedef Real Half __attribute__((vector_size(Lanes * sizeof(Real) / 2)));
        Half low, high;
        std::memcpy(&low, &v, sizeof low);
        std::memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
        low = low > high ? low : high;
        Vec rest{};
        std::memcpy(&rest, &low, sizeof low);
        return largest_lane<Lanes / 2>(rest);
    }
}

inline Real largest(Vec v) {
    return largest_lane<kWidth>(v);
}

} // namespace
} // namespace fourfold
