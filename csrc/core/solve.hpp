// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "core/ipfp.hpp"
#include "core/newton/extended_system.hpp"
#include "core/newton/interior_point.hpp"
#include "core/schedule.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Beyond this the Schur complement of a Newton system is not formed, and all steps are first-order
// ones: 22000 unknowns, such as 1024 states by 20 classes on the smaller side.
inline constexpr double kMostDenseBytes = 4e9;
// Second-order steps start from an iterate that has found its way.
inline constexpr long kFirstNewtonStep = 8;
// First-order steps after second-order ones that stalled, doubled each time. Whether those stall
// hangs on rounding where they do at all: from a little further on they rarely do again.
inline constexpr long kFirstStretch = 32;
// Above this a factorisation in 32 digits takes seconds.
inline constexpr double kMostExtendedUnknowns = 800;

// How much sooner first-order steps are done in single precision.
inline constexpr double kSingleSpeed = 1.8;

// Whether to move on to second-order steps, asked after each certificate of the first-order ones.
template <class System>
class SecondOrder {
public:
    static_assert(says_its_cost_v<System>, "see fourfold/newton_system.hpp");

    // `speed`: of the first-order steps, 1 in double precision.
    SecondOrder(const Problem& problem, const SolveOptions& options, double speed = 1.0)
        : method_(options.method), fits_(System::dense_bytes(problem) <= kMostDenseBytes),
          schedule_(problem, System::work(problem), options, speed) {}

    bool wanted(const SolveReport& report) {
        if (!fits_)
            return false;
        if (method_ == Method::kNewton)
            return report.iterations >= kFirstNewtonStep;
        return method_ == Method::kAuto && schedule_.newton_is_faster(report);
    }

private:
    Method method_;
    bool fits_; // the Schur complement, in memory
    Schedule schedule_;
};

// The whole solve of a problem that the back end has loaded: first-order steps; second-order ones
// where they are asked for or expected to be sooner done; should these stall, once more in 32
// digits; and so on with more of the first-order ones.
//
// `newton_system()` returns the back end's NewtonSystem (fourfold/newton_system.hpp) when it is
// first needed. `report` holds a lower bound known beforehand and is completed. With `second_order`
// the first-order steps are left out: the iterate is one from which others have been taken.
template <class Backend, class NewtonSystem>
void solve(Backend& backend, const NewtonSystem& newton_system, const Problem& problem,
           const SolveOptions& options, Interrupt& interrupt, SolveReport& report,
           bool second_order = false) {
    using System = std::remove_reference_t<decltype(newton_system())>;
    if (!second_order) {
        SecondOrder<System> next(problem, options);
        ipfp(backend, options, report,
             [&next](const SolveReport& now) { return next.wanted(now); });
    }
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
