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
        : method_(method), tol_(options.tol), options_(options), threads_(threads), stop_(stop),
          backend_(threads, stop) {
        options_.tol *= 1.0 - 10.0 * kToleranceForSlack;
    }

    // Throws Interrupted.
    SolveReport solve(const Problem& full, const Factors& factors) {
        support_.assign(full, tol_);
        const Problem& problem = support_.problem();
        const Factors reduced = buffers_for(problem, factors);
        SolveReport report;
        report.mi1 = mutual_information(full.p1y, full.k1, full.ky);
        report.mi2 = mutual_information(full.p2y, full.k2, full.ky);
        const double prior_lower = std::max(report.mi1, report.mi2); // v* is I_q of some q
        report.lower = prior_lower;
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
        report.lower = std::max(report.lower - support_.slack(), prior_lower);
        report.upper += support_.slack();
        if (factors.log_r != nullptr && !support_.is_identity())
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
        if (wanted.log_r == nullptr || support_.is_identity())
            return wanted;
        return {log_r_.reserve(problem.k1 * problem.k2), a_.reserve(problem.k1 * problem.ky),
                b_.reserve(problem.k2 * problem.ky)};
    }

    Method method_;
    double tol_;
    SolveOptions options_; // of which tol leaves room for the slack of the support
    int threads_;
    StopCheck& stop_;
    Support support_;
    BackendCpu backend_;
    std::unique_ptr<NewtonSystemCpu> newton_; // only made when needed
    AlignedArray log_r_, a_, b_;
};

} // namespace fourfold
