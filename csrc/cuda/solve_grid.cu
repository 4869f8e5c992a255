// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// One large problem at a time, by all blocks of a cooperative launch. The algorithm runs on the
// device here as well: nothing of a step comes back to the host, which only starts the next stretch of
// them.
#include <algorithm>
#include <chrono>

#include "cuda/cuda_error.hpp"
#include "cuda/device_memory.hpp"
#include "cuda/launch.hpp"
#include "cuda/worker.cuh"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// About how long a launch lasts, so that the host can look for an interrupt in between.
constexpr double kLaunchSeconds = 0.25;
// The first launch takes this many multiply-adds, less than a second of any device.
constexpr double kFirstWork = 1e10;
constexpr long kMostSteps = 4096;
constexpr unsigned kMostBlocksEach = 2; // of a multiprocessor: more only make a barrier longer

struct GridLaunch {
    Task task;
    Orders orders;
    Chunks chunks;
    SolveState* state; // (1)
    unsigned char* workspace;
    double* of_blocks; // for the sums of GridScope
    std::size_t partial_entries;
    long steps;
    bool resume;
};

constexpr std::size_t kSharedBytes = kSharedHeader + sizeof(Stage<double>);

// A cooperative launch of blocks of kMostThreads.
template <class Real>
__global__ void __launch_bounds__(kMostThreads, kMostBlocksEach)
    solve_grid(const __grid_constant__ GridLaunch launch) {
    GridScope scope(reinterpret_cast<double*>(dynamic_shared_memory()), launch.of_blocks);
    Arrays<Real> arrays;
    arrays.place(shape_of(launch.task.problem, false), launch.partial_entries,
                 launch.workspace);
    WorkerCuda<Real, GridScope> worker(scope, launch.task, launch.orders, launch.chunks, arrays,
                                       false);
    SolveState state = launch.resume ? *launch.state : worker.begin();
    if (launch.resume)
        worker.resume(state);
    worker.run(state, launch.steps);
    if (state.finished)
        worker.finish(state);
    scope.sync(); // all threads have read the state that is replaced
    if (scope.rank() == 0)
        *launch.state = state;
}

template <class Real>
void launch(const DeviceLimits& limits, const Task& task, const Orders& orders,
            Interrupt& interrupt, cudaStream_t stream) {
    const char* const name =
        sizeof(Real) == 4 ? "kernel solve_grid<float>" : "kernel solve_grid<double>";
    int resident = 0;
    check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                   &resident, solve_grid<Real>, static_cast<int>(kMostThreads), kSharedBytes),
               name);
    const unsigned blocks = static_cast<unsigned>(limits.multiprocessors) *
                            std::clamp(static_cast<unsigned>(resident), 1u, kMostBlocksEach);
    const Shape shape = shape_of(task.problem, false);
    const Chunks chunks = chunks_for(shape, blocks);
    const std::size_t partial = Arrays<Real>::partial_size(shape, chunks);
    const DeviceArray<unsigned char> workspace(Arrays<Real>().place(shape, partial, nullptr),
                                               "the arrays of a large problem");
    const DeviceArray<double> of_blocks(GridScope::grid_sum_slots(blocks), "sums");
    const DeviceArray<SolveState> state(1, "the state of a solve");
    const PinnedArray<SolveState> reached(1, "the state of a solve");

    const double cells = static_cast<double>(task.problem.k1) *
                         static_cast<double>(task.problem.k2) *
                         static_cast<double>(task.problem.ky);
    const long first_steps = std::clamp(static_cast<long>(kFirstWork / (4.0 * cells)), 1L, 16L);
    GridLaunch arguments{task,         orders,           chunks,
                         state.data(), workspace.data(), of_blocks.data(),
                         partial,      first_steps,      false};
    void* pointers[] = {&arguments};
    for (;;) {
        const auto began = std::chrono::steady_clock::now();
        check_cuda(cudaLaunchCooperativeKernel(solve_grid<Real>, dim3(blocks),
                                               dim3(kMostThreads), pointers, kSharedBytes,
                                               stream),
                   name);
        check_cuda(cudaMemcpyAsync(reached.data(), state.data(), sizeof(SolveState),
                                   cudaMemcpyDeviceToHost, stream),
                   name);
        check_cuda(cudaStreamSynchronize(stream), name);
        if (reached.data()->finished)
            return;
        if (interrupt.requested())
            throw Interrupted();
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        const double ratio = std::clamp(kLaunchSeconds / seconds, 0.25, 4.0);
        arguments.steps = std::clamp(
            static_cast<long>(static_cast<double>(arguments.steps) * ratio), 1L, kMostSteps);
        arguments.resume = true;
    }
}

} // namespace

void launch_grid(const DeviceLimits& limits, const Task& task, const Orders& orders,
                 Interrupt& interrupt, cudaStream_t stream) {
    if (orders.options.precision == Precision::kSingle)
        launch<float>(limits, task, orders, interrupt, stream);
    else
        launch<double>(limits, task, orders, interrupt, stream);
}

} // namespace fourfold
