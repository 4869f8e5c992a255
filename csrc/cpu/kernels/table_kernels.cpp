// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that read tables of masses, compiled once for each instruction set like step_kernels.cpp: raw
// pointers and internal linkage only. Shapes are those of TableKernels.
#include "cpu/kernels/table_kernels.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/vec.hpp"

namespace fourfold {
namespace {

using std::size_t;

constexpr double kLargestDouble = 1.7976931348623157e308;
constexpr double kTwoTo52 = 4503599627370496.0;

// Above 2^52 every double is whole; below, adding it rounds to a whole number.
inline bool is_whole(double c) {
    return c >= kTwoTo52 || (c + kTwoTo52) - kTwoTo52 == c;
}

MassScan scan(size_t n, const double* c) {
    Vec largest{};
    IntVec valid = ~IntVec{};
    IntVec whole = ~IntVec{};
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth) {
        const Vec v = load(c + k);
        largest = v > largest ? v : largest;
        valid &= (v >= 0.0) & (v <= kLargestDouble);
        whole &= (v >= kTwoTo52) | ((v + kTwoTo52) - kTwoTo52 == v);
    }
    MassScan out;
    for (int lane = 0; lane < kWidth; ++lane) {
        out.largest = largest[lane] > out.largest ? largest[lane] : out.largest;
        out.valid = out.valid && valid[lane] != 0;
        out.whole = out.whole && whole[lane] != 0;
    }
    for (; k < n; ++k) {
        out.largest = c[k] > out.largest ? c[k] : out.largest;
        out.valid = out.valid && c[k] >= 0.0 && c[k] <= kLargestDouble;
        out.whole = out.whole && is_whole(c[k]);
    }
    return out;
}

void add(size_t n, const double* in, double* out) {
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth)
        store(out + k, load(out + k) + load(in + k));
    for (; k < n; ++k)
        out[k] += in[k];
}

// `group` columns of a row have `group` ky entries, ky whole registers: summing those groups, entry
// by entry, vectorises whatever ky is.
void sum_row(size_t k2, size_t ky, const double* row, double* pairs, double* p1,
             double* scratch) {
    constexpr size_t group = kWidth;
    for (size_t k = 0; k < group * ky; ++k)
        scratch[k] = 0.0;
    size_t j = 0;
    for (; j + group <= k2; j += group) {
        const double* entries = row + j * ky;
        for (size_t k = 0; k < group * ky; k += kWidth)
            store(scratch + k, load(scratch + k) + load(entries + k));
        double pair[group] = {};
        for (size_t y = 0; y < ky; ++y)
            for (size_t k = 0; k < group; ++k)
                pair[k] += entries[k * ky + y];
        for (size_t k = 0; k < group; ++k)
            pairs[j + k] = pair[k];
    }
    for (; j < k2; ++j) {
        pairs[j] = 0.0;
        for (size_t y = 0; y < ky; ++y) {
            pairs[j] += row[j * ky + y];
            p1[y] += row[j * ky + y];
        }
    }
    for (size_t k = 0; k < group; ++k)
        for (size_t y = 0; y < ky; ++y)
            p1[y] += scratch[k * ky + y];
}

} // namespace

extern const TableKernels FOURFOLD_LEVEL_NAME(table_kernels_);
const TableKernels FOURFOLD_LEVEL_NAME(table_kernels_) = {scan, add, sum_row};

} // namespace fourfold
