// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>

#include "core/extended_system.hpp"
#include "core/information.hpp"
#include "core/interior_point.hpp"
#include "core/ipfp.hpp"
#include "core/reference.hpp"
#include "core/schedule.hpp"
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
        if (method_ == Method::kReference) {
            SharedInterrupt interrupt(stop_);
            solve_reference(problem, options_, reduced, interrupt, report);
        } else {
            backend_.load(problem);
            iterate(problem, report);
            if (reduced.log_r != nullptr)
                backend_.factors(reduced);
        }
        if (factors.log_r != nullptr)
            support_.expand(reduced, factors);
        return report;
    }

private:
    // Beyond this the Schur complement is not formed: 22000 unknowns, such as 1024 states by 20
    // classes on the smaller side. Conjugate gradients then take its place where second-order
    // steps are asked for; left to itself the solver stays with first-order ones.
    static constexpr double kMostDenseBytes = 4e9;
    // Second-order steps start from an iterate that has found its way.
    static constexpr long kFirstNewtonStep = 8;
    // Above this a factorisation in 32 digits takes seconds.
    static constexpr double kMostExtendedUnknowns = 800;

    // First-order steps; second-order ones where they are asked for or expected to be sooner
    // done. Should these stall, once more in 32 digits; then first-order ones for what is left.
    void iterate(const Problem& problem, SolveReport& report) {
        Schedule schedule(problem, NewtonSystemCpu::work(problem), options_);
        const bool dense = NewtonSystemCpu::dense_bytes(problem) <= kMostDenseBytes;
        ipfp(backend_, options_, report, [&](const SolveReport& now) {
            if (method_ == Method::kNewton || method_ == Method::kNewtonIterative)
                return now.iterations >= kFirstNewtonStep;
            return method_ == Method::kAuto && dense && schedule.newton_is_faster(now);
        });
        if (report.upper - report.lower <= options_.tol ||
            report.iterations >= options_.max_iter)
            return;
        if (!newton_)
            newton_ = std::make_unique<NewtonSystemCpu>(
                threads_, stop_, method_ == Method::kNewtonIterative ? 0.0 : kMostDenseBytes);
        if (InteriorPoint(backend_, *newton_).solve(problem, options_, report))
            return;
        if (ExtendedSystem::unknowns(problem) <= kMostExtendedUnknowns) {
            SharedInterrupt interrupt(stop_);
            ExtendedSystem extended(interrupt);
            if (InteriorPoint(backend_, extended).solve(problem, options_, report))
                return;
        }
        ipfp(backend_, options_, report, [](const SolveReport&) { return false; });
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
