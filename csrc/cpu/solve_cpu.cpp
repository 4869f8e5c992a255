// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve_cpu.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "cpu/newton/newton_system_cpu.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "cpu/worker.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// From this many cells K1 K2 KY on, threads inside a problem do as well as problems side by side,
// and need the memory of one; likewise where a Newton system is large.
constexpr double kLargeProblem = 2e6;
constexpr double kLargeNewtonBytes = 2.5e8;

bool is_large(const Problem& p, const SolveOptions& options) {
    if (BinarySolver::solves(p, options))
        return false;
    Problem oriented = p; // the smaller source last, as it will be solved
    oriented.k1 = std::max(p.k1, p.k2);
    oriented.k2 = std::min(p.k1, p.k2);
    return cells(p) >= kLargeProblem ||
           NewtonSystemCpu::dense_bytes(oriented) >= kLargeNewtonBytes;
}

} // namespace

void solve_cpu(std::size_t count, const Problem* problems, const SolveOptions& options,
               Interrupt& interrupt, SolveReport* reports, const Factors* factors,
               const Dual* duals, const Start& start) {
    const int threads = effective_threads(options.num_threads);
    StopCheck stop(interrupt);

    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto small_ones =
        count == 1 ? order.end()
                   : std::stable_partition(order.begin(), order.end(), [&](std::size_t k) {
                         return is_large(problems[k], options);
                     });
    // largest first: the last problems to be handed out should be the quick ones
    std::stable_sort(small_ones, order.end(), [&](std::size_t a, std::size_t b) {
        return cells(problems[a]) > cells(problems[b]);
    });
    const auto large = static_cast<std::size_t>(small_ones - order.begin());

    const auto solve = [&](Worker& worker, std::size_t index) {
        reports[index] =
            worker.solve(problems[index], factors == nullptr ? Factors{} : factors[index],
                         duals == nullptr ? Dual{} : duals[index], start);
    };
    if (large > 0) {
        Worker worker(options, threads, stop);
        for (std::size_t k = 0; k < large; ++k)
            solve(worker, order[k]);
    }
    if (large == count)
        return;

    std::vector<std::unique_ptr<Worker>> workers(static_cast<std::size_t>(threads));
    const auto solve_small = [&](std::size_t k) {
        if (stop.requested())
            return;
        auto& worker = workers[static_cast<std::size_t>(thread_index())];
        if (!worker)
            worker = std::make_unique<Worker>(options, 1, stop);
        solve(*worker, order[large + k]);
    };
    parallel_for(count - large, threads, solve_small, Order::kAscending);
    if (stop.requested())
        throw Interrupted();
}

} // namespace fourfold
