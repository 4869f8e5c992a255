// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Problems whose arrays are in global memory: many at once, each by one block, or one at a time by all
// blocks of a cooperative launch. The algorithm runs on the device there as well: nothing of a step
// comes back to the host, which only starts the next stretch of them.
#include <algorithm>
#include <chrono>

#include "cuda/solve_blocks.cuh"

namespace fourfold {

namespace {

// The first launch takes this many multiply-adds, less than a second of any device.
constexpr double kFirstWork = 1e10;
constexpr long kMostSteps = 4096;
constexpr unsigned kMostBlocksEach = 2; // of a multiprocessor: more only make a barrier longer

struct GridLaunch {
    Task task;
    Orders orders;
    Chunks chunks;
    SolveState* state;   // (1)
    unsigned char* near; // where the near arrays and the far ones are
    unsigned char* far;
    double* of_blocks; // for the sums of TiledScope
    long steps;
    bool resume;
};

constexpr std::size_t kSharedBytes = kSharedHeader + sizeof(Stage<double>);

// The work of all threads of a cooperative launch.
template <class Real>
__device__ void run_grid(const GridLaunch& launch) {
    TiledScope scope(reinterpret_cast<double*>(dynamic_shared_memory()), launch.of_blocks);
    Arrays<Real> arrays;
    arrays.place(shape_of(launch.task.problem, false), launch.chunks, false, launch.near,
                 launch.far);
    WorkerCuda<Real, TiledScope> worker(scope, launch.task, launch.orders, launch.chunks,
                                        arrays, false);
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

// One kernel for both, as the stages would be compiled once more for another.
struct TiledLaunch {
    bool whole_grid;
    BlockLaunch blocks; // where it is not
    GridLaunch grid;    // where it is; the launch is then a cooperative one
};

// Blocks of kMostThreads.
template <class Real>
__global__ void __launch_bounds__(kMostThreads, kMostBlocksEach)
    solve_tiled(const __grid_constant__ TiledLaunch launch) {
    if (launch.whole_grid)
        run_grid<Real>(launch.grid);
    else
        run_blocks<Real, TiledScope>(launch.blocks);
}

template <class Real>
void launch_blocks_tiled(const DeviceLimits& limits, const Task* tasks, unsigned count,
                         const Orders& orders, const Problem& largest, Interrupt& interrupt,
                         cudaStream_t stream) {
    const auto wrap = [](const BlockLaunch& blocks) {
        TiledLaunch launch{};
        launch.blocks = blocks;
        return launch;
    };
    launch_blocks_of<Real, TiledScope>(solve_tiled<Real>, wrap, name_of<Real>("solve_tiled"),
                                       limits, tasks, count, orders, largest, interrupt,
                                       stream);
}

template <class Real>
void launch_grid_tiled(const DeviceLimits& limits, const Task& task, const Orders& orders,
                       Interrupt& interrupt, cudaStream_t stream) {
    const std::string called = name_of<Real>("solve_tiled");
    const char* const name = called.c_str();
    int resident = 0;
    check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                   &resident, solve_tiled<Real>, static_cast<int>(kMostThreads), kSharedBytes),
               name);
    const unsigned blocks = static_cast<unsigned>(limits.multiprocessors) *
                            std::clamp(static_cast<unsigned>(resident), 1u, kMostBlocksEach);
    const Shape shape = shape_of(task.problem, false);
    const Chunks chunks = chunks_for(shape, blocks);
    const ArrayBytes bytes = Arrays<Real>().place(shape, chunks, false, nullptr, nullptr);
    const DeviceArray<unsigned char> workspace(bytes.near + bytes.far,
                                               "the arrays of a large problem", stream);
    const DeviceArray<double> of_blocks(TiledScope::grid_sum_slots(blocks), "sums", stream);
    const DeviceArray<SolveState> state(1, "the state of a solve", stream);
    const PinnedArray<SolveState> reached(1);

    const long first_steps =
        std::clamp(static_cast<long>(kFirstWork / (4.0 * cells(task.problem))), 1L, 16L);
    TiledLaunch arguments{};
    arguments.whole_grid = true;
    GridLaunch& grid = arguments.grid;
    grid = {task,
            orders,
            chunks,
            state.data(),
            workspace.data(),
            workspace.data() + bytes.near,
            of_blocks.data(),
            first_steps,
            false};
    void* pointers[] = {&arguments};
    for (;;) {
        const auto began = std::chrono::steady_clock::now();
        const cudaError_t launched =
            cudaLaunchCooperativeKernel(solve_tiled<Real>, dim3(blocks), dim3(kMostThreads),
                                        pointers, kSharedBytes, stream);
        // a limit on the share of the device (MPS), or a tool that adds to the kernel: what occupancy
        // says does not hold
        if (launched == cudaErrorCooperativeLaunchTooLarge && limits.multiprocessors > 1) {
            cudaGetLastError();
            DeviceLimits fewer = limits;
            fewer.multiprocessors /= 2;
            return launch_grid_tiled<Real>(fewer, task, orders, interrupt, stream);
        }
        check_cuda(launched, name);
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
        grid.steps = std::clamp(static_cast<long>(static_cast<double>(grid.steps) * ratio), 1L,
                                kMostSteps);
        grid.resume = true;
    }
}

} // namespace

std::size_t block_workspace_of(const Problem& problem, Precision precision) {
    const ArrayBytes bytes = precision == Precision::kSingle ? bytes_of<float>(problem, false)
                                                             : bytes_of<double>(problem, false);
    return bytes.near + bytes.far;
}

void launch_blocks(const DeviceLimits& limits, const Task* tasks, unsigned count,
                   const Orders& orders, const Problem& largest, Interrupt& interrupt,
                   cudaStream_t stream) {
    const auto launch = orders.options.precision == Precision::kSingle
                            ? launch_blocks_tiled<float>
                            : launch_blocks_tiled<double>;
    launch(limits, tasks, count, orders, largest, interrupt, stream);
}

void launch_grid(const DeviceLimits& limits, const Task& task, const Orders& orders,
                 Interrupt& interrupt, cudaStream_t stream) {
    const auto launch = orders.options.precision == Precision::kSingle
                            ? launch_grid_tiled<float>
                            : launch_grid_tiled<double>;
    launch(limits, task, orders, interrupt, stream);
}

} // namespace fourfold
