// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the conjugate gradients on the scaling problem, compiled once for each instruction set and
// each precision like step_kernels.cpp: raw pointers and internal linkage only. Shapes are those of
// ScalingKernels.
#include "cpu/kernels/scaling_kernels.hpp"
#include "core/real.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/vec_math.hpp"
#include "cpu/kernels/vec_order.hpp"

namespace fourfold {
namespace {

using std::size_t;

// body(y, first entry) for the runs of every class.
template <class Body>
inline void for_runs(const ColumnShape& shape, Body body) {
    for (size_t p = 0; p < shape.panels; ++p)
        for (size_t y = 0; y < shape.ky; ++y)
            body(y, (p * shape.ky + y) * shape.width);
}

inline void clear(size_t n, double* sums) {
    for (size_t y = 0; y < n; ++y)
        sums[y] = 0.0;
}

// p / D, with D = b s. It is 0 where there is no mass, as p is.
inline Vec over(Vec p, Vec b, Vec s) {
    return quotient(p, max(b * s, broadcast(kTinyOf<Real>)));
}

void begin(const ColumnShape& shape, const Real* p, const Real* b, const Real* s,
           Real* residual, Real* z, Real* d, Real* x, double* sums) {
    clear(shape.ky, sums);
    for_runs(shape, [=](size_t y, size_t first) {
        Vec total{};
        for (size_t k = first; k < first + shape.width; k += kWidth) {
            const Vec in_b = load(b + k), in_s = load(s + k);
            const Vec left = load(p + k) - in_b * in_s;
            const Vec direction = over(left, in_b, in_s);
            total += left * direction;
            store(residual + k, left);
            store(z + k, Vec{});
            store(d + k, direction);
            store(x + k, in_b * direction);
        }
        sums[y] += sum(total);
    });
}

void apply(const ColumnShape& shape, Real f, const Real* b, const Real* s, const Real* d,
           Real* q, double* sums) {
    clear(shape.ky, sums);
    for_runs(shape, [=](size_t y, size_t first) {
        Vec total{};
        for (size_t k = first; k < first + shape.width; k += kWidth) {
            const Vec direction = load(d + k);
            const Vec image = load(b + k) * (f * load(s + k) * direction - load(q + k));
            total += direction * image;
            store(q + k, image);
        }
        sums[y] += sum(total);
    });
}

double advance(const ColumnShape& shape, const Real* b, const Real* s, const double* factors,
               const Real* d, Real* z, Real* residual, Real* q, double* sums) {
    clear(shape.ky, sums);
    Vec violation{};
    for_runs(shape, [=, &violation](size_t y, size_t first) {
        const Real factor = Real(factors[y]);
        Vec total{};
        for (size_t k = first; k < first + shape.width; k += kWidth) {
            const Vec left = load(residual + k) - factor * load(q + k);
            const Vec next = over(left, load(b + k), load(s + k));
            total += left * next;
            violation += abs(left);
            store(z + k, load(z + k) + factor * load(d + k));
            store(residual + k, left);
            store(q + k, next);
        }
        sums[y] += sum(total);
    });
    return sum(violation);
}

void turn(const ColumnShape& shape, const Real* b, const double* factors, const Real* q,
          Real* d, Real* x) {
    for_runs(shape, [=](size_t y, size_t first) {
        const Real factor = Real(factors[y]);
        for (size_t k = first; k < first + shape.width; k += kWidth) {
            const Vec next = load(q + k) + factor * load(d + k);
            store(d + k, next);
            store(x + k, load(b + k) * next);
        }
    });
}

void scale(size_t n, Real most, const Real* z, Real* b) {
    for (size_t k = 0; k < n; k += kWidth) {
        const Vec by = min(max(load(z + k), broadcast(-most)), broadcast(most));
        store(b + k, load(b + k) * exp(by));
    }
}

void weigh(size_t n, const Real* p, const Real* a, Real* out) {
    const Vec tiny = broadcast(kTinyOf<Real>);
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth) {
        const Vec factor = load(a + k);
        store(out + k, quotient(factor * (factor * load(out + k)), max(load(p + k), tiny)));
    }
    for (; k < n; ++k)
        out[k] = a[k] * (a[k] * out[k]) / (p[k] > kTinyOf<Real> ? p[k] : kTinyOf<Real>);
}

} // namespace

#if FOURFOLD_SINGLE
#define FOURFOLD_SCALING_KERNELS FOURFOLD_LEVEL_NAME(single_scaling_kernels_)
#else
#define FOURFOLD_SCALING_KERNELS FOURFOLD_LEVEL_NAME(double_scaling_kernels_)
#endif

extern const ScalingKernels<Real> FOURFOLD_SCALING_KERNELS;
const ScalingKernels<Real> FOURFOLD_SCALING_KERNELS = {begin, apply, advance,
                                                       turn,  scale, weigh};

} // namespace fourfold
