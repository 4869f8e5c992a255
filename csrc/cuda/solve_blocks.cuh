// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Many problems at once: each is solved by one block from start to certificate, and a block that is
// done takes the next one.
#pragma once

#include <algorithm>
#include <limits>
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
// Outer steps after which a block looks at the clock, where it can leave its problem for later.
inline constexpr long kStretch = 8;
// Of the device's free memory that the arrays of a batch may take.
inline constexpr double kMostOfMemory = 0.5;

// Where a block that has its arrays in global memory left off.
struct Progress {
    bool busy;
    unsigned number;
    SolveState state;
};

struct BlockLaunch {
    const Task* tasks;
    unsigned count;
    unsigned* next; // task to be taken, and then the number of those that are done
    Orders orders;
    unsigned char* workspace; // null where the arrays are in shared memory
    std::size_t workspace_bytes;
    Progress* progress; // (blocks), or null like workspace
    long long clocks;   // after which no further task is taken
};

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

// The work of a block: tasks (count). With arrays in shared memory, in a grid of any size and whole
// warps, and problems are finished in the launch that takes them up; else in blocks of
// kMostThreads, always as many.
template <class Real, class Scope>
__device__ void run_blocks(const BlockLaunch& launch) {
    constexpr bool kInShared = std::is_same_v<Scope, BlockScope>;
    unsigned char* const shared = dynamic_shared_memory();
    unsigned char* const memory = kInShared
                                      ? shared + kSharedHeader
                                      : launch.workspace + blockIdx.x * launch.workspace_bytes;
    const long long began = clock64();
    bool resumed = false;
    if constexpr (!kInShared)
        resumed = launch.progress[blockIdx.x].busy;
    for (bool first = true;; first = false) {
        unsigned number = launch.count;
        if (resumed)
            number = launch.progress[blockIdx.x].number;
        else if (threadIdx.x == 0 && (first || clock64() - began < launch.clocks))
            number = atomicAdd(launch.next, 1u);
        number = told(number);
        if (number >= launch.count)
            return;
        const Task& task = launch.tasks[number];
        auto* const slots = reinterpret_cast<double*>(shared);
        Scope scope = [&] {
            if constexpr (kInShared)
                return BlockScope(slots);
            else
                return TiledScope(slots, nullptr);
        }();
        Arrays<Real> arrays;
        const Shape shape = shape_of(task.problem, kInShared);
        arrays.place(shape, kInShared ? 0 : Arrays<Real>::partial_size(shape, Chunks()),
                     memory);
        WorkerCuda<Real, Scope> worker(scope, task, launch.orders, Chunks(), arrays, kInShared);
        SolveState state = resumed ? launch.progress[blockIdx.x].state : worker.begin();
        if (resumed)
            worker.resume(state);
        resumed = false;
        if constexpr (kInShared) {
            worker.run(state, std::numeric_limits<long>::max() / 2);
        } else {
            bool late = false;
            while (!state.finished && !late) {
                worker.run(state, kStretch);
                late = told(clock64() - began > launch.clocks) != 0;
            }
            if (threadIdx.x == 0) {
                launch.progress[blockIdx.x].busy = !state.finished;
                launch.progress[blockIdx.x].number = number;
                launch.progress[blockIdx.x].state = state;
            }
            if (!state.finished)
                return;
        }
        worker.finish(state);
        if (threadIdx.x == 0)
            atomicAdd(launch.next + 1, 1u);
        __syncthreads();
    }
}

template <class Real>
std::size_t bytes_of(const Problem& problem, bool in_shared) {
    const Shape shape = shape_of(problem, in_shared);
    const std::size_t partial = in_shared ? 0 : Arrays<Real>::partial_size(shape, Chunks());
    return Arrays<Real>().place(shape, partial, nullptr);
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
    const std::size_t arrays = bytes_of<Real>(largest, kInShared);
    const std::size_t shared = kSharedHeader + (kInShared ? arrays : sizeof(Stage<double>));
    // of the kernel and not of a launch, so always the same: threads may call this side by side
    check_cuda(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(limits.shared_bytes)),
               name);
    int resident = 0;
    check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, kernel,
                                                             static_cast<int>(threads), shared),
               name);
    const auto places = static_cast<unsigned>(std::max(resident, 1) * limits.multiprocessors);
    unsigned blocks = std::min(count, places);
    DeviceArray<unsigned char> workspace;
    DeviceArray<Progress> progress;
    if (!kInShared) {
        blocks = blocks_with_room(blocks, arrays);
        workspace = {arrays * blocks, "the arrays of a batch", stream};
        progress = {blocks, "the state of a batch", stream};
        check_cuda(cudaMemsetAsync(progress.data(), 0, blocks * sizeof(Progress), stream),
                   "cudaMemsetAsync");
    }
    DeviceArray<unsigned> next(2, "a counter", stream);
    PinnedArray<unsigned> done(1);
    check_cuda(cudaMemsetAsync(next.data(), 0, 2 * sizeof(unsigned), stream),
               "cudaMemsetAsync");

    Arguments arguments = wrap(
        BlockLaunch{tasks, count, next.data(), orders, kInShared ? nullptr : workspace.data(),
                    arrays, kInShared ? nullptr : progress.data(),
                    static_cast<long long>(kLaunchSeconds * 1e3 * limits.clock_khz)});
    void* pointers[] = {&arguments};
    do {
        check_cuda(
            cudaLaunchKernel(kernel, dim3(blocks), dim3(threads), pointers, shared, stream),
            name);
        check_cuda(cudaMemcpyAsync(done.data(), next.data() + 1, sizeof(unsigned),
                                   cudaMemcpyDeviceToHost, stream),
                   name);
        check_cuda(cudaStreamSynchronize(stream), name);
        if (interrupt.requested())
            throw Interrupted();
    } while (*done.data() < count);
}

} // namespace fourfold
