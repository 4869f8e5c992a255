// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Many problems at once: each is solved by one block from start to certificate, and a block that is
// done takes the next one.
#include <algorithm>

#include "cuda/cuda_error.hpp"
#include "cuda/device_memory.hpp"
#include "cuda/launch.hpp"
#include "cuda/worker.cuh"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// A launch ends about this long after its start, and another goes on: so that the host can look
// for an interrupt, and no display stands still.
constexpr double kLaunchSeconds = 0.25;

struct BlockLaunch {
    const Task* tasks;
    unsigned count;
    unsigned* next; // task to be taken
    Orders orders;
    unsigned char* workspace; // null where the arrays are in shared memory
    std::size_t workspace_bytes;
    long long clocks; // after which no further task is taken
};

// Shared memory: sums (kSumSlots), the number of the task, the arrays.
constexpr std::size_t kSharedHeader = (kSumSlots * sizeof(double) + 2 * sizeof(double));

// tasks (count); a grid of any size, a whole number of warps
template <class Real>
__global__ void __launch_bounds__(kMostThreads, 2) solve_blocks(const BlockLaunch launch) {
    unsigned char* const shared = dynamic_shared_memory();
    auto* const sums = reinterpret_cast<double*>(shared);
    auto* const taken = reinterpret_cast<unsigned*>(sums + kSumSlots);
    const bool in_shared = launch.workspace == nullptr;
    unsigned char* const memory = in_shared
                                      ? shared + kSharedHeader
                                      : launch.workspace + blockIdx.x * launch.workspace_bytes;
    const long long began = clock64();
    for (;;) {
        if (threadIdx.x == 0) {
            const bool late = clock64() - began > launch.clocks;
            *taken = late ? launch.count : atomicAdd(launch.next, 1u);
        }
        __syncthreads();
        const unsigned number = *taken;
        __syncthreads();
        if (number >= launch.count)
            return;
        const Task& task = launch.tasks[number];
        BlockScope scope(sums);
        Arrays<Real> arrays;
        arrays.place(shape_of(task.problem, in_shared), 0, memory);
        WorkerCuda<Real, BlockScope> worker(scope, task, launch.orders, Chunks(), arrays,
                                            in_shared);
        SolveState state = worker.begin();
        worker.run(state, std::numeric_limits<long>::max() / 2);
        worker.finish(state);
        __syncthreads();
    }
}

template <class Real>
std::size_t bytes_of(const Problem& problem, bool in_shared) {
    return Arrays<Real>().place(shape_of(problem, in_shared), 0, nullptr);
}

// Enough for the products of a small problem; more only wait for each other.
unsigned threads_for(const Problem& problem) {
    const std::size_t pairs = problem.k1 * problem.k2;
    return pairs <= 256 ? 64 : pairs <= 1024 ? 128 : kMostThreads;
}

template <class Real>
void launch(const DeviceLimits& limits, const Task* tasks, unsigned count, const Orders& orders,
            const Problem& largest, bool in_shared, Interrupt& interrupt, cudaStream_t stream) {
    const char* const name =
        sizeof(Real) == 4 ? "kernel solve_blocks<float>" : "kernel solve_blocks<double>";
    const unsigned threads = threads_for(largest);
    const std::size_t arrays = bytes_of<Real>(largest, in_shared);
    const std::size_t shared = kSharedHeader + (in_shared ? arrays : 0);
    check_cuda(cudaFuncSetAttribute(solve_blocks<Real>,
                                    cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(shared)),
               name);
    int resident = 0;
    check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, solve_blocks<Real>,
                                                             static_cast<int>(threads), shared),
               name);
    const auto places = static_cast<unsigned>(std::max(resident, 1) * limits.multiprocessors);
    const unsigned blocks = std::min(count, places);
    DeviceArray<unsigned char> workspace;
    if (!in_shared)
        workspace = {arrays * blocks, "the arrays of a batch"};
    DeviceArray<unsigned> next(1, "a counter");
    PinnedArray<unsigned> reached(1, "a counter");
    check_cuda(cudaMemsetAsync(next.data(), 0, sizeof(unsigned), stream), "cudaMemsetAsync");

    BlockLaunch arguments{tasks,
                          count,
                          next.data(),
                          orders,
                          in_shared ? nullptr : workspace.data(),
                          arrays,
                          static_cast<long long>(kLaunchSeconds * 1e3 * limits.clock_khz)};
    void* pointers[] = {&arguments};
    do {
        check_cuda(cudaLaunchKernel(solve_blocks<Real>, dim3(blocks), dim3(threads), pointers,
                                    shared, stream),
                   name);
        check_cuda(cudaMemcpyAsync(reached.data(), next.data(), sizeof(unsigned),
                                   cudaMemcpyDeviceToHost, stream),
                   name);
        check_cuda(cudaStreamSynchronize(stream), name);
        if (interrupt.requested())
            throw Interrupted();
    } while (*reached.data() < count);
}

} // namespace

std::size_t shared_bytes_of(const Problem& problem, Precision precision) {
    return kSharedHeader + (precision == Precision::kSingle ? bytes_of<float>(problem, true)
                                                            : bytes_of<double>(problem, true));
}

std::size_t block_workspace_of(const Problem& problem, Precision precision) {
    return precision == Precision::kSingle ? bytes_of<float>(problem, false)
                                           : bytes_of<double>(problem, false);
}

void launch_blocks(const DeviceLimits& limits, const Task* tasks, unsigned count,
                   const Orders& orders, const Problem& largest, bool in_shared,
                   Interrupt& interrupt, cudaStream_t stream) {
    if (orders.options.precision == Precision::kSingle)
        launch<float>(limits, tasks, count, orders, largest, in_shared, interrupt, stream);
    else
        launch<double>(limits, tasks, count, orders, largest, in_shared, interrupt, stream);
}

} // namespace fourfold
