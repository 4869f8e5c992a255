// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The products of a problem that one block works on, whose arrays lie in shared memory.
// One thread holds a few entries of the result while the long dimension streams by. Its
// neighbours differ in the index that runs along shared memory and agree in the other, which is
// then read once for all of them. Shapes are those of Shape.
#pragma once

#include "cuda/arrays.cuh"
#include "cuda/scope.cuh"

namespace fourfold {

// Tells the compiler what it cannot know of a pointer that comes out of a structure, so that it
// reads by the instructions for shared memory.
template <class Entry>
__device__ Entry* in_shared(Entry* pointer) {
    __builtin_assume(__isShared(pointer));
    return pointer;
}

inline constexpr unsigned kThinClasses = 5; // classes that a thread takes at a time
inline constexpr unsigned kThinRows = 4;    // rows

// body(first, item) for all items in tiles of `size` classes, `items` of them in each.
template <class Body>
__device__ void for_class_tiles(const BlockScope& scope, unsigned ky, unsigned items,
                                const Body& body) {
    const unsigned tiles = (ky + kThinClasses - 1) / kThinClasses;
    const unsigned size = (ky + tiles - 1) / tiles; // nearly the same for all of them
    for (unsigned k = scope.rank(); k < tiles * items; k += scope.size())
        body(k / items * size, k % items, size);
}

// each(i, y, sum_j r(i,j) bt(y,j)), summed in the precision of bt.  r (k1, ld), bt (ky, ld)
template <class Real, class Sum, class Each>
__device__ void row_products(BlockScope& scope, const Shape s, const Split&, const Real* r,
                             const Sum* bt, const Each& each) {
    r = in_shared(r);
    bt = in_shared(bt);
    for_class_tiles(scope, s.ky, s.k1, [&](unsigned first, unsigned i, unsigned size) {
        Sum sums[kThinClasses] = {};
        const Sum* row_of_b[kThinClasses];
        // a tile cut short reads the last class again
#pragma unroll
        for (unsigned c = 0; c < kThinClasses; ++c)
            row_of_b[c] = bt + std::size_t(first + c < s.ky ? first + c : s.ky - 1) * s.ld;
        const Real* const row = r + std::size_t(i) * s.ld;
        for (unsigned j = 0; j < s.k2; ++j) {
            const Sum value = row[j];
#pragma unroll
            for (unsigned c = 0; c < kThinClasses; ++c)
                sums[c] += value * row_of_b[c][j];
        }
#pragma unroll
        for (unsigned c = 0; c < kThinClasses; ++c)
            if (c < size && first + c < s.ky)
                each(i, first + c, sums[c]);
    });
}

// each(y, j, sum_i r(i,j) a(i,y)), summed in the precision of a.  r (k1, ld), a (k1, ky)
template <class Real, class Sum, class Each>
__device__ void column_products(BlockScope& scope, const Shape s, const Split&, const Real* r,
                                const Sum* a, const Each& each) {
    r = in_shared(r);
    a = in_shared(a);
    for_class_tiles(scope, s.ky, s.k2, [&](unsigned first, unsigned j, unsigned size) {
        Sum sums[kThinClasses] = {};
        unsigned class_of[kThinClasses];
#pragma unroll
        for (unsigned c = 0; c < kThinClasses; ++c)
            class_of[c] = first + c < s.ky ? first + c : s.ky - 1;
        for (unsigned i = 0; i < s.k1; ++i) {
            const Sum value = r[std::size_t(i) * s.ld + j];
            const Sum* const row = a + std::size_t(i) * s.ky;
#pragma unroll
            for (unsigned c = 0; c < kThinClasses; ++c)
                sums[c] += value * row[class_of[c]];
        }
#pragma unroll
        for (unsigned c = 0; c < kThinClasses; ++c)
            if (c < size && first + c < s.ky)
                each(first + c, j, sums[c]);
    });
}

// each(i, j, M(i,j)), M = a bt.  a (k1, ky), bt (ky, ld)
template <class Real, class Each>
__device__ void products(BlockScope& scope, const Shape s, const Real* a, const Real* bt,
                         const Each& each) {
    a = in_shared(a);
    bt = in_shared(bt);
    const unsigned tiles = (s.k1 + kThinRows - 1) / kThinRows;
    for (unsigned k = scope.rank(); k < tiles * s.k2; k += scope.size()) {
        const unsigned first = k / s.k2 * kThinRows;
        const unsigned j = k % s.k2;
        Real m[kThinRows] = {};
        const Real* row_of_a[kThinRows];
#pragma unroll
        for (unsigned i = 0; i < kThinRows; ++i)
            row_of_a[i] = a + std::size_t(first + i < s.k1 ? first + i : s.k1 - 1) * s.ky;
        for (unsigned y = 0; y < s.ky; ++y) {
            const Real value = bt[std::size_t(y) * s.ld + j];
#pragma unroll
            for (unsigned i = 0; i < kThinRows; ++i)
                m[i] += row_of_a[i][y] * value;
        }
#pragma unroll
        for (unsigned i = 0; i < kThinRows; ++i)
            if (first + i < s.k1)
                each(first + i, j, m[i]);
    }
}

// The step of every entry, update.write(k, update.read(k), M(i,j)) at k = i ld + j, which returns the new
// r(i,j). Whether sums = (r^T a)^T were made with it: not here. A barrier is to follow.
// a (k1, ky), bt and sums (ky, ld)
template <class Real, class Update>
__device__ bool step_products(BlockScope& scope, const Shape s, const Split&, const Real* a,
                              const Real* bt, Real*, Update& update) {
    update.r = in_shared(update.r);
    update.x = in_shared(update.x);
    products(scope, s, a, bt, [&](unsigned i, unsigned j, Real m) {
        const std::size_t k = std::size_t(i) * s.ld + j;
        update.write(k, update.read(k), m);
    });
    return false;
}

// Raises a maximum of non-negative doubles, whose bits order like them.
inline __device__ void raise(unsigned long long* maximum, double value) {
    atomicMax(maximum, static_cast<unsigned long long>(__double_as_longlong(value)));
}

// body(k, begin, end) for the entries k of an axis, each with parts [begin, end) of another: as many
// parts as keep the threads busy.
template <class Body>
__device__ void for_parts(const BlockScope& scope, unsigned entries, unsigned along,
                          const Body& body) {
    const unsigned parts = scope.size() > entries ? scope.size() / entries : 1;
    const unsigned size = ((along + parts - 1) / parts + kThinRows - 1) / kThinRows * kThinRows;
    for (unsigned item = scope.rank(); item < parts * entries; item += scope.size()) {
        const unsigned begin = item / entries * size;
        body(item % entries, begin, begin + size < along ? begin + size : along);
    }
}

// Raises row_max (k1) and column_max (k2) to the maxima of M = a bt, and each(i, j, M(i,j)). M is
// made twice, along the columns and along the rows: its maxima then stay in a register, where
// atomic operations of all threads would wait for each other.
template <class Each>
__device__ void product_maxima(BlockScope& scope, const Shape s, const double* a,
                               const double* bt, unsigned long long* row_max,
                               unsigned long long* column_max, const Each& each) {
    a = in_shared(a);
    bt = in_shared(bt);
    row_max = in_shared(row_max);
    column_max = in_shared(column_max);
    for_parts(scope, s.k2, s.k1, [&](unsigned j, unsigned begin, unsigned end) {
        double largest = 0.0;
        for (unsigned first = begin; first < end; first += kThinRows) {
            double m[kThinRows] = {};
            for (unsigned y = 0; y < s.ky; ++y) {
                const double value = bt[std::size_t(y) * s.ld + j];
#pragma unroll
                for (unsigned i = 0; i < kThinRows; ++i)
                    m[i] +=
                        a[std::size_t(first + i < end ? first + i : first) * s.ky + y] * value;
            }
#pragma unroll
            for (unsigned i = 0; i < kThinRows; ++i)
                if (first + i < end) {
                    largest = fmax(largest, m[i]);
                    each(first + i, j, m[i]);
                }
        }
        raise(column_max + j, largest);
    });
    for_parts(scope, s.k1, s.k2, [&](unsigned i, unsigned begin, unsigned end) {
        const double* const row = a + std::size_t(i) * s.ky;
        double largest = 0.0;
        for (unsigned first = begin; first < end; first += kThinRows) {
            double m[kThinRows] = {};
            for (unsigned y = 0; y < s.ky; ++y) {
                const double* const columns = bt + std::size_t(y) * s.ld;
#pragma unroll
                for (unsigned j = 0; j < kThinRows; ++j)
                    m[j] += row[y] * columns[first + j < end ? first + j : first];
            }
#pragma unroll
            for (unsigned j = 0; j < kThinRows; ++j)
                largest = fmax(largest, m[j]);
        }
        raise(row_max + i, largest);
    });
}

} // namespace fourfold
