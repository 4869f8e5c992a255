// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/solve_cuda.hpp"

#include <algorithm>
#include <map>

#include "core/least_mass.hpp"
#include "cuda/cuda_error.hpp"
#include "cuda/device.hpp"
#include "cuda/device_memory.hpp"
#include "cuda/transfer.hpp"

namespace fourfold {

namespace {

// A block that works on a problem of more cells K1 K2 KY than this by itself takes minutes.
constexpr double kMostCellsForBlock = 4e6;

// The source with more states first, as on the CPU.
Task task_for(const Problem& given, const Factors& factors, std::size_t index) {
    Task task;
    task.swapped = given.k2 > given.k1;
    task.problem =
        task.swapped ? Problem{given.k2, given.k1, given.ky, given.p2y, given.p1y} : given;
    task.factors = factors;
    task.index = static_cast<unsigned>(index);
    return task;
}

// Blocks do as well as the grid where there is a problem for each multiprocessor, and no block
// works long after all others are done.
std::vector<Regime> regimes_for(const std::vector<Task>& tasks, Precision precision,
                                const DeviceLimits& limits) {
    std::vector<Regime> regimes(tasks.size());
    std::size_t middling = 0;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
        const Problem& problem = tasks[k].problem;
        const bool shared = shared_bytes_of(problem, precision) <= limits.shared_bytes;
        const bool block = cells(problem) <= kMostCellsForBlock;
        regimes[k] = shared ? Regime::kShared : block ? Regime::kBlock : Regime::kGrid;
        middling += regimes[k] == Regime::kBlock ? 1 : 0;
    }
    if (middling < static_cast<std::size_t>(limits.multiprocessors))
        std::replace(regimes.begin(), regimes.end(), Regime::kBlock, Regime::kGrid);
    return regimes;
}

// Tasks that one launch solves: of one regime, and of nearly the same size, as all blocks get the
// shared memory of the largest.
using Groups = std::map<std::pair<Regime, int>, std::vector<Task>>;

Groups grouped(const std::vector<Task>& tasks, const std::vector<Regime>& regimes,
               Precision precision) {
    Groups groups;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
        int size = 0;
        for (std::size_t bytes = shared_bytes_of(tasks[k].problem, precision); bytes > 1024;
             bytes /= 2)
            ++size;
        groups[{regimes[k], size}].push_back(tasks[k]);
    }
    return groups;
}

void run(Regime regime, std::vector<Task>& tasks, const DeviceLimits& limits,
         const Orders& orders, Interrupt& interrupt, cudaStream_t stream) {
    if (regime == Regime::kGrid) {
        for (const Task& task : tasks)
            launch_grid(limits, task, orders, interrupt, stream);
        return;
    }
    // largest first: the last problems to be handed out should be the quick ones
    std::stable_sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
        return cells(a.problem) > cells(b.problem);
    });
    const auto bytes = [&](const Task& task) {
        return regime == Regime::kShared
                   ? shared_bytes_of(task.problem, orders.options.precision)
                   : block_workspace_of(task.problem, orders.options.precision);
    };
    const Task& largest =
        *std::max_element(tasks.begin(), tasks.end(),
                          [&](const Task& a, const Task& b) { return bytes(a) < bytes(b); });
    const DeviceArray<Task> on_device(tasks.size(), "the list of problems");
    Transfer transfer(stream, tasks.size() * sizeof(Task));
    transfer.to_device(tasks.data(), tasks.size(), on_device.data());
    transfer.flush();
    const auto launch = regime == Regime::kShared ? launch_shared : launch_blocks;
    launch(limits, on_device.data(), static_cast<unsigned>(tasks.size()), orders,
           largest.problem, interrupt, stream);
}

} // namespace

std::vector<Regime> solve_cuda(const std::vector<Problem>& problems,
                               const SolveOptions& options, const ReportArrays& out,
                               const Factors* factors, const Start& start, Interrupt& interrupt,
                               cudaStream_t stream) {
    if (problems.empty())
        return {};
    int device = 0;
    check_cuda(cudaGetDevice(&device), "cudaGetDevice");
    const DeviceLimits limits = limits_of(device);

    std::vector<Task> tasks(problems.size());
    for (std::size_t k = 0; k < tasks.size(); ++k)
        tasks[k] = task_for(problems[k], factors == nullptr ? Factors{} : factors[k], k);

    const DeviceArray<unsigned> to_start_over(tasks.size() + 1, "the list of problems");
    check_cuda(cudaMemsetAsync(to_start_over.data(), 0, sizeof(unsigned), stream),
               "cudaMemsetAsync");
    Orders orders;
    orders.options = options;
    orders.options.tol *= 1.0 - 10.0 * kToleranceForSlack;
    orders.tol = options.tol;
    orders.start = start;
    orders.out = out;
    orders.to_start_over_count = to_start_over.data();
    orders.to_start_over = to_start_over.data() + 1;

    std::vector<Regime> regimes = regimes_for(tasks, options.precision, limits);
    for (auto& [group, members] : grouped(tasks, regimes, options.precision))
        run(group.first, members, limits, orders, interrupt, stream);
    if (options.precision == Precision::kDouble)
        return regimes;

    // what single precision leaves undone starts over in double
    std::vector<unsigned> found(tasks.size() + 1);
    Transfer(stream, found.size() * sizeof(unsigned))
        .to_host(to_start_over.data(), found.size(), found.data());
    std::vector<Task> left(found[0]);
    std::sort(found.begin() + 1, found.begin() + 1 + found[0]);
    for (std::size_t k = 0; k < left.size(); ++k)
        left[k] = tasks[found[k + 1]];
    orders.options.precision = Precision::kDouble;
    orders.start_over = true;
    const std::vector<Regime> of_left = regimes_for(left, Precision::kDouble, limits);
    for (std::size_t k = 0; k < left.size(); ++k)
        regimes[left[k].index] = of_left[k];
    for (auto& [group, members] : grouped(left, of_left, Precision::kDouble))
        run(group.first, members, limits, orders, interrupt, stream);
    return regimes;
}

} // namespace fourfold
