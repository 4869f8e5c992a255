// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The products of a problem whose arrays lie in global memory, by the blocks of a scope: one, or the
// whole grid. A block
// holds a tile of the result in registers, 4 x 4 entries a thread at most, and brings in the
// operands kDepth at a time through shared memory. A step reads and writes every (k1, k2) array
// once: the column sums of the new r are taken from the tile that was just made. The functions have
// the names and arguments of those in kernels.cuh.
#pragma once

#include "cuda/arrays.cuh"
#include "cuda/kernels.cuh"
#include "cuda/scope.cuh"

namespace fourfold {

inline constexpr unsigned kLanes = 16;  // a block is 16 x 16 threads
inline constexpr unsigned kEntries = 4; // of a tile, for each thread and direction at most
inline constexpr unsigned kTile = kLanes * kEntries;
inline constexpr unsigned kDepth = 16;
inline constexpr unsigned kPitch = kTile + 1; // a transposed tile is written without conflicts
static_assert(kLanes * kLanes == kMostThreads, "a tile needs a full block");

// Classes up to which a step takes the column sums of r from the tile that it has just made. With more of
// them the sums have no room in the registers, and the products are the greater part of the time.
inline constexpr unsigned kMostFused = 2 * kLanes;

// Operands of a tile in shared memory, (kDepth, kPitch) each.
template <class Sum>
struct Stage {
    Sum left[kDepth * kPitch];
    Sum right[kDepth * kPitch];
};

// In shared memory, behind the header.
template <class Sum>
__device__ Stage<Sum>& stage() {
    return *reinterpret_cast<Stage<Sum>*>(dynamic_shared_memory() + kSharedHeader);
}

FOURFOLD_HOST_DEVICE inline unsigned ceiling(unsigned n, unsigned size) {
    return (n + size - 1) / size;
}

// Classes for each thread in a tile: few classes would leave most of a wide one empty.
FOURFOLD_HOST_DEVICE inline unsigned entries_of_classes(unsigned ky) {
    return ky <= kLanes ? 1 : ky <= 2 * kLanes ? 2 : kEntries;
}

// Two tiles for each block, or as many as there are; enough to hide the end of the slowest.
inline Chunks chunks_for(const Shape& s, unsigned blocks) {
    const unsigned classes = ceiling(s.ky, kLanes * entries_of_classes(s.ky));
    const auto pieces = [&](unsigned across, unsigned along) {
        const unsigned wanted = ceiling(2 * blocks, ceiling(across, kTile) * classes);
        const unsigned most = ceiling(along, kTile);
        return wanted < most ? wanted : most;
    };
    return {pieces(s.k1, s.k2), pieces(s.k2, s.k1)};
}

// The part of [0, n) that belongs to a chunk, in whole tiles.
struct Part {
    unsigned begin, end;
};
__device__ inline Part part_of(unsigned n, unsigned chunk, unsigned chunks) {
    const unsigned size = ceiling(ceiling(n, kTile), chunks) * kTile;
    const unsigned begin = chunk * size;
    return {begin < n ? begin : n, begin + size < n ? begin + size : n};
}

// Where this thread's n-th of M values of an operand's tile goes: entry k along the inner dimension,
// entry w along the other. kAlong: the operand's memory runs along k, else along w.
struct Place {
    unsigned k, w;
};
template <bool kAlong, unsigned M>
__device__ Place place_of(unsigned n) {
    static_assert(kDepth * kLanes == kMostThreads, "a thread brings in M values");
    const unsigned at = threadIdx.x + n * kMostThreads;
    return kAlong ? Place{at % kDepth, at / kDepth}
                  : Place{at / (kLanes * M), at % (kLanes * M)};
}

// values = this thread's part of operand(begin + k, w), zero from `end` on: all are under way at once.
template <bool kAlong, unsigned M, class Sum, class Operand>
__device__ void fetch(unsigned begin, unsigned end, const Operand& operand, Sum (&values)[M]) {
#pragma unroll
    for (unsigned n = 0; n < M; ++n) {
        const Place at = place_of<kAlong, M>(n);
        values[n] = begin + at.k < end ? operand(begin + at.k, at.w) : Sum(0);
    }
}
template <bool kAlong, unsigned M, class Sum>
__device__ void put(const Sum (&values)[M], Sum* staged) {
#pragma unroll
    for (unsigned n = 0; n < M; ++n) {
        const Place at = place_of<kAlong, M>(n);
        staged[at.k * kPitch + at.w] = values[n];
    }
}

// sums[m][n] += sum_k left(k, y + 16 m) right(k, x + 16 n) over the first `depth` staged entries,
// for thread (x, y) of the block.
template <unsigned M, unsigned N, class Sum>
__device__ void multiply_staged(const Stage<Sum>& staged, Sum (&sums)[M][N]) {
    const unsigned x = threadIdx.x % kLanes, y = threadIdx.x / kLanes;
#pragma unroll 4
    for (unsigned k = 0; k < kDepth; ++k) {
        Sum left[M], right[N];
#pragma unroll
        for (unsigned m = 0; m < M; ++m)
            left[m] = staged.left[k * kPitch + y + kLanes * m];
#pragma unroll
        for (unsigned n = 0; n < N; ++n)
            right[n] = staged.right[k * kPitch + x + kLanes * n];
#pragma unroll
        for (unsigned m = 0; m < M; ++m)
#pragma unroll
            for (unsigned n = 0; n < N; ++n)
                sums[m][n] += left[m] * right[n];
    }
}

// The same with operands left(k, w) and right(k, w) over k in [begin, end).
template <bool kLeftAlong, bool kRightAlong, unsigned M, unsigned N, class Sum, class Left,
          class Right>
__device__ void multiply(unsigned begin, unsigned end, const Left& left, const Right& right,
                         Sum (&sums)[M][N]) {
    Stage<Sum>& staged = stage<Sum>();
    Sum of_left[M], of_right[N];
    fetch<kLeftAlong>(begin, end, left, of_left);
    fetch<kRightAlong>(begin, end, right, of_right);
    for (unsigned k = begin; k < end; k += kDepth) {
        put<kLeftAlong>(of_left, staged.left);
        put<kRightAlong>(of_right, staged.right);
        __syncthreads();
        fetch<kLeftAlong>(k + kDepth, end, left, of_left); // arrives while these are multiplied
        fetch<kRightAlong>(k + kDepth, end, right, of_right);
        multiply_staged(staged, sums);
        __syncthreads();
    }
}

// body(the number of a thread's classes, as a compile-time constant)
template <class Body>
__device__ void with_classes(unsigned ky, const Body& body) {
    switch (entries_of_classes(ky)) {
    case 1:
        return body(std::integral_constant<unsigned, 1>());
    case 2:
        return body(std::integral_constant<unsigned, 2>());
    default:
        return body(std::integral_constant<unsigned, kEntries>());
    }
}

// The sum of the partial sums of entry k.  partial (chunks, entries)
template <class Sum>
__device__ Sum sum_of_chunks(std::size_t entries, unsigned chunks, const Sum* partial,
                             std::size_t k) {
    Sum sum = partial[k];
    for (unsigned chunk = 1; chunk < chunks; ++chunk)
        sum += partial[chunk * entries + k];
    return sum;
}

// each(entry, sum of the partial sums) for all entries.
template <class Sum, class Each>
__device__ void add_partial_sums(const TiledScope& scope, std::size_t entries, unsigned chunks,
                                 const Sum* partial, const Each& each) {
    for (std::size_t k = scope.rank(); k < entries; k += scope.size())
        each(k, sum_of_chunks(entries, chunks, partial, k));
}

template <class Real, class Sum, class Each>
__device__ void row_products(TiledScope& scope, const Shape& s, Chunks chunks, double* memory,
                             const Real* r, const Sum* bt, const Each& each) {
    Sum* const partial = reinterpret_cast<Sum*>(memory);
    with_classes(s.ky, [&](auto classes) {
        constexpr unsigned N = decltype(classes)::value;
        const unsigned row_tiles = ceiling(s.k1, kTile);
        const unsigned class_tiles = ceiling(s.ky, kLanes * N);
        for (unsigned item = scope.block(); item < row_tiles * class_tiles * chunks.rows;
             item += scope.blocks()) {
            const unsigned chunk = item / (row_tiles * class_tiles);
            const unsigned i0 = item / class_tiles % row_tiles * kTile;
            const unsigned y0 = item % class_tiles * kLanes * N;
            const Part part = part_of(s.k2, chunk, chunks.rows);
            Sum sums[kEntries][N] = {};
            multiply<true, true>(
                part.begin, part.end,
                [&](unsigned j, unsigned i) {
                    return i0 + i < s.k1 ? Sum(r[std::size_t(i0 + i) * s.ld + j]) : Sum(0);
                },
                [&](unsigned j, unsigned y) {
                    return y0 + y < s.ky ? bt[std::size_t(y0 + y) * s.ld + j] : Sum(0);
                },
                sums);
#pragma unroll
            for (unsigned m = 0; m < kEntries; ++m)
#pragma unroll
                for (unsigned n = 0; n < N; ++n) {
                    const unsigned i = i0 + threadIdx.x / kLanes + kLanes * m;
                    const unsigned y = y0 + threadIdx.x % kLanes + kLanes * n;
                    if (i < s.k1 && y < s.ky)
                        partial[(std::size_t(chunk) * s.k1 + i) * s.ky + y] = sums[m][n];
                }
        }
    });
    scope.sync();
    add_partial_sums(
        scope, std::size_t(s.k1) * s.ky, chunks.rows, partial,
        [&](std::size_t k, Sum sum) { each(unsigned(k / s.ky), unsigned(k % s.ky), sum); });
}

// partial(chunk, y, j) <- the sums of a tile of classes from y0 and columns from j0
template <unsigned M, class Sum>
__device__ void store_column_sums(const Shape& s, unsigned chunk, unsigned y0, unsigned j0,
                                  const Sum (&sums)[M][kEntries], Sum* partial) {
#pragma unroll
    for (unsigned m = 0; m < M; ++m)
#pragma unroll
        for (unsigned n = 0; n < kEntries; ++n) {
            const unsigned y = y0 + threadIdx.x / kLanes + kLanes * m;
            const unsigned j = j0 + threadIdx.x % kLanes + kLanes * n;
            if (y < s.ky && j < s.k2)
                partial[(std::size_t(chunk) * s.ky + y) * s.ld + j] = sums[m][n];
        }
}

template <class Sum, class Each>
__device__ void add_column_sums(const TiledScope& scope, const Shape& s, unsigned chunks,
                                const Sum* partial, const Each& each) {
    // of the columns that are there: nothing was written to those that fill up a row
    for (std::size_t k = scope.rank(); k < std::size_t(s.ky) * s.k2; k += scope.size()) {
        const Position at = position_of(k, s.k2);
        const std::size_t entry = std::size_t(at.row) * s.ld + at.column;
        each(at.row, at.column,
             sum_of_chunks(std::size_t(s.ky) * s.ld, chunks, partial, entry));
    }
}

template <class Real, class Sum, class Each>
__device__ void column_products(TiledScope& scope, const Shape& s, Chunks chunks,
                                double* memory, const Real* r, const Sum* a, const Each& each) {
    Sum* const partial = reinterpret_cast<Sum*>(memory);
    with_classes(s.ky, [&](auto classes) {
        constexpr unsigned M = decltype(classes)::value;
        const unsigned column_tiles = ceiling(s.k2, kTile);
        const unsigned class_tiles = ceiling(s.ky, kLanes * M);
        for (unsigned item = scope.block(); item < column_tiles * class_tiles * chunks.columns;
             item += scope.blocks()) {
            const unsigned chunk = item / (column_tiles * class_tiles);
            const unsigned j0 = item / class_tiles % column_tiles * kTile;
            const unsigned y0 = item % class_tiles * kLanes * M;
            const Part part = part_of(s.k1, chunk, chunks.columns);
            Sum sums[M][kEntries] = {};
            multiply<false, false>(
                part.begin, part.end,
                [&](unsigned i, unsigned y) {
                    return y0 + y < s.ky ? a[std::size_t(i) * s.ky + y0 + y] : Sum(0);
                },
                [&](unsigned i, unsigned j) {
                    return j0 + j < s.k2 ? Sum(r[std::size_t(i) * s.ld + j0 + j]) : Sum(0);
                },
                sums);
            store_column_sums(s, chunk, y0, j0, sums, partial);
        }
    });
    scope.sync();
    add_column_sums(scope, s, chunks.columns, partial, each);
}

// The tile of M = a bt at (i0, j0).
template <class Real>
__device__ void tile_of_products(const Shape& s, unsigned i0, unsigned j0, const Real* a,
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
__device__ void for_tiles_of_products(const TiledScope& scope, const Shape& s, const Real* a,
                                      const Real* bt, const Body& body) {
    const unsigned column_tiles = ceiling(s.k2, kTile);
    const unsigned tiles = ceiling(s.k1, kTile) * column_tiles;
    for (unsigned item = scope.block(); item < tiles; item += scope.blocks()) {
        const unsigned i0 = item / column_tiles * kTile;
        const unsigned j0 = item % column_tiles * kTile;
        Real m[kEntries][kEntries] = {};
        tile_of_products(s, i0, j0, a, bt, m);
        body(i0, j0, m);
    }
}

// Adds the columns of the 16 rows of r from i on, of which this thread has right[n], to the sums of
// the classes.
template <unsigned M, class Real>
__device__ void add_rows(const Shape& s, unsigned i, const Real* a,
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

template <class Real, class Update>
__device__ void step_products(TiledScope& scope, const Shape& s, Chunks chunks, double* memory,
                              const Real* a, const Real* bt, Real* r, Real* sums,
                              Update& update) {
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
        scope.sync();
        column_products(scope, s, chunks, memory, r, a, keep);
        return;
    }
    Real* const partial = reinterpret_cast<Real*>(memory);
    const auto step_of = [&](auto classes) {
        constexpr unsigned M = decltype(classes)::value;
        const unsigned column_tiles = ceiling(s.k2, kTile);
        for (unsigned item = scope.block(); item < column_tiles * chunks.columns;
             item += scope.blocks()) {
            const unsigned chunk = item / column_tiles;
            const unsigned j0 = item % column_tiles * kTile;
            const Part part = part_of(s.k1, chunk, chunks.columns);
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
            store_column_sums(s, chunk, 0, j0, column_sums, partial);
        }
    };
    if (s.ky <= kLanes)
        step_of(std::integral_constant<unsigned, 1>());
    else
        step_of(std::integral_constant<unsigned, 2>());
    scope.sync();
    add_column_sums(scope, s, chunks.columns, partial, keep);
}

template <class Each>
__device__ void product_maxima(TiledScope& scope, const Shape& s, const double* a,
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
