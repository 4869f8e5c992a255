// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>

#include "core/information.hpp"
#include "core/reference.hpp"
#include "core/solve.hpp"
#include "core/support.hpp"
#include "cpu/aligned.hpp"
#include "cpu/backend_cpu.hpp"
#include "cpu/newton_system_cpu.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// Solves one problem after another with buffers that are kept between them. One worker belongs
// to one thread; `threads` are those it may use inside a problem.
class Worker {
public:
    Worker(Method method, const SolveOptions& options, int threads, StopCheck& stop)
        : method_(method), options_(options), threads_(threads), stop_(stop),
          backend_(threads, stop) {}

    // Throws Interrupted.
    SolveReport solve(const Problem& full, const Factors& factors) {
        support_.assign(full);
        const Problem& problem = support_.problem();
        const Factors reduced = buffers_for(problem, factors);
        SolveReport report;
        report.mi1 = mutual_information(full.p1y, full.k1, full.ky);
        report.mi2 = mutual_information(full.p2y, full.k2, full.ky);
        report.lower = std::max(report.mi1, report.mi2); // v* is I_q(X1,X2;Y) of some q
        SharedInterrupt interrupt(stop_);
        if (method_ == Method::kReference) {
            solve_reference(problem, options_, reduced, interrupt, report);
        } else {
            backend_.load(problem);
            fourfold::solve(
                backend_, [this]() -> NewtonSystemCpu& { return newton_system(); }, problem,
                method_, options_, interrupt, report);
            if (reduced.log_r != nullptr)
                backend_.factors(reduced);
        }
        if (factors.log_r != nullptr)
            support_.expand(reduced, factors);
        return report;
    }

private:
    NewtonSystemCpu& newton_system() {
        if (!newton_)
            newton_ = std::make_unique<NewtonSystemCpu>(
                threads_, stop_, method_ == Method::kNewtonIterative ? 0.0 : kMostDenseBytes);
        return *newton_;
    }

    Factors buffers_for(const Problem& problem, const Factors& wanted) {
        if (wanted.log_r == nullptr)
            return {};
        return {log_r_.reserve(problem.k1 * problem.k2), a_.reserve(problem.k1 * problem.ky),
                b_.reserve(problem.k2 * problem.ky)};
    }

    Method method_;
    SolveOptions options_;
    int threads_;
    StopCheck& stop_;
    Support support_;
    BackendCpu backend_;
    std::unique_ptr<NewtonSystemCpu> newton_; // only made when needed
    AlignedArray log_r_, a_, b_;
};

} // namespace fourfold
