// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Problems whose arrays fit in the shared memory of a block.
#include "cuda/solve_blocks.cuh"

namespace fourfold {

namespace {

// See run_blocks().
template <class Real>
__global__ void __launch_bounds__(kMostThreads, 2)
    solve_shared(const __grid_constant__ BlockLaunch launch) {
    run_blocks<Real, BlockScope>(launch);
}

template <class Real>
void launch(const DeviceLimits& limits, const Task* tasks, unsigned count, const Orders& orders,
            const Problem& largest, Interrupt& interrupt, cudaStream_t stream) {
    launch_blocks_of<Real, BlockScope>(
        solve_shared<Real>, [](const BlockLaunch& blocks) { return blocks; },
        name_of<Real>("solve_shared"), limits, tasks, count, orders, largest, interrupt,
        stream);
}

} // namespace

std::size_t shared_bytes_of(const Problem& problem, Precision precision) {
    return kSharedHeader + (precision == Precision::kSingle
                                ? bytes_of<float>(problem, true).near
                                : bytes_of<double>(problem, true).near);
}

unsigned shared_threads_of(const Problem& problem) {
    return threads_for(problem);
}

void launch_shared(const DeviceLimits& limits, const Task* tasks, unsigned count,
                   const Orders& orders, const Problem& largest, Interrupt& interrupt,
                   cudaStream_t stream) {
    if (orders.options.precision == Precision::kSingle)
        launch<float>(limits, tasks, count, orders, largest, interrupt, stream);
    else
        launch<double>(limits, tasks, count, orders, largest, interrupt, stream);
}

} // namespace fourfold
