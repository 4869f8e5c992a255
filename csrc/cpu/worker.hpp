// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>

#include "core/information.hpp"
#include "core/reference.hpp"
#include "core/solve.hpp"
#include "core/solve_single.hpp"
#include "core/support.hpp"
#include "core/warm_start.hpp"
#include "cpu/aligned.hpp"
#include "cpu/backend_cpu.hpp"
#include "cpu/newton/newton_system_cpu.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// Solves one problem after another with buffers that are kept between them. One worker belongs
// to one thread; `threads` are those it may use inside a problem.
class Worker {
public:
    Worker(const SolveOptions& options, int threads, StopCheck& stop)
        : tol_(options.tol), options_(options), threads_(threads), stop_(stop) {
        options_.tol *= 1.0 - 10.0 * kToleranceForSlack;
    }

    // Throws Interrupted.
    SolveReport solve(const Problem& full, const Factors& factors, const Start& start) {
        support_.assign(full, tol_);
        const Problem& problem = support_.problem();
        const bool direct = factors.log_r == nullptr || support_.is_identity();
        const Factors reduced = direct ? factors : buffers(problem);
        SolveReport report;
        double* const classes = classes_.reserve(full.ky);
        report.mi1 = mutual_information(full.p1y, full.k1, full.ky, classes);
        report.mi2 = mutual_information(full.p2y, full.k2, full.ky, classes);
        const double prior_lower = std::max(report.mi1, report.mi2); // v* is I_q of some q
        report.lower = prior_lower;
        SharedInterrupt interrupt(stop_);
        if (options_.method == Method::kReference) {
            solve_reference(problem, options_, reduced, interrupt, report);
        } else {
            solve_factored(problem, start, reduced, interrupt, report);
        }
        report.lower = std::max(report.lower - support_.slack(), prior_lower);
        report.upper += support_.slack();
        if (factors.log_r != nullptr && !support_.is_identity())
            support_.expand(reduced, factors);
        return report;
    }

private:
    // Loads a problem into a back end, at `start` where that is given and a good place to begin.
    template <class Backend>
    void load(Backend& backend, const Problem& problem, const Start& start,
              SolveReport& report) {
        backend.load(problem);
        if (start.r == nullptr)
            return;
        const Factors mended = buffers(problem);
        support_.restrict(start, mended);
        mend_start(problem, mended);
        backend.assign(mended);
        if (!start_is_good(backend, options_, report))
            backend.load(problem);
    }

    // The reduced problem by first-order and second-order steps, in either precision.
    void solve_factored(const Problem& problem, const Start& start, const Factors& out,
                        Interrupt& interrupt, SolveReport& report) {
        Remainder next = Remainder::kAll;
        if (options_.precision == Precision::kSingle &&
            (options_.method == Method::kAuto || options_.method == Method::kIpfp)) {
            BackendCpu<ThinProducts<float>>& single = made(single_);
            load(single, problem, start, report);
            next = solve_single<NewtonSystemCpu>(single, problem, options_, report);
            if (next == Remainder::kNothing) {
                if (out.log_r != nullptr)
                    single.factors(out);
                return;
            }
        }
        if (WideProducts::pay(problem))
            solve_in_double(made(wide_), next, problem, start, out, interrupt, report);
        else
            solve_in_double(made(thin_), next, problem, start, out, interrupt, report);
    }

    // What single precision left to do, in double precision.
    template <class Backend>
    void solve_in_double(Backend& backend, Remainder next, const Problem& problem,
                         const Start& start, const Factors& out, Interrupt& interrupt,
                         SolveReport& report) {
        if (next == Remainder::kAll) {
            load(backend, problem, start, report);
        } else {
            const Factors reached = out.log_r != nullptr ? out : buffers(problem);
            single_->factors(reached);
            backend.load(problem);
            backend.assign(reached);
        }
        fourfold::solve(
            backend, [this]() -> NewtonSystemCpu& { return made(newton_); }, problem, options_,
            interrupt, report, next == Remainder::kSecondOrder);
        if (out.log_r != nullptr)
            backend.factors(out);
    }

    // A part that is only made when it is first needed.
    template <class Part>
    Part& made(std::unique_ptr<Part>& part) {
        if (!part)
            part = std::make_unique<Part>(threads_, stop_);
        return *part;
    }

    Factors buffers(const Problem& problem) {
        return {log_r_.reserve(problem.k1 * problem.k2), a_.reserve(problem.k1 * problem.ky),
                b_.reserve(problem.k2 * problem.ky)};
    }

    double tol_;
    SolveOptions options_; // of which tol leaves room for the slack of the support
    int threads_;
    StopCheck& stop_;
    Support support_;
    std::unique_ptr<BackendCpu<ThinProducts<double>>> thin_;
    std::unique_ptr<BackendCpu<WideProducts>> wide_;
    std::unique_ptr<BackendCpu<ThinProducts<float>>> single_;
    std::unique_ptr<NewtonSystemCpu> newton_;
    AlignedArray log_r_, a_, b_, classes_;
};

} // namespace fourfold
