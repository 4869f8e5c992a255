// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cooperative_groups.h>
#include <cuda_runtime.h>

namespace fourfold {

// The threads that work on one problem together: those of a block, or all of the grid. Every one
// of them runs the algorithm, and each stage is a collective call. Sums are the same in every run
// and in every thread, to the last bit: they are taken in one order.

inline constexpr unsigned kWarp = 32;
inline constexpr unsigned kMostThreads = 256; // of a block, a multiple of a warp
inline constexpr unsigned kMostSums = 5;      // taken in one go
inline constexpr unsigned kMostWarps = kMostThreads / kWarp;
// Doubles of shared memory for the sums of a block: two turns, so that one barrier does.
inline constexpr unsigned kSumSlots = 2 * kMostWarps * kMostSums;
// Bytes at the start of shared memory: the sums, and 16 bytes to tell all threads something.
inline constexpr unsigned kSharedHeader = kSumSlots * sizeof(double) + 16;

// The launch's dynamic shared memory, aligned for any array in it.
inline __device__ unsigned char* dynamic_shared_memory() {
    extern __shared__ double2 fourfold_shared_memory[];
    return reinterpret_cast<unsigned char*>(fourfold_shared_memory);
}

// values[n] <- its sum over the threads of the warp, in every thread.
template <unsigned N>
__device__ void sum_over_warp(double (&values)[N]) {
    for (unsigned n = 0; n < N; ++n)
        for (unsigned offset = kWarp / 2; offset > 0; offset /= 2)
            values[n] += __shfl_xor_sync(0xffffffffu, values[n], offset);
}

// The largest value of `width` neighbouring lanes, a power of two, in every one of them.
inline __device__ double max_over_lanes(double value, unsigned width) {
    for (unsigned offset = width / 2; offset > 0; offset /= 2)
        value = fmax(value, __shfl_xor_sync(0xffffffffu, value, offset));
    return value;
}

// In all threads of the block what the first one says; barriers.
inline __device__ unsigned told(unsigned value) {
    auto* const place =
        reinterpret_cast<unsigned*>(dynamic_shared_memory() + kSumSlots * sizeof(double));
    if (threadIdx.x == 0)
        *place = value;
    __syncthreads();
    const unsigned result = *place;
    __syncthreads();
    return result;
}

// The threads of a block.
class BlockScope {
public:
    static constexpr bool kTiled = false;
    using Index = unsigned; // of an entry of an array

    // slots (kSumSlots), in shared memory
    __device__ explicit BlockScope(double* slots) : slots_(slots) {}

    __device__ unsigned rank() const { return threadIdx.x; }
    __device__ unsigned size() const { return blockDim.x; }
    __device__ void sync() const { __syncthreads(); }

    // A team takes a class at a time: a warp.
    __device__ unsigned team() const { return threadIdx.x / kWarp; }
    __device__ unsigned teams() const { return blockDim.x / kWarp; }
    __device__ unsigned member() const { return threadIdx.x % kWarp; }
    __device__ unsigned members() const { return kWarp; }
    // values[n] <- its sum over the members of the team, in each of them.
    template <unsigned N>
    __device__ void sum_over_team(double (&values)[N]) {
        sum_over_warp(values);
    }

    // values[n] <- its sum over the threads, in every thread; a barrier.
    template <unsigned N>
    __device__ void sum(double (&values)[N]) {
        static_assert(N <= kMostSums, "more sums than there are slots");
        double* const slots = slots_ + turn_ * (kMostWarps * kMostSums);
        turn_ ^= 1u;
        sum_over_warp(values);
        if (threadIdx.x % kWarp == 0)
            for (unsigned n = 0; n < N; ++n)
                slots[threadIdx.x / kWarp * N + n] = values[n];
        __syncthreads();
        for (unsigned n = 0; n < N; ++n) {
            values[n] = 0.0;
            for (unsigned warp = 0; warp < blockDim.x / kWarp; ++warp)
                values[n] += slots[warp * N + n];
        }
    }

private:
    double* slots_;
    unsigned turn_ = 0;
};

// The threads of a block of kMostThreads, or of all such blocks of a cooperative launch: one type, as
// the kernels of both then share their code.
class TiledScope {
public:
    static constexpr bool kTiled = true;
    using Index = std::size_t;

    // slots (kSumSlots), in shared memory; of_blocks (grid_sum_slots(blocks)), in global memory,
    // null for a block on its own
    __device__ TiledScope(double* slots, double* of_blocks)
        : in_block_(slots), of_blocks_(of_blocks) {}

    static __host__ __device__ std::size_t grid_sum_slots(std::size_t blocks) {
        return 2 * blocks * kMostSums;
    }

    // Whether this is a block on its own.
    __device__ bool alone() const { return of_blocks_ == nullptr; }
    // Of the blocks that share the work: this one, and how many.
    __device__ unsigned block() const { return alone() ? 0 : blockIdx.x; }
    __device__ unsigned blocks() const { return alone() ? 1 : gridDim.x; }
    __device__ unsigned rank() const { return block() * kMostThreads + threadIdx.x; }
    __device__ unsigned size() const { return blocks() * kMostThreads; }
    __device__ void sync() const {
        if (alone())
            __syncthreads();
        else
            cooperative_groups::this_grid().sync();
    }

    // A team takes a class, or a tile, at a time: a block.
    __device__ unsigned team() const { return block(); }
    __device__ unsigned teams() const { return blocks(); }
    __device__ unsigned member() const { return threadIdx.x; }
    __device__ unsigned members() const { return kMostThreads; }
    template <unsigned N>
    __device__ void sum_over_team(double (&values)[N]) {
        in_block_.sum(values);
    }

    // Whether this block is the last of `parts` to be done with its part of something: what the others
    // have written of theirs can then be read. `arrivals` is zero before, and afterwards; barriers
    // of the block.
    __device__ bool is_last(unsigned* arrivals, unsigned parts) const {
        __threadfence();
        __syncthreads();
        unsigned last = 0;
        if (threadIdx.x == 0) {
            last = atomicAdd(arrivals, 1u) + 1 == parts ? 1u : 0u;
            if (last != 0)
                *arrivals = 0;
        }
        last = told(last);
        __threadfence();
        return last != 0;
    }

    // The sum of `values` (n), in global memory, in every thread; a barrier, before it.
    __device__ double sum_of(const double* values, unsigned n) const {
        sync();
        double sum[1] = {0.0};
        for (unsigned k = threadIdx.x % kWarp; k < n; k += kWarp)
            sum[0] += values[k];
        sum_over_warp(sum);
        return sum[0];
    }

    template <unsigned N>
    __device__ void sum(double (&values)[N]) {
        in_block_.sum(values);
        if (alone())
            return;
        double* const slots = of_blocks_ + turn_ * (gridDim.x * kMostSums);
        turn_ ^= 1u;
        if (threadIdx.x == 0)
            for (unsigned n = 0; n < N; ++n)
                slots[blockIdx.x * N + n] = values[n];
        sync();
        // each warp for itself
        for (unsigned n = 0; n < N; ++n) {
            values[n] = 0.0;
            for (unsigned block = threadIdx.x % kWarp; block < gridDim.x; block += kWarp)
                values[n] += slots[block * N + n];
        }
        sum_over_warp(values);
    }

private:
    BlockScope in_block_;
    double* of_blocks_;
    unsigned turn_ = 0;
};

} // namespace fourfold
