// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

#include "cuda/arrays.cuh"
#include "fourfold/backend.hpp"

namespace fourfold {

template <class Real>
inline constexpr double kFloorOf = std::is_same_v<Real, double> ? kLogFloor : kLogFloorSingle;

inline __device__ double exp_of(double x) {
    return exp(x);
}
inline __device__ float exp_of(float x) {
    return expf(x);
}
inline __device__ double log_of(double m) {
    return log(m > kTinyOf<double> ? m : kTinyOf<double>);
}
inline __device__ float log_of(float m) {
    return logf(m > kTinyOf<float> ? m : kTinyOf<float>);
}

// What an outer step does to an entry of r, x and x_prev once M is known, and its sums over the
// entries of a thread; see the contract.
template <class Real>
struct StepUpdate {
    Real *r, *x, *x_prev;
    Real power, weight;
    Real change = 0, alignment = 0;

    struct Before {
        Real r = 0, x = 0, x_prev = 0;
    };
    __device__ Before read(std::size_t k) const { return {r[k], x[k], x_prev[k]}; }
    __device__ Real write(std::size_t k, const Before& before, Real m) {
        constexpr Real kFloor = Real(kFloorOf<Real>), kCap = Real(kLogCap);
        const Real after = before.r * m;
        const Real free = before.x + power * log_of(m);
        const Real next = free > kFloor ? free : kFloor;
        const Real move = next - before.x_prev;
        change += fabs(after - before.r);
        alignment += after * (next - before.x) * move;
        const Real extrapolated = next + weight * move;
        const Real raised = extrapolated > kFloor ? extrapolated : kFloor;
        const Real capped = raised < kCap ? raised : kCap;
        x_prev[k] = next;
        x[k] = capped;
        return r[k] = exp_of(capped);
    }
};

} // namespace fourfold
