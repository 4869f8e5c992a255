// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

// <immintrin.h> takes as long to read as a file of kernels to compile.
#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "cpu/kernels/vec.hpp"

// The smaller and the larger of two registers, lane by lane. Internal linkage only, like vec.hpp.
#if FOURFOLD_SINGLE
#define FOURFOLD_INTRINSIC(name) name##_ps
#else
#define FOURFOLD_INTRINSIC(name) name##_pd
#endif

namespace fourfold {
namespace {

[[maybe_unused]] constexpr unsigned kAllLanes = (1u << kWidth) - 1;

// One instruction each where there is one; compilers make two of the comparison. The forms with a
// mask of all lanes, as GCC 12 warns of its own header in the others.
inline Vec max(Vec a, Vec b) {
#if defined(__AVX512F__) && FOURFOLD_SIMD_BYTES == 64
    return FOURFOLD_INTRINSIC(_mm512_maskz_max)(kAllLanes, a, b);
#elif defined(__AVX__) && FOURFOLD_SIMD_BYTES == 32
    return FOURFOLD_INTRINSIC(_mm256_max)(a, b);
#elif defined(__SSE2__) && FOURFOLD_SIMD_BYTES == 16
    return FOURFOLD_INTRINSIC(_mm_max)(a, b);
#else
    return a > b ? a : b;
#endif
}
inline Vec min(Vec a, Vec b) {
#if defined(__AVX512F__) && FOURFOLD_SIMD_BYTES == 64
    return FOURFOLD_INTRINSIC(_mm512_maskz_min)(kAllLanes, a, b);
#elif defined(__AVX__) && FOURFOLD_SIMD_BYTES == 32
    return FOURFOLD_INTRINSIC(_mm256_min)(a, b);
#elif defined(__SSE2__) && FOURFOLD_SIMD_BYTES == 16
    return FOURFOLD_INTRINSIC(_mm_min)(a, b);
#else
    return a < b ? a : b;
#endif
}

} // namespace
} // namespace fourfold
