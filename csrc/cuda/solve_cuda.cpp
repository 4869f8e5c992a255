// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/solve_cuda.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/least_mass.hpp"
#include "cuda/cuda_error.hpp"
#include "cuda/device.hpp"
#include "cuda/device_memory.hpp"
#include "cuda/transfer.hpp"

namespace fourfold {

namespace {

// A block that works on a problem of more cells K1 K2 KY than this by itself takes minutes.
constexpr double kMostCellsForBlock = 4e6;

// A step of the grid waits at barriers for as long as a block takes for so many cells, and longer: an
// estimate, of data sheets. See docs/decisions/cuda.md.
constexpr double kCellsOfBarriers = 2.5e4;

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

bool same_shape(const Problem& one, const Problem& other) {
    return one.k1 == other.k1 && one.k2 == other.k2 && one.ky == other.ky;
}

// What decides how problems of one shape are solved.
struct ShapeUse {
    bool fits_shared = false, fits_block = false;
    double cells = 0.0;
    unsigned threads = 0; // of a block in shared memory
    int size = 0;         // binary order of its memory

    ShapeUse(const Problem& problem, Precision precision, const DeviceLimits& limits)
        : cells(fourfold::cells(problem)), threads(shared_threads_of(problem)) {
        const std::size_t bytes = shared_bytes_of(problem, precision);
        fits_shared = bytes <= limits.shared_bytes;
        fits_block = cells <= kMostCellsForBlock;
        for (std::size_t rest = bytes; rest > 1024; rest /= 2)
            ++size;
    }
};

// Whether blocks are done sooner with problems for global memory than the grid, which takes them one after
// the other: all are done when the multiprocessors have shared them out, or the largest alone.
class Middling {
public:
    void add(const ShapeUse& use, std::size_t count) {
        if (use.fits_shared || !use.fits_block || count == 0)
            return;
        cells_ += use.cells * static_cast<double>(count);
        largest_ = std::max(largest_, use.cells);
        count_ += count;
    }
    bool pay_as_blocks(const DeviceLimits& limits) const {
        const double shared_out = cells_ / limits.multiprocessors;
        return std::max(largest_, shared_out) <
               shared_out + kCellsOfBarriers * static_cast<double>(count_);
    }

private:
    double cells_ = 0.0, largest_ = 0.0;
    std::size_t count_ = 0;
};

Regime regime_of(const ShapeUse& use, bool blocks_pay) {
    if (use.fits_shared)
        return Regime::kShared;
    return use.fits_block && blocks_pay ? Regime::kBlock : Regime::kGrid;
}

// Tasks that one launch solves: of one regime, with as many threads in a block, and of nearly the same
// size, as all blocks get the shared memory of the largest.
struct Group {
    Regime regime;
    std::vector<Task> tasks;
};

// The tasks in groups, and their regimes, by the place of each in `tasks`.
std::vector<Group> grouped(std::vector<Task> tasks, Precision precision,
                           const DeviceLimits& limits, std::vector<Regime>& regimes) {
    Middling middling;
    const bool alike = std::all_of(tasks.begin(), tasks.end(), [&](const Task& task) {
        return same_shape(task.problem, tasks.front().problem);
    });
    if (alike && !tasks.empty()) { // a stack: nothing to sort
        const ShapeUse use(tasks.front().problem, precision, limits);
        middling.add(use, tasks.size());
        const Regime regime = regime_of(use, middling.pay_as_blocks(limits));
        regimes.assign(tasks.size(), regime);
        std::vector<Group> one(1);
        one[0] = {regime, std::move(tasks)};
        return one;
    }
    std::vector<ShapeUse> uses;
    uses.reserve(tasks.size());
    for (const Task& task : tasks) {
        uses.emplace_back(task.problem, precision, limits);
        middling.add(uses.back(), 1);
    }
    const bool blocks_pay = middling.pay_as_blocks(limits);
    regimes.resize(tasks.size());
    std::map<std::tuple<Regime, int, unsigned>, std::vector<Task>> by_use;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
        regimes[k] = regime_of(uses[k], blocks_pay);
        by_use[{regimes[k], uses[k].size, uses[k].threads}].push_back(tasks[k]);
    }
    std::vector<Group> groups;
    for (auto& [use, members] : by_use) {
        // largest first: the last problems to be handed out should be the quick ones
        std::stable_sort(members.begin(), members.end(), [](const Task& a, const Task& b) {
            return cells(a.problem) > cells(b.problem);
        });
        groups.push_back({std::get<Regime>(use), std::move(members)});
    }
    return groups;
}

// The task that needs the most memory of all.
const Task& largest_of(const Group& group, Precision precision) {
    const auto bytes = [&](const Task& task) {
        return group.regime == Regime::kShared ? shared_bytes_of(task.problem, precision)
                                               : block_workspace_of(task.problem, precision);
    };
    const Task* largest = &group.tasks.front();
    for (const Task& task : group.tasks)
        if (!same_shape(task.problem, largest->problem) && bytes(task) > bytes(*largest))
            largest = &task;
    return *largest;
}

void run(const Group& group, const DeviceLimits& limits, const Orders& orders,
         Interrupt& interrupt, cudaStream_t stream) {
    const std::vector<Task>& tasks = group.tasks;
    if (group.regime == Regime::kGrid) {
        for (const Task& task : tasks)
            launch_grid(limits, task, orders, interrupt, stream);
        return;
    }
    const DeviceArray<Task> on_device(tasks.size(), "the list of problems", stream);
    Transfer transfer(stream, tasks.size() * sizeof(Task));
    transfer.to_device(tasks.data(), tasks.size(), on_device.data());
    transfer.flush();
    const auto launch = group.regime == Regime::kShared ? launch_shared : launch_blocks;
    launch(limits, on_device.data(), static_cast<unsigned>(tasks.size()), orders,
           largest_of(group, orders.options.precision).problem, interrupt, stream);
}

} // namespace

std::vector<Regime> solve_cuda(const std::vector<Problem>& problems,
                               const SolveOptions& options, const ReportArrays& out,
                               const Factors& factors, const Start& start, Interrupt& interrupt,
                               cudaStream_t stream) {
    if (problems.empty())
        return {};
    int device = 0;
    check_cuda(cudaGetDevice(&device), "cudaGetDevice");
    const DeviceLimits limits = limits_of(device);

    std::vector<Task> tasks;
    tasks.reserve(problems.size());
    for (std::size_t k = 0; k < problems.size(); ++k)
        tasks.push_back(task_for(problems[k], k == 0 ? factors : Factors{}, k));

    const bool single = options.precision == Precision::kSingle;
    const DeviceArray<unsigned> to_start_over(single ? tasks.size() + 1 : 0,
                                              "the list of problems", stream);
    Orders orders;
    orders.options = options;
    orders.options.tol *= 1.0 - 10.0 * kToleranceForSlack;
    orders.tol = options.tol;
    orders.start = start;
    orders.out = out;
    if (single) {
        check_cuda(cudaMemsetAsync(to_start_over.data(), 0, sizeof(unsigned), stream),
                   "cudaMemsetAsync");
        orders.to_start_over_count = to_start_over.data();
        orders.to_start_over = to_start_over.data() + 1;
    }

    std::vector<Regime> regimes;
    const auto solve = [&](std::vector<Task> some) {
        for (const Group& group :
             grouped(std::move(some), orders.options.precision, limits, regimes))
            run(group, limits, orders, interrupt, stream);
    };
    if (!single) {
        solve(std::move(tasks));
        return regimes;
    }
    solve(tasks);
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
    std::vector<Regime> of_all = std::move(regimes);
    solve(left);
    for (std::size_t k = 0; k < left.size(); ++k)
        of_all[left[k].index] = regimes[k];
    return of_all;
}

} // namespace fourfold
