// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>

#include "core/binary/binary_solver.hpp"
#include "core/information.hpp"
#include "core/least_mass.hpp"
#include "core/presolve.hpp"
#include "core/reference.hpp"
#include "core/solve.hpp"
#include "core/warm_start.hpp"
#include "cpu/active/active_choice.hpp"
#include "cpu/active/backend_active.hpp"
#include "cpu/aligned.hpp"
#include "cpu/backend_cpu.hpp"
#include "cpu/newton/newton_system_cpu.hpp"
#include "cpu/sparse/sparse_choice.hpp"
#include "cpu/sparse/sparse_cpu.hpp"
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
    SolveReport solve(const Problem& full, const Factors& factors, const Dual& dual,
                      const Start& start) {
        // the closed form of two classes needs no tolerance, and no fewer states
        presolve_.assign(full, BinarySolver::solves(full, options_) ? 0.0 : tol_);
        const bool binary = BinarySolver::solves(presolve_.problem(), options_);
        if (options_.method != Method::kReference && !binary)
            presolve_.merge_equal_states();
        const Problem& problem = presolve_.problem();
        const bool direct = factors.log_r == nullptr || presolve_.is_identity();
        const Factors reduced = direct ? factors : buffers(problem);
        SolveReport report;
        double* const classes = classes_.reserve(full.ky);
        report.mi1 = mutual_information(full.p1y, full.k1, full.ky, classes);
        report.mi2 = mutual_information(full.p2y, full.k2, full.ky, classes);
        const double prior_lower = std::max(report.mi1, report.mi2); // v* is I_q of some q
        report.lower = prior_lower;
        if (dual.log_a != nullptr)
            report.dual = presolve_.is_identity() ? dual : dual_buffers(problem);
        // X1 and X2 as they were given, not as the solver takes them
        const bool swapped = presolve_.is_swapped();
        report.k1 = swapped ? problem.k2 : problem.k1;
        report.k2 = swapped ? problem.k1 : problem.k2;
        report.ky = problem.ky;
        SharedInterrupt interrupt(stop_);
        if (binary) {
            binary_.solve(problem, reduced, report);
        } else if (options_.method == Method::kReference) {
            solve_reference(problem, options_, reduced, interrupt, report);
        } else {
            const Task task{*this, problem, start, reduced, report};
            if (takes_sparse(problem))
                solve_sparse(task, interrupt);
            else
                solve_dense(task, interrupt, options_.method);
        }
        report.lower = std::max(report.lower - presolve_.slack(), prior_lower);
        report.upper += presolve_.slack();
        if (factors.log_r != nullptr && !presolve_.is_identity())
            presolve_.expand(reduced, factors);
        if (dual.log_a != nullptr && report.lower > prior_lower)
            finish_dual(problem, report.dual, dual);
        report.dual = dual;
        return report;
    }

private:
    // What solve() works on, for one problem, but for the parts of either back end.
    struct Task {
        Worker& worker;
        const Problem& problem;
        const Start& start;
        const Factors& out; // may be null
        SolveReport& report;

        template <class Backend>
        void begin(Backend& backend) const {
            backend.load(problem);
            if (start.r == nullptr) {
                if (worker.presolve_.sources_are_equal()) {
                    const Factors factors = worker.buffers(problem);
                    worker.presolve_.couple_equal_sources(factors);
                    backend.assign(factors);
                }
                return;
            }
            const Factors mended = worker.buffers(problem);
            worker.presolve_.restrict(start, mended);
            mend_start(problem, mended);
            backend.assign(mended);
            if (!start_is_good(backend, worker.options_, report))
                backend.load(problem);
        }

        template <class Backend>
        void finish(Backend& backend) const {
            if (out.log_r != nullptr)
                backend.factors(out);
        }
    };

    struct DenseParts : Task {
        static constexpr bool gives_up = false;
        auto& single() { return worker.made(worker.single_); }
        auto& newton_system() { return worker.made(worker.newton_); }

        template <class Body>
        void in_double(const Body& body) {
            if (report.solver == Solver::kActive)
                body(worker.made(worker.active_));
            else if (WideProducts::pay(problem))
                body(worker.made(worker.wide_));
            else
                body(worker.made(worker.thin_));
        }

        template <class Backend>
        void hand_over(Backend& backend) {
            const Factors reached = out.log_r != nullptr ? out : worker.buffers(problem);
            single().factors(reached);
            backend.load(problem);
            backend.assign(reached);
        }
    };

    // Always in double precision.
    struct SparseParts : Task {
        static constexpr bool gives_up = true;
        auto& single() { return worker.made(worker.sparse_).backend; }
        auto& newton_system() { return worker.made(worker.sparse_).newton_system; }

        template <class Body>
        void in_double(const Body& body) {
            body(single());
        }

        template <class Backend>
        void hand_over(Backend&) {}
    };

    bool takes_sparse(const Problem& problem) const {
        if (cells(problem) == 0.0) // nothing is left of a table of negligible cells
            return false;
        return options_.method == Method::kSparse ||
               (options_.method == Method::kAuto && sparse_is_faster(problem, options_.tol));
    }

    bool takes_active(const Problem& problem, Method method) const {
        if (cells(problem) == 0.0)
            return false;
        return method == Method::kActive ||
               (method == Method::kAuto && options_.precision == Precision::kDouble &&
                !WideProducts::pay(problem) && active_pairs_pay(problem));
    }

    void solve_dense(const Task& task, Interrupt& interrupt, Method method) {
        DenseParts parts{task};
        SolveOptions options = options_;
        options.method = method;
        task.report.solver = Solver::kDense;
        if (takes_active(task.problem, method)) {
            task.report.solver = Solver::kActive;
            options.precision = Precision::kDouble;
        }
        fourfold::solve(parts, task.problem, options, interrupt, task.report);
    }

    void solve_sparse(const Task& task, Interrupt& interrupt) {
        SparseParts parts{task};
        SolveOptions second_order = options_;
        second_order.method = Method::kNewton;
        second_order.precision = Precision::kDouble;
        task.report.solver = Solver::kSparse;
        fourfold::solve(parts, task.problem, second_order, interrupt, task.report);
        if (!is_done(task.report, options_)) // it gave up
            solve_dense(task, interrupt, Method::kNewton);
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

    // From the problem that was solved to the full one.
    void finish_dual(const Problem& problem, const Dual& found, const Dual& out) const {
        forget_where_no_mass(problem.k1 * problem.ky, problem.p1y, found.log_a);
        forget_where_no_mass(problem.k2 * problem.ky, problem.p2y, found.log_b);
        if (!presolve_.is_identity())
            presolve_.expand(found, out);
    }

    static void forget_where_no_mass(std::size_t n, const double* p, double* log) {
        for (std::size_t k = 0; k < n; ++k)
            if (!(p[k] > 0.0))
                log[k] = -std::numeric_limits<double>::infinity();
    }

    Dual dual_buffers(const Problem& problem) {
        return {log_a_.reserve(problem.k1 * problem.ky),
                log_b_.reserve(problem.k2 * problem.ky)};
    }

    double tol_;
    SolveOptions options_; // of which tol leaves room for the slack of the presolve
    int threads_;
    StopCheck& stop_;
    Presolve presolve_;
    BinarySolver binary_;
    std::unique_ptr<BackendCpu<ThinProducts<double>>> thin_;
    std::unique_ptr<BackendCpu<WideProducts>> wide_;
    std::unique_ptr<BackendCpu<ThinProducts<float>>> single_;
    std::unique_ptr<BackendActive> active_;
    std::unique_ptr<NewtonSystemCpu> newton_;
    std::unique_ptr<SparseCpu> sparse_;
    AlignedArray log_r_, a_, b_, log_a_, log_b_, classes_;
};

} // namespace fourfold
