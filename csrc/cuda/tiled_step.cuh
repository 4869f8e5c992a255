// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The products M = a b of a problem whose arrays lie in global memory, in the tiles of
// tiled_products.cuh: a step, which reads and writes every (k1, k2) array once, as the column sums of
// the new r are taken from the tile that was just made; and the maxima of M.
#pragma once

#include "cuda/tiled_products.cuh"

namespace fourfold {

// Classes up to which a step takes the column sums of r from the tile that it has just made. With more of
// them the sums have no room in the registers, and the products are the greater part of the time.
inline constexpr unsigned kMostFused = 2 * kLanes;

// The tile of M = a bt at (i0, j0).
template <class Real>
__device__ void tile_of_products(const Shape s, unsigned i0, unsigned j0, const Real* a,
                                 const Real* bt, Real (&m)[kEntries][kEntries]) {
    multiply<true, false>(
        0, s.ky,
        [&](unsigned y, unsigned i) {
            return i0 + i < s.k1 ? a[std::size_t(i0 + i) * s.ky + y] : Real(0);
        },
        [&](unsigned y, unsigned j) {
            return j0 + j < s.k2 ? bt[std::size_t(y) * s.ld + j0 + j] : Real(0);
        },
        m);
}

// The same for all tiles of the grid: body(i0, j0, tile).
template <class Real, class Body>
__device__ void for_tiles_of_products(const TiledScope& scope, const Shape s, const Real* a,
                                      const Real* bt, const Body& body) {
    const unsigned across = ceiling(s.k2, kTile);
    const unsigned tiles = ceiling(s.k1, kTile) * across;
    for (unsigned item = scope.block(); item < tiles; item += scope.blocks()) {
        const unsigned i0 = item / across * kTile;
        const unsigned j0 = item % across * kTile;
        Real m[kEntries][kEntries] = {};
        tile_of_products(s, i0, j0, a, bt, m);
        body(i0, j0, m);
    }
}

// Adds the columns of the 16 rows of r from i on, of which this thread has right[n], to the sums of
// the classes.
template <unsigned M, class Real>
__device__ void add_rows(const Shape s, unsigned i, const Real* a,
                         const Real (&right)[kEntries], Real (&sums)[M][kEntries]) {
    Stage<Real>& staged = stage<Real>();
    const unsigned x = threadIdx.x % kLanes, y = threadIdx.x / kLanes;
#pragma unroll
    for (unsigned n = 0; n < kEntries; ++n)
        staged.right[y * kPitch + x + kLanes * n] = right[n];
    Real of_a[M];
    fetch<false>(
        i, s.k1,
        [&](unsigned row, unsigned c) {
            return c < s.ky ? a[std::size_t(row) * s.ky + c] : Real(0);
        },
        of_a);
    put<false>(of_a, staged.left);
    __syncthreads();
    multiply_staged(staged, sums);
    __syncthreads();
}

// As in kernels.cuh; up to kMostFused classes with the column sums.
template <class Real, class Update>
__device__ bool step_products(TiledScope& scope, const Shape s, const Split split,
                              const Real* a, const Real* bt, Real* sums, Update& update) {
    static_assert(kDepth == kLanes, "as many rows are staged as the block is high");
    // a row of entries of a thread; what a pair of them needs is read before one of them is written
    const auto update_row = [&](unsigned i, unsigned j0, Real(&m)[kEntries]) {
        const unsigned first = j0 + threadIdx.x % kLanes;
#pragma unroll
        for (unsigned pair = 0; pair < kEntries; pair += 2) {
            typename Update::Before before[2];
#pragma unroll
            for (unsigned n = 0; n < 2; ++n) {
                const unsigned j = first + kLanes * (pair + n);
                if (i < s.k1 && j < s.k2)
                    before[n] = update.read(std::size_t(i) * s.ld + j);
            }
#pragma unroll
            for (unsigned n = 0; n < 2; ++n) {
                const unsigned j = first + kLanes * (pair + n);
                Real& entry = m[pair + n];
                entry = i < s.k1 && j < s.k2
                            ? update.write(std::size_t(i) * s.ld + j, before[n], entry)
                            : Real(0);
            }
        }
    };
    const unsigned y = threadIdx.x / kLanes;
    const auto keep = [&](unsigned of_class, unsigned j, Real sum) {
        sums[std::size_t(of_class) * s.ld + j] = sum;
    };
    if (s.ky > kMostFused) {
        for_tiles_of_products(scope, s, a, bt, [&](unsigned i0, unsigned j0, auto& tile) {
#pragma unroll
            for (unsigned m = 0; m < kEntries; ++m)
                update_row(i0 + y + kLanes * m, j0, tile[m]);
        });
        return false;
    }
    const unsigned chunks = split.chunks.columns;
    const auto step_of = [&](auto classes) {
        constexpr unsigned M = decltype(classes)::value;
        const unsigned tiles = ceiling(s.k2, kTile);
        for (unsigned item = scope.block(); item < tiles * chunks; item += scope.blocks()) {
            const unsigned chunk = item / tiles;
            const unsigned j0 = item % tiles * kTile;
            const Part part = part_of(s.k1, chunk, chunks);
            Real column_sums[M][kEntries] = {};
            for (unsigned i0 = part.begin; i0 < part.end; i0 += kTile) {
                Real tile[kEntries][kEntries] = {};
                tile_of_products(s, i0, j0, a, bt, tile);
#pragma unroll
                for (unsigned m = 0; m < kEntries; ++m) {
                    update_row(i0 + y + kLanes * m, j0, tile[m]);
                    add_rows(s, i0 + kLanes * m, a, tile[m], column_sums);
                }
            }
            finish_column_sums(scope, s, split, chunk, item % tiles, 0, j0, column_sums, keep,
                               [] {});
        }
    };
    if (s.ky <= kLanes)
        step_of(std::integral_constant<unsigned, 1>());
    else
        step_of(std::integral_constant<unsigned, 2>());
    return true;
}

template <class Each>
__device__ void product_maxima(TiledScope& scope, const Shape s, const double* a,
                               const double* bt, unsigned long long* row_max,
                               unsigned long long* column_max, const Each& each) {
    // (warps, kTile) the maxima of each warp over its rows; between tiles the stage is free
    double* const of_warps = stage<double>().left;
    static_assert(kMostWarps * kTile <= sizeof(Stage<double>::left) / sizeof(double),
                  "a stage holds the maxima of all warps");
    const unsigned x = threadIdx.x % kLanes, y = threadIdx.x / kLanes;
    for_tiles_of_products(scope, s, a, bt, [&](unsigned i0, unsigned j0, auto& tile) {
        double of_columns[kEntries] = {};
#pragma unroll
        for (unsigned m = 0; m < kEntries; ++m) {
            const unsigned i = i0 + y + kLanes * m;
            double of_row = 0.0;
#pragma unroll
            for (unsigned n = 0; n < kEntries; ++n) {
                const unsigned j = j0 + x + kLanes * n;
                of_row = fmax(of_row, tile[m][n]);
                of_columns[n] = fmax(of_columns[n], tile[m][n]);
                if (i < s.k1 && j < s.k2)
                    each(i, j, tile[m][n]);
            }
            of_row = max_over_lanes(of_row, kLanes);
            if (x == 0 && i < s.k1)
                raise(row_max + i, of_row);
        }
#pragma unroll
        for (unsigned n = 0; n < kEntries; ++n) {
            const double both =
                fmax(of_columns[n], __shfl_xor_sync(0xffffffffu, of_columns[n], kLanes));
            of_warps[threadIdx.x / kWarp * kTile + x + kLanes * n] = both;
        }
        __syncthreads();
        if (threadIdx.x < kTile && j0 + threadIdx.x < s.k2) {
            double largest = 0.0;
            for (unsigned warp = 0; warp < kMostWarps; ++warp)
                largest = fmax(largest, of_warps[warp * kTile + threadIdx.x]);
            raise(column_max + j0 + threadIdx.x, largest);
        }
        __syncthreads();
    });
}

} // namespace fourfold
