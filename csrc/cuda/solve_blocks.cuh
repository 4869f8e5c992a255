// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Many problems at once: each is solved by one block from start to certificate, and a block that is
// done takes the next one.
#pragma once

#include <algorithm>
#include <string>
#include <type_traits>

#include "cuda/cuda_error.hpp"
#include "cuda/device_memory.hpp"
#include "cuda/launch.hpp"
#include "cuda/pinned_memory.hpp"
#include "cuda/worker.cuh"
#include "fourfold/error.hpp"

namespace fourfold {

// A launch ends about this long after its start, and another goes on: so that the host can look
// for an interrupt, and no display stands still.
inline constexpr double kLaunchSeconds = 0.25;
// Outer steps after which a block looks at the clock.
inline constexpr long kStretch = 8;
// Of the device's free memory that the arrays of a batch may take.
inline constexpr double kMostOfMemory = 0.5;

// Where a block left off.
struct alignas(16) Progress {
    bool busy;
    unsigned number;
    SolveState state;
};

// The memory of a block, in global memory: its Progress, then its near arrays, which are there all the time
// or, where they are in shared memory, between two launches; then its far ones.
struct BlockLaunch {
    const Task* tasks;
    unsigned count;
    unsigned* next; // task to be taken, and then the number of those that are done
    Orders orders;
    unsigned char* workspace;
    std::size_t workspace_bytes; // of each block
    std::size_t near_bytes;      // for the near arrays of any of the tasks
    long long clocks;            // after which no further task is taken
    bool resume;                 // whether another launch was before
};

// Copies arrays of so many bytes, a multiple of 16, with all threads of the block; barriers.
inline __device__ void copy_arrays(const unsigned char* from, unsigned char* to,
                                   std::size_t bytes) {
    __syncthreads();
    for (unsigned k = threadIdx.x; k < bytes / sizeof(double2); k += blockDim.x)
        reinterpret_cast<double2*>(to)[k] = reinterpret_cast<const double2*>(from)[k];
    __syncthreads();
}

template <class Real>
FOURFOLD_HOST_DEVICE ArrayBytes bytes_of(const Problem& problem, bool in_shared) {
    return Arrays<Real>().place(shape_of(problem, in_shared), Chunks(), in_shared, nullptr,
                                nullptr);
}

// The work of a block: tasks (count). In grids that are always as large, of blocks of kMostThreads or,
// with arrays in shared memory, of whole warps.
template <class Real, class Scope>
__device__ void run_blocks(const BlockLaunch& launch) {
    constexpr bool kInShared = std::is_same_v<Scope, BlockScope>;
    unsigned char* const shared = dynamic_shared_memory();
    unsigned char* const own = launch.workspace + blockIdx.x * launch.workspace_bytes;
    Progress& progress = *reinterpret_cast<Progress*>(own);
    unsigned char* const kept = own + sizeof(Progress);
    unsigned char* const near = kInShared ? shared + kSharedHeader : kept;
    const long long began = clock64();
    bool resumed = launch.resume && progress.busy;
    for (bool first = true;; first = false) {
        unsigned number = launch.count;
        if (resumed)
            number = progress.number;
        else if (threadIdx.x == 0 && (first || clock64() - began < launch.clocks))
            number = atomicAdd(launch.next, 1u);
        number = told(number);
        if (number >= launch.count) {
            if (threadIdx.x == 0)
                progress.busy = false;
            return;
        }
        const Task& task = launch.tasks[number];
        auto* const slots = reinterpret_cast<double*>(shared);
        Scope scope = [&] {
            if constexpr (kInShared)
                return BlockScope(slots);
            else
                return TiledScope(slots, nullptr);
        }();
        Arrays<Real> arrays;
        const ArrayBytes bytes = bytes_of<Real>(task.problem, kInShared);
        arrays.place(shape_of(task.problem, kInShared), Chunks(), kInShared, near,
                     kept + (kInShared ? launch.near_bytes : bytes.near));
        WorkerCuda<Real, Scope> worker(scope, task, launch.orders, Chunks(), arrays, kInShared);
        if (kInShared && resumed)
            copy_arrays(kept, near, bytes.near);
        SolveState state = resumed ? progress.state : worker.begin();
        if (resumed)
            worker.resume(state);
        resumed = false;
        bool late = false;
        while (!state.finished && !late) {
            worker.run(state, kStretch);
            late = told(clock64() - began > launch.clocks) != 0;
        }
        if (!state.finished) {
            if (kInShared)
                copy_arrays(near, kept, bytes.near);
            if (threadIdx.x == 0) {
                progress.busy = true;
                progress.number = number;
                progress.state = state;
            }
            return;
        }
        worker.finish(state);
        if (threadIdx.x == 0)
            atomicAdd(launch.next + 1, 1u);
        __syncthreads();
    }
}

// How a kernel is called in messages.
template <class Real>
std::string name_of(const char* kernel) {
    return std::string("kernel ") + kernel + (sizeof(Real) == 4 ? "<float>" : "<double>");
}

// Enough for the products of a small problem; more only wait for each other.
inline unsigned threads_for(const Problem& problem) {
    const std::size_t pairs = problem.k1 * problem.k2;
    return pairs <= 256 ? 64 : pairs <= 1024 ? 128 : kMostThreads;
}

// Blocks whose arrays, of so many bytes each, leave room in the device's memory; one at least.
inline unsigned blocks_with_room(unsigned wanted, std::size_t bytes) {
    std::size_t free = 0, all = 0;
    check_cuda(cudaMemGetInfo(&free, &all), "cudaMemGetInfo");
    const auto most =
        static_cast<std::size_t>(kMostOfMemory * static_cast<double>(free)) / bytes;
    return static_cast<unsigned>(
        std::clamp<std::size_t>(most, 1, static_cast<std::size_t>(wanted)));
}

// Solves tasks (count), in device memory, by a kernel that does run_blocks() with wrap(BlockLaunch);
// returns when all are done. `largest` needs the most memory.
template <class Real, class Scope, class Arguments, class Wrap>
void launch_blocks_of(void (*kernel)(const Arguments), const Wrap& wrap,
                      const std::string& called, const DeviceLimits& limits, const Task* tasks,
                      unsigned count, const Orders& orders, const Problem& largest,
                      Interrupt& interrupt, cudaStream_t stream) {
    constexpr bool kInShared = std::is_same_v<Scope, BlockScope>;
    const char* const name = called.c_str();
    const unsigned threads = kInShared ? threads_for(largest) : kMostThreads;
    const ArrayBytes arrays = bytes_of<Real>(largest, kInShared);
    const std::size_t far = kInShared ? most_far_bytes(arrays.near) : arrays.far;
    const std::size_t workspace_bytes = sizeof(Progress) + arrays.near + far;
    const std::size_t shared =
        kSharedHeader + (kInShared ? arrays.near : sizeof(Stage<double>));
    // of the kernel and not of a launch, so always the same: threads may call this side by side
    check_cuda(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(limits.shared_bytes)),
               name);
    // else the driver guesses how much of a multiprocessor's memory is to be shared
    if (kInShared)
        check_cuda(
            cudaFuncSetAttribute(kernel, cudaFuncAttributePreferredSharedMemoryCarveout, 100),
            name);
    int resident = 0;
    check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, kernel,
                                                             static_cast<int>(threads), shared),
               name);
    const auto places = static_cast<unsigned>(std::max(resident, 1) * limits.multiprocessors);
    const unsigned blocks = blocks_with_room(std::min(count, places), workspace_bytes);
    const DeviceArray<unsigned char> workspace(workspace_bytes * blocks,
                                               "the arrays of a batch", stream);
    DeviceArray<unsigned> next(2, "a counter", stream);
    PinnedArray<unsigned> done(1);
    check_cuda(cudaMemsetAsync(next.data(), 0, 2 * sizeof(unsigned), stream),
               "cudaMemsetAsync");

    BlockLaunch launch{tasks,
                       count,
                       next.data(),
                       orders,
                       workspace.data(),
                       workspace_bytes,
                       arrays.near,
                       static_cast<long long>(kLaunchSeconds * 1e3 * limits.clock_khz),
                       false};
    do {
        Arguments arguments = wrap(launch);
        void* pointers[] = {&arguments};
        check_cuda(
            cudaLaunchKernel(kernel, dim3(blocks), dim3(threads), pointers, shared, stream),
            name);
        check_cuda(cudaMemcpyAsync(done.data(), next.data() + 1, sizeof(unsigned),
                                   cudaMemcpyDeviceToHost, stream),
                   name);
        check_cuda(cudaStreamSynchronize(stream), name);
        if (interrupt.requested())
            throw Interrupted();
        launch.resume = true;
    } while (*done.data() < count);
}

} // namespace fourfold
