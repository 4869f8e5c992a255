// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of steps on active pairs, compiled once for each instruction set like step_kernels.cpp: raw
// pointers and internal linkage only. Shapes are those of ActiveKernels. A pair meets whole registers of
// classes, so that none of what is loaded belongs to a pair that is not alive.
#include "cpu/kernels/active_kernels.hpp"
#include "core/real.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/tiles.hpp"
#include "cpu/kernels/vec_math.hpp"
#include "cpu/kernels/vec_order.hpp"

namespace fourfold {
namespace {

using std::uint32_t;

// Registers of classes that are summed at a time; of more classes in several passes.
constexpr size_t kMostVecs = 8;

// body(first class, Size of the tile in registers) for the tiles of kp classes.
template <class Body>
inline void for_tiles(size_t kp, Body body) {
    for_class_tiles<kMostVecs>(kp / kWidth,
                               [=](size_t v, auto size) { body(v * kWidth, size); });
}

// gather() of V registers of classes; x and out at the first of them. Several pairs at a time, each with
// sums of its own, as one chain of additions would leave the units idle.
template <size_t V>
void gather_tile(size_t begin, size_t end, size_t kp, const size_t* first,
                 const uint32_t* index, const double* r, const double* x, double* out) {
    constexpr size_t U = V < 2 ? 6 : V < 3 ? 4 : V < 5 ? 2 : 1;
    for (size_t i = begin; i < end; ++i) {
        Vec acc[U][V] = {};
        size_t k = first[i];
        const size_t last = first[i + 1];
        for (; k + U <= last; k += U)
            for (size_t u = 0; u < U; ++u) {
                const double* const from = x + index[k + u] * kp;
                for (size_t v = 0; v < V; ++v)
                    acc[u][v] += r[k + u] * load(from + v * kWidth);
            }
        for (; k < last; ++k) {
            const double* const from = x + index[k] * kp;
            for (size_t v = 0; v < V; ++v)
                acc[0][v] += r[k] * load(from + v * kWidth);
        }
        for (size_t v = 0; v < V; ++v) {
            Vec total = acc[0][v];
            for (size_t u = 1; u < U; ++u)
                total += acc[u][v];
            store(out + i * kp + v * kWidth, total);
        }
    }
}

void gather(size_t begin, size_t end, size_t kp, const size_t* first, const uint32_t* index,
            const double* r, const double* x, double* out) {
    for_tiles(kp, [=](size_t y, auto size) {
        gather_tile<decltype(size)::value>(begin, end, kp, first, index, r, x + y, out + y);
    });
}

template <size_t V>
inline Vec product_of(const Vec (&a)[V], const double* b) {
    Vec total = a[0] * load(b);
    for (size_t v = 1; v < V; ++v)
        total += a[v] * load(b + v * kWidth);
    return total;
}

template <size_t V>
void pair_products_tile(size_t begin, size_t end, size_t kp, bool start, const size_t* first,
                        const uint32_t* index, const double* a, const double* b, double* m) {
    for (size_t i = begin; i < end; ++i) {
        Vec of_row[V];
        for (size_t v = 0; v < V; ++v)
            of_row[v] = load(a + i * kp + v * kWidth);
        size_t k = first[i];
        const size_t last = first[i + 1];
        for (; k + kWidth <= last; k += kWidth) {
            Vec part[kWidth];
            for (size_t l = 0; l < kWidth; ++l)
                part[l] = product_of(of_row, b + index[k + l] * kp);
            const Vec sums = lane_sums(part);
            store(m + k, start ? sums : load(m + k) + sums);
        }
        for (; k < last; ++k)
            m[k] = sum(product_of(of_row, b + index[k] * kp)) + (start ? 0.0 : m[k]);
    }
}

void pair_products(size_t begin, size_t end, size_t kp, const size_t* first,
                   const uint32_t* index, const double* a, const double* b, double* m) {
    for_tiles(kp, [=](size_t y, auto size) {
        pair_products_tile<decltype(size)::value>(begin, end, kp, y == 0, first, index, a + y,
                                                  b + y, m);
    });
}

void mark(size_t rows, size_t ld, size_t ky, const double* a, const double* bt, const double* r,
          double cut, double keep, unsigned char* flags) {
    for_product_tiles(rows, ld, ky, a, bt, [=](size_t first, size_t j, const auto& m) {
        constexpr size_t R = sizeof m / sizeof m[0];
        constexpr size_t V = sizeof m[0] / sizeof m[0][0];
        for (size_t i = 0; i < R; ++i) {
            const size_t at = (first + i) * ld + j;
            Vec above[V]; // positive where it is to be marked
            for (size_t v = 0; v < V; ++v)
                above[v] = max(load(r + at + v * kWidth) * m[i][v] - cut, m[i][v] - keep);
            Vec most = above[0];
            for (size_t v = 1; v < V; ++v)
                most = max(most, above[v]);
            if (!(largest(most) > 0.0))
                continue;
            for (size_t v = 0; v < V; ++v)
                for (size_t l = 0; l < kWidth; ++l)
                    if (above[v][l] > 0.0)
                        flags[at + v * kWidth + l] = 1;
        }
    });
}

// The scaling kernels: sums of a class are those of a lane.

// body(entry, V totals of a tile) for all states; sums(y) = the lanes of the totals.
template <class Body>
inline void for_states(const ColumnShape& shape, double* sums, Body body) {
    const size_t states = shape.panels, kp = shape.ky;
    for_tiles(kp, [=](size_t y, auto size) {
        constexpr size_t V = decltype(size)::value;
        Vec totals[V] = {};
        for (size_t j = 0; j < states; ++j)
            for (size_t v = 0; v < V; ++v)
                body(j * kp + y + v * kWidth, y + v * kWidth, totals[v]);
        if (sums != nullptr)
            for (size_t v = 0; v < V; ++v)
                store(sums + y + v * kWidth, totals[v]);
    });
}

// p / D, with D = b s. It is 0 where there is no mass, as p is.
inline Vec over(Vec p, Vec b, Vec s) {
    return quotient(p, max(b * s, broadcast(kTinyOf<double>)));
}

void begin(const ColumnShape& shape, const double* p, const double* b, const double* s,
           double* residual, double* z, double* d, double* x, double* sums) {
    for_states(shape, sums, [=](size_t k, size_t, Vec& total) {
        const Vec in_b = load(b + k), in_s = load(s + k);
        const Vec left = load(p + k) - in_b * in_s;
        const Vec direction = over(left, in_b, in_s);
        total += left * direction;
        store(residual + k, left);
        store(z + k, Vec{});
        store(d + k, direction);
        store(x + k, in_b * direction);
    });
}

void apply(const ColumnShape& shape, double f, const double* b, const double* s,
           const double* d, double* q, double* sums) {
    for_states(shape, sums, [=](size_t k, size_t, Vec& total) {
        const Vec direction = load(d + k);
        const Vec image = load(b + k) * (f * load(s + k) * direction - load(q + k));
        total += direction * image;
        store(q + k, image);
    });
}

double advance(const ColumnShape& shape, const double* b, const double* s,
               const double* factors, const double* d, double* z, double* residual, double* q,
               double* sums) {
    Vec violation{};
    for_states(shape, sums, [=, &violation](size_t k, size_t y, Vec& total) {
        const Vec factor = load(factors + y);
        const Vec left = load(residual + k) - factor * load(q + k);
        const Vec next = over(left, load(b + k), load(s + k));
        total += left * next;
        violation += abs(left);
        store(z + k, load(z + k) + factor * load(d + k));
        store(residual + k, left);
        store(q + k, next);
    });
    return sum(violation);
}

void turn(const ColumnShape& shape, const double* b, const double* factors, const double* q,
          double* d, double* x) {
    for_states(shape, nullptr, [=](size_t k, size_t y, Vec&) {
        const Vec next = load(q + k) + load(factors + y) * load(d + k);
        store(d + k, next);
        store(x + k, load(b + k) * next);
    });
}

void scale(size_t n, double most, const double* z, double* b) {
    for (size_t k = 0; k < n; k += kWidth) {
        const Vec by = min(max(load(z + k), broadcast(-most)), broadcast(most));
        store(b + k, load(b + k) * exp(by));
    }
}

void weigh(size_t n, const double* p, const double* a, double* out) {
    const Vec tiny = broadcast(kTinyOf<double>);
    for (size_t k = 0; k < n; k += kWidth) {
        const Vec factor = load(a + k);
        store(out + k, quotient(factor * (factor * load(out + k)), max(load(p + k), tiny)));
    }
}

} // namespace

extern const ActiveKernels FOURFOLD_LEVEL_NAME(active_kernels_);
const ActiveKernels FOURFOLD_LEVEL_NAME(active_kernels_) = {
    kWidth, gather, pair_products, mark, {begin, apply, advance, turn, scale, weigh}};

} // namespace fourfold
