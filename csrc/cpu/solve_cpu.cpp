// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve_cpu.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <numeric>
#include <vector>

#include "core/information.hpp"
#include "core/ipfp.hpp"
#include "core/reference.hpp"
#include "core/support.hpp"
#include "cpu/backend_cpu.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// From this many cells K1 K2 KY on, threads inside a problem do as well as problems side by
// side, and need the memory of one.
constexpr double kLargeProblem = 2e6;

double cells(const Problem& p) {
    return static_cast<double>(p.k1) * static_cast<double>(p.k2) * static_cast<double>(p.ky);
}

// An Interrupt for code that knows nothing of threads, on top of one shared by several.
class SharedInterrupt : public Interrupt {
public:
    explicit SharedInterrupt(StopCheck& stop) : stop_(stop) {}
    bool requested() override { return stop_.requested(); }

private:
    StopCheck& stop_;
};

// One thread's solver: its buffers serve every problem it is given.
class Worker {
public:
    Worker(Method method, const SolveOptions& options, int threads, StopCheck& stop)
        : method_(method), options_(options), stop_(stop), backend_(threads, stop) {}

    SolveReport solve(const Problem& full, const Factors& factors) {
        support_.assign(full);
        const Problem& problem = support_.problem();
        const Factors reduced = buffers_for(problem, factors);
        const double mi1 = mutual_information(full.p1y, full.k1, full.ky);
        const double mi2 = mutual_information(full.p2y, full.k2, full.ky);
        const double prior_lower = std::max(mi1, mi2); // v* is I_q(X1,X2;Y) of some q
        SolveReport report;
        if (method_ == Method::kReference) {
            SharedInterrupt interrupt(stop_);
            report = solve_reference(problem, options_, prior_lower, reduced, interrupt);
        } else {
            backend_.load(problem);
            report = ipfp(backend_, options_, prior_lower);
            if (reduced.log_r != nullptr)
                backend_.factors(reduced);
        }
        report.mi1 = mi1;
        report.mi2 = mi2;
        if (factors.log_r != nullptr)
            support_.expand(reduced, factors);
        return report;
    }

private:
    Factors buffers_for(const Problem& problem, const Factors& wanted) {
        if (wanted.log_r == nullptr)
            return {};
        return {log_r_.reserve(problem.k1 * problem.k2), a_.reserve(problem.k1 * problem.ky),
                b_.reserve(problem.k2 * problem.ky)};
    }

    Method method_;
    SolveOptions options_;
    StopCheck& stop_;
    Support support_;
    BackendCpu backend_;
    AlignedArray log_r_, a_, b_;
};

// The first exception of any thread, to be thrown again by the one that started them.
class FirstError {
public:
    void keep_current() {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!error_)
            error_ = std::current_exception();
    }
    void rethrow() const {
        if (error_)
            std::rethrow_exception(error_);
    }

private:
    std::mutex mutex_;
    std::exception_ptr error_;
};

} // namespace

void solve_cpu(std::size_t count, const Problem* problems, Method method,
               const SolveOptions& options, Interrupt& interrupt, SolveReport* reports,
               const Factors* factors) {
    const int threads = effective_threads(options.num_threads);
    StopCheck stop(interrupt);

    // largest first: the last problems to be handed out should be the quick ones
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return cells(problems[a]) > cells(problems[b]);
    });
    std::size_t large = 0;
    while (large < count && (cells(problems[order[large]]) >= kLargeProblem || count == 1))
        ++large;

    const auto solve = [&](Worker& worker, std::size_t index) {
        reports[index] =
            worker.solve(problems[index], factors == nullptr ? Factors{} : factors[index]);
    };
    if (large > 0) {
        Worker worker(method, options, threads, stop);
        for (std::size_t k = 0; k < large; ++k)
            solve(worker, order[k]);
    }
    if (large == count)
        return;

    std::vector<std::unique_ptr<Worker>> workers(static_cast<std::size_t>(threads));
    FirstError error;
    parallel_for(count - large, threads, [&](std::size_t k) {
        if (stop.requested())
            return;
        try {
            auto& worker = workers[static_cast<std::size_t>(thread_index())];
            if (!worker)
                worker = std::make_unique<Worker>(method, options, 1, stop);
            solve(*worker, order[large + k]);
        } catch (...) {
            error.keep_current();
        }
    });
    error.rethrow();
    if (stop.requested())
        throw Interrupted();
}

} // namespace fourfold
