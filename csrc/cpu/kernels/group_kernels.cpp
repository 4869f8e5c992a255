// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that put states into groups, compiled once for each instruction set like step_kernels.cpp:
// raw pointers and internal linkage only. Shapes are those of GroupKernels.
#include "cpu/kernels/group_kernels.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/tiles.hpp"

namespace fourfold {
namespace {

// What is largest so far in each lane, and at which group, as a number.
struct Best {
    Vec value, group;
};

// The first of the largest lanes: a lane has the first of its own.
inline std::uint32_t first_largest(const Best& best) {
    double value = best.value[0], group = best.group[0];
    for (int lane = 1; lane < kWidth; ++lane)
        if (best.value[lane] > value ||
            (best.value[lane] == value && best.group[lane] < group)) {
            value = best.value[lane];
            group = best.group[lane];
        }
    return static_cast<std::uint32_t>(group);
}

void nearest(size_t states, size_t ld, size_t ky, const double* p, const double* logs,
             std::uint32_t* group) {
    Vec lanes{};
    for (int lane = 0; lane < kWidth; ++lane)
        lanes[lane] = lane;
    constexpr size_t kTogether = 64; // states whose best so far stay at hand
    Best best[kTogether];
    for (size_t begin = 0; begin < states; begin += kTogether) {
        const size_t count = states - begin < kTogether ? states - begin : kTogether;
        for (size_t k = 0; k < count; ++k)
            best[k] = {broadcast(-1.7976931348623157e308), Vec{}};
        for_product_tiles(count, ld, ky, p + begin * ky, logs,
                          [&](size_t i, size_t g, const auto& m) {
                              constexpr size_t R = sizeof m / sizeof m[0];
                              constexpr size_t V = sizeof m[0] / sizeof m[0][0];
                              for (size_t v = 0; v < V; ++v) {
                                  const Vec at = lanes + static_cast<double>(g + v * kWidth);
                                  for (size_t k = 0; k < R; ++k) {
                                      Best& of = best[i + k];
                                      const IntVec more = m[k][v] > of.value;
                                      of.value = more ? m[k][v] : of.value;
                                      of.group = more ? at : of.group;
                                  }
                              }
                          });
        for (size_t k = 0; k < count; ++k)
            group[begin + k] = first_largest(best[k]);
    }
}

} // namespace

extern const GroupKernels FOURFOLD_LEVEL_NAME(group_kernels_);
const GroupKernels FOURFOLD_LEVEL_NAME(group_kernels_) = {nearest};

} // namespace fourfold
