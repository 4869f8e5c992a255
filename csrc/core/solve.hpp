// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "core/extended_system.hpp"
#include "core/interior_point.hpp"
#include "core/ipfp.hpp"
#include "core/schedule.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Beyond this the Schur complement of a Newton system is not formed: 22000 unknowns, such as 1024
// states by 20 classes on the smaller side. Conjugate gradients then take its place where
// second-order steps are asked for; left to itself the solver stays with first-order ones.
inline constexpr double kMostDenseBytes = 4e9;
// Second-order steps start from an iterate that has found its way.
inline constexpr long kFirstNewtonStep = 8;
// First-order steps after second-order ones that stalled, doubled each time. Whether those stall
// hangs on rounding where they do at all: from a little further on they rarely do again.
inline constexpr long kFirstStretch = 32;
// Above this a factorisation in 32 digits takes seconds.
inline constexpr double kMostExtendedUnknowns = 800;

// The whole solve of a problem that the back end has loaded: first-order steps; second-order ones
// where they are asked for or expected to be sooner done; should these stall, once more in 32
// digits; and so on with more of the first-order ones.
//
// `newton_system()` returns the back end's NewtonSystem (fourfold/newton_system.hpp) when it is
// first needed. `report` holds a lower bound known beforehand and is completed.
template <class Backend, class NewtonSystem>
void solve(Backend& backend, const NewtonSystem& newton_system, const Problem& problem,
           Method method, const SolveOptions& options, Interrupt& interrupt,
           SolveReport& report) {
    using System = std::remove_reference_t<decltype(newton_system())>;
    Schedule schedule(problem, System::work(problem), options);
    const bool dense = System::dense_bytes(problem) <= kMostDenseBytes;
    ipfp(backend, options, report, [&](const SolveReport& now) {
        if (method == Method::kNewton || method == Method::kNewtonIterative)
            return now.iterations >= kFirstNewtonStep;
        return method == Method::kAuto && dense && schedule.newton_is_faster(now);
    });
    if (report.upper - report.lower <= options.tol || report.iterations >= options.max_iter)
        return;
    for (long stretch = kFirstStretch;; stretch *= 2) {
        if (InteriorPoint(backend, newton_system()).solve(problem, options, report))
            return;
        if (ExtendedSystem::unknowns(problem) <= kMostExtendedUnknowns) {
            ExtendedSystem extended(interrupt);
            if (InteriorPoint(backend, extended).solve(problem, options, report))
                return;
        }
        const long until = report.iterations + stretch;
        ipfp(backend, options, report,
             [until](const SolveReport& now) { return now.iterations >= until; });
        if (report.upper - report.lower <= options.tol || report.iterations >= options.max_iter)
            return;
    }
}

} // namespace fourfold
