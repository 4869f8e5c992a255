// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ipfp.hpp"
#include "core/phase.hpp"
#include "cuda/backend_cuda.cuh"
#include "cuda/certificate_cuda.cuh"
#include "cuda/launch.hpp"
#include "cuda/scaling_cuda.cuh"

namespace fourfold {

// What a solve holds beside its arrays, between launches.
struct SolveState {
    FOURFOLD_HOST_DEVICE explicit SolveState(long iterations) : ipfp(iterations) {
        report.iterations = iterations;
    }

    Ipfp ipfp;
    Stall stall;
    SolveReport report;
    double prior_lower = 0.0;
    double slack = 0.0;
    double entropy_y = 0.0;
    bool in_range = true;
    bool finished = false;
    bool starts_over = false; // from kStart in double precision
};

// Solves one problem with the threads of a scope: the phases kStart and kFirstOrder of
// core/solve.hpp, or kStart and kSingle. The iterate of a phase is not handed over: what kSingle
// leaves undone starts over, in another launch.
template <class Real, class Scope>
class WorkerCuda {
public:
    __device__ WorkerCuda(Scope& scope, const Task& task, const Orders& orders,
                          const Chunks& chunks, const Arrays<Real>& arrays, bool in_shared)
        : scope_(scope), task_(task), orders_(orders),
          backend_(scope, shape_of(task.problem, in_shared), chunks, arrays) {}

    __device__ SolveState begin() {
        // the steps in single precision count all the same
        SolveState state(orders_.start_over ? orders_.out.iterations[task_.index] : 0);
        state.report.sweeps = orders_.start_over ? orders_.out.sweeps[task_.index] : 0;
        const auto loaded = backend_.load(task_.problem, orders_.tol);
        state.report.mi1 = loaded.mi1;
        state.report.mi2 = loaded.mi2;
        state.slack = loaded.slack;
        state.prior_lower = loaded.mi1 > loaded.mi2 ? loaded.mi1 : loaded.mi2;
        state.report.lower = state.prior_lower; // v* is I_q of some q
        if (orders_.start.r != nullptr) {
            backend_.assign(orders_.start, task_.swapped);
            if (!start_is_good(backend_, orders_.options, state.report))
                backend_.load(task_.problem, orders_.tol);
        }
        return state;
    }

    // Goes on for at most `steps` outer steps; then `state` says whether the problem is solved.
    __device__ void run(SolveState& state, long steps) {
        state.starts_over = false;
        SolveReport& report = state.report;
        state.finished = state.ipfp.run(
            backend_, orders_.options, report,
            [&](const SolveReport& now) {
                if constexpr (std::is_same_v<Real, float>)
                    state.starts_over = after_single(now, state.stall) != Phase::kSingle;
                return state.starts_over;
            },
            report.iterations + steps);
        state.entropy_y = backend_.entropy_y();
        state.in_range = backend_.in_range();
    }

    __device__ void resume(const SolveState& state) {
        backend_.resume(state.entropy_y, state.in_range);
    }

    // Writes what was found, in bits, and the factors where they are wanted.
    __device__ void finish(const SolveState& state) {
        const SolveReport& report = state.report;
        if (scope_.rank() == 0) {
            const ReportArrays& out = orders_.out;
            const unsigned k = task_.index;
            const double lower = report.lower - state.slack;
            out.lower[k] =
                (lower > state.prior_lower ? lower : state.prior_lower) / kNatsPerBit;
            out.upper[k] = (report.upper + state.slack) / kNatsPerBit;
            out.mi1[k] = (task_.swapped ? report.mi2 : report.mi1) / kNatsPerBit;
            out.mi2[k] = (task_.swapped ? report.mi1 : report.mi2) / kNatsPerBit;
            out.iterations[k] = report.iterations;
            out.sweeps[k] = report.sweeps;
            if (state.starts_over)
                orders_.to_start_over[atomicAdd(orders_.to_start_over_count, 1u)] = k;
        }
        if (task_.factors.log_r != nullptr && !state.starts_over)
            backend_.factors(task_.factors, task_.swapped);
    }

private:
    Scope& scope_;
    const Task& task_;
    const Orders& orders_;
    BackendCuda<Real, Scope> backend_;
};

} // namespace fourfold
