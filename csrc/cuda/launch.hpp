// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "fourfold/bits.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// One array for each field of the reports, in device memory, information in bits.
struct ReportArrays {
    double *lower = nullptr, *upper = nullptr, *mi1 = nullptr, *mi2 = nullptr;
    long *iterations = nullptr, *sweeps = nullptr;
};

// A problem whose tables are in device memory, the source with more states first.
struct Task {
    Problem problem;
    Factors factors;      // in device memory or null, of the problem as it was given
    unsigned index = 0;   // where to report
    bool swapped = false; // whether the sources were exchanged for this
};

// What is the same for all problems of a call.
struct Orders {
    SolveOptions options; // of which tol leaves room for the slack of cells left out
    double tol = 0.0;     // nats, as it was asked for
    Start start;          // in device memory or null, of the problems as they were given
    ReportArrays out;
    unsigned* to_start_over = nullptr; // problems that kSingle leaves undone
    unsigned* to_start_over_count = nullptr;
    bool start_over = false; // these are they, now in double precision
};

// What a launch needs to know of the device.
struct DeviceLimits {
    std::size_t shared_bytes = 0; // of a block, when asked for
    int multiprocessors = 0;
    int clock_khz = 0;
};

// Bytes of shared memory for a block that solves this problem in it.
std::size_t shared_bytes_of(const Problem& problem, Precision precision);
// Threads of such a block: the order of its sums, and so the last bits of what it finds, hangs on them.
unsigned shared_threads_of(const Problem& problem);
// Bytes of global memory for a block that solves this problem.
std::size_t block_workspace_of(const Problem& problem, Precision precision);

// Solve tasks (count), in device memory, each by one block, whose arrays are in shared or in global
// memory; return when all are done. `largest` needs the most memory of all problems.
void launch_shared(const DeviceLimits& limits, const Task* tasks, unsigned count,
                   const Orders& orders, const Problem& largest, Interrupt& interrupt,
                   cudaStream_t stream);
void launch_blocks(const DeviceLimits& limits, const Task* tasks, unsigned count,
                   const Orders& orders, const Problem& largest, Interrupt& interrupt,
                   cudaStream_t stream);

// Solves one task by all blocks of a grid; returns when it is done.
void launch_grid(const DeviceLimits& limits, const Task& task, const Orders& orders,
                 Interrupt& interrupt, cudaStream_t stream);

} // namespace fourfold
