// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The products of a problem whose arrays lie in global memory, by the blocks of a scope: one, or the
// whole grid. A block
// holds a tile of the result in registers, 4 x 4 entries a thread at most, and brings in the
// operands kDepth at a time through shared memory. The functions have the names and arguments of those in
// kernels.cuh.
#pragma once

#include "cuda/arrays.cuh"
#include "cuda/kernels.cuh"
#include "cuda/scope.cuh"

namespace fourfold {

// Entries of a tile for each thread and direction at most; a block is kLanes x kLanes threads.
inline constexpr unsigned kEntries = kTile / kLanes;
inline constexpr unsigned kDepth = 16;
inline constexpr unsigned kPitch = kTile + 1; // a transposed tile is written without conflicts
static_assert(kLanes * kLanes == kMostThreads, "a tile needs a full block");

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

// Classes for each thread in a tile: few classes would leave most of a wide one empty.
FOURFOLD_HOST_DEVICE inline unsigned entries_of_classes(unsigned ky) {
    return ky <= kLanes ? 1 : ky <= 2 * kLanes ? 2 : kEntries;
}

// Two tiles for each block, or as many as there are; enough to hide the end of the slowest.
inline Chunks chunks_for(const Shape s, unsigned blocks) {
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

// Entries of a result of so many columns, (rows, pitch): a tile from (row, column) on.
struct Tile {
    unsigned row, rows, column, columns, pitch;
};

// The first part of a thread's entries of a tile <- the sum of all parts, `apart` entries from one another, in
// order. A call, as in each product with its entries in registers it made the kernel 2.4 times as long.
template <class Sum>
__device__ __attribute__((noinline)) void add_parts(Sum* partial, unsigned parts,
                                                    std::size_t apart, const Tile tile) {
    constexpr unsigned kAtOnce = 16; // loads under way
    for (unsigned row = tile.row + threadIdx.x / kLanes; row < tile.rows; row += kLanes)
        for (unsigned column = tile.column + threadIdx.x % kLanes; column < tile.columns;
             column += kLanes) {
            Sum* const entry = partial + std::size_t(row) * tile.pitch + column;
            Sum sum = 0;
#pragma unroll 1
            for (unsigned first = 0; first < parts; first += kAtOnce) {
                Sum some[kAtOnce];
#pragma unroll
                for (unsigned n = 0; n < kAtOnce; ++n)
                    some[n] = first + n < parts ? entry[(first + n) * apart] : Sum(0);
#pragma unroll
                for (unsigned n = 0; n < kAtOnce; ++n)
                    sum += some[n];
            }
            *entry = sum;
        }
}

// The end, of an axis of n entries, of a tile that is `size` long.
__device__ inline unsigned end_of(unsigned begin, unsigned size, unsigned n) {
    return begin + size < n ? begin + size : n;
}

// each(i, y, sum_j r(i,j) b(j,y)), operand(j, y, first) being b(j,y), which is asked for once with
// `first` and then without. Where the sums are cut into chunks, the block that is the last to be done with a
// tile adds them up, in order: which one it is hangs on timing, so that `each` must not add to
// sums of its thread. A barrier is to follow.  r (k1, ld)
template <class Sum, class Real, class Operand, class Each>
__device__ void row_products_of(TiledScope& scope, const Shape s, const Split split,
                                const Real* r, const Operand& operand, const Each& each) {
    Sum* const partial = static_cast<Sum*>(split.partial);
    with_classes(s.ky, [&](auto classes) {
        constexpr unsigned N = decltype(classes)::value;
        const unsigned chunks = split.chunks.rows;
        const unsigned class_tiles = ceiling(s.ky, kLanes * N);
        const unsigned tiles = ceiling(s.k1, kTile) * class_tiles;
        for (unsigned item = scope.block(); item < tiles * chunks; item += scope.blocks()) {
            const unsigned chunk = item / tiles;
            const unsigned i0 = item % tiles / class_tiles * kTile;
            const unsigned y0 = item % class_tiles * kLanes * N;
            const Part part = part_of(s.k2, chunk, chunks);
            Sum sums[kEntries][N] = {};
            multiply<true, true>(
                part.begin, part.end,
                [&](unsigned j, unsigned i) {
                    return i0 + i < s.k1 ? Sum(r[std::size_t(i0 + i) * s.ld + j]) : Sum(0);
                },
                [&](unsigned j, unsigned y) {
                    return y0 + y < s.ky ? operand(j, y0 + y, i0 == 0) : Sum(0);
                },
                sums);
            // body(i, y, sum, entry of the result) for the entries of this thread
            const auto for_entries = [&](const auto& body) {
#pragma unroll
                for (unsigned m = 0; m < kEntries; ++m)
#pragma unroll
                    for (unsigned n = 0; n < N; ++n) {
                        const unsigned i = i0 + threadIdx.x / kLanes + kLanes * m;
                        const unsigned y = y0 + threadIdx.x % kLanes + kLanes * n;
                        if (i < s.k1 && y < s.ky)
                            body(i, y, sums[m][n], std::size_t(i) * s.ky + y);
                    }
            };
            if (chunks > 1) {
                const std::size_t apart = std::size_t(s.k1) * s.ky;
                for_entries([&](unsigned, unsigned, Sum& sum, std::size_t k) {
                    partial[chunk * apart + k] = sum;
                });
                if (!scope.is_last(split.arrivals + item % tiles, chunks))
                    continue;
                add_parts(
                    partial, chunks, apart,
                    {i0, end_of(i0, kTile, s.k1), y0, end_of(y0, kLanes * N, s.ky), s.ky});
                for_entries(
                    [&](unsigned, unsigned, Sum& sum, std::size_t k) { sum = partial[k]; });
            }
            for_entries(
                [&](unsigned i, unsigned y, Sum& sum, std::size_t) { each(i, y, sum); });
        }
    });
}

template <class Real, class Sum, class Each>
__device__ void row_products(TiledScope& scope, const Shape s, const Split& split,
                             const Real* r, const Sum* bt, const Each& each) {
    row_products_of<Sum>(
        scope, s, split, r,
        [=](unsigned j, unsigned y, bool) { return bt[std::size_t(y) * s.ld + j]; }, each);
}

// Column sums of a tile of classes from y0 and columns from j0 that are done but for a chunk of the
// rows: each(y, j, sum) once all of them are, and after_tile() in the block that has made these calls.
template <unsigned M, class Sum, class Each, class AfterTile>
__device__ void finish_column_sums(const TiledScope& scope, const Shape s, const Split split,
                                   unsigned chunk, unsigned tile, unsigned y0, unsigned j0,
                                   Sum (&sums)[M][kEntries], const Each& each,
                                   const AfterTile& after_tile) {
    const auto for_entries = [&](const auto& body) {
#pragma unroll
        for (unsigned m = 0; m < M; ++m)
#pragma unroll
            for (unsigned n = 0; n < kEntries; ++n) {
                const unsigned y = y0 + threadIdx.x / kLanes + kLanes * m;
                const unsigned j = j0 + threadIdx.x % kLanes + kLanes * n;
                if (y < s.ky && j < s.k2)
                    body(y, j, sums[m][n], std::size_t(y) * s.ld + j);
            }
    };
    const unsigned chunks = split.chunks.columns;
    if (chunks > 1) {
        Sum* const partial = static_cast<Sum*>(split.partial);
        const std::size_t apart = std::size_t(s.ky) * s.ld;
        for_entries([&](unsigned, unsigned, Sum& sum, std::size_t k) {
            partial[chunk * apart + k] = sum;
        });
        if (!scope.is_last(split.arrivals + tile, chunks))
            return;
        add_parts(partial, chunks, apart,
                  {y0, end_of(y0, kLanes * M, s.ky), j0, end_of(j0, kTile, s.k2), s.ld});
        for_entries([&](unsigned, unsigned, Sum& sum, std::size_t k) { sum = partial[k]; });
    }
    for_entries([&](unsigned y, unsigned j, Sum& sum, std::size_t) { each(y, j, sum); });
    after_tile();
}

// How many tiles column_products has.
__device__ inline unsigned column_tiles(const Shape s) {
    return ceiling(s.k2, kTile) * ceiling(s.ky, kLanes * entries_of_classes(s.ky));
}

// each(y, j, sum_i r(i,j) a(i,y)) for a tile, then after_tile(tile) in all threads of the block that has
// made these calls; a barrier is to follow.  r (k1, ld), a (k1, ky)
template <class Real, class Sum, class Each, class AfterTile>
__device__ void column_products(TiledScope& scope, const Shape s, const Split& split,
                                const Real* r, const Sum* a, const Each& each,
                                const AfterTile& after_tile) {
    with_classes(s.ky, [&](auto classes) {
        constexpr unsigned M = decltype(classes)::value;
        const unsigned chunks = split.chunks.columns;
        const unsigned class_tiles = ceiling(s.ky, kLanes * M);
        const unsigned tiles = ceiling(s.k2, kTile) * class_tiles;
        for (unsigned item = scope.block(); item < tiles * chunks; item += scope.blocks()) {
            const unsigned chunk = item / tiles;
            const unsigned j0 = item % tiles / class_tiles * kTile;
            const unsigned y0 = item % class_tiles * kLanes * M;
            const Part part = part_of(s.k1, chunk, chunks);
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
            finish_column_sums(scope, s, split, chunk, item % tiles, y0, j0, sums, each,
                               [&] { after_tile(item % tiles); });
        }
    });
}

template <class Real, class Sum, class Each>
__device__ void column_products(TiledScope& scope, const Shape s, const Split& split,
                                const Real* r, const Sum* a, const Each& each) {
    column_products(scope, s, split, r, a, each, [](unsigned) {});
}

} // namespace fourfold
