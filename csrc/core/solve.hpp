// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "core/ipfp.hpp"
#include "core/newton/extended_system.hpp"
#include "core/newton/interior_point.hpp"
#include "core/phase.hpp"
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
// For steps in 32 digits, which are taken on from the swept factors: an even number.
inline constexpr int kOftenStalled = 2;
// Above this a factorisation in 32 digits takes seconds.
inline constexpr double kMostExtendedUnknowns = 800;

// How much sooner first-order steps are done in single precision.
inline constexpr double kSingleSpeed = 1.8;

// Whether to move on to second-order steps, asked after each certificate of the first-order ones.
template <class System>
class SecondOrder {
public:
    static_assert(says_its_cost_v<System>, "see fourfold/newton_system.hpp");

    // `speed`: of the first-order steps, 1 in double precision. `taken`: steps before these.
    SecondOrder(const Problem& problem, const SolveOptions& options, double speed = 1.0,
                long taken = 0)
        : method_(options.method), first_(taken + kFirstNewtonStep),
          fits_(System::dense_bytes(problem) <= kMostDenseBytes),
          schedule_(problem, System::work(problem), options, speed) {}

    // `alive`: part of the pairs that the first-order steps run over, 0 where it is not known yet.
    bool wanted(const SolveReport& report, double alive = 1.0) {
        if (!fits_)
            return false;
        if (method_ == Method::kNewton)
            return report.iterations >= first_;
        return method_ == Method::kAuto && schedule_.newton_is_faster(report, alive);
    }

private:
    Method method_;
    long first_; // the first step that may be a second-order one
    bool fits_;  // the Schur complement, in memory
    Schedule schedule_;
};

// Whether nothing is left to do, or no step left to do it with.
inline bool is_done(const SolveReport& report, const SolveOptions& options) {
    return report.upper - report.lower <= options.tol || report.iterations >= options.max_iter;
}

// The phases. Each goes on from the iterate of the back end, leaves its own there, continues
// `report`, and says which phase is next.

// kSingle: first-order steps of a back end in single precision, as far as they lead.
template <class System, class Backend>
Phase take_single(Backend& backend, const Problem& problem, const SolveOptions& options,
                  SolveReport& report) {
    SecondOrder<System> second_order(problem, options, kSingleSpeed);
    Stall stall;
    Phase next = Phase::kDone;
    ipfp(backend, options, report, [&](const SolveReport& now) {
        const Phase after = after_single(now, stall);
        const bool moves_on = after != Phase::kStart && second_order.wanted(now);
        const Phase following = moves_on ? Phase::kSecondOrder : after;
        if (following == Phase::kSingle)
            return false;
        next = following;
        return true;
    });
    return next;
}

// kFirstOrder
template <class System, class Backend>
Phase take_first_order(Backend& backend, const Problem& problem, const SolveOptions& options,
                       SolveReport& report) {
    bool anew = true;
    while (anew) {
        anew = false;
        SecondOrder<System> second_order(problem, options, 1.0, report.iterations);
        ipfp(backend, options, report, [&](const SolveReport& now) {
            anew = start_anew(backend);
            return anew || second_order.wanted(now, alive_part(backend));
        });
    }
    return is_done(report, options) ? Phase::kDone : Phase::kSecondOrder;
}

// kSecondOrder
template <class Backend, class System>
Phase take_second_order(Backend& backend, System& system, int stalled, const Problem& problem,
                        const SolveOptions& options, SolveReport& report) {
    InteriorPoint method(backend, system, stalled);
    return method.solve(problem, options, report) ? Phase::kDone : Phase::kExtended;
}

// kExtended: passed over where it would take long.
template <class Backend>
Phase take_extended(Backend& backend, const Problem& problem, const SolveOptions& options,
                    Interrupt& interrupt, SolveReport& report) {
    if (ExtendedSystem::unknowns(problem) > kMostExtendedUnknowns)
        return Phase::kStretch;
    ExtendedSystem system(interrupt);
    InteriorPoint method(backend, system, kOftenStalled);
    return method.solve(problem, options, report) ? Phase::kDone : Phase::kStretch;
}

// kStretch: so many first-order steps.
template <class Backend>
Phase take_stretch(Backend& backend, long steps, const SolveOptions& options,
                   SolveReport& report) {
    const long until = report.iterations + steps;
    ipfp(backend, options, report,
         [until](const SolveReport& now) { return now.iterations >= until; });
    return is_done(report, options) ? Phase::kDone : Phase::kSecondOrder;
}

// The whole solve of a problem; `report` holds a lower bound known beforehand and is completed.
//
//   kStart         X1 and X2 independent given Y, or an earlier coupling, where that is good
//     |
//   kSingle        where asked for; out of a float's range: back to kStart, in double precision
//     |  stalled, or second-order steps are sooner done
//   kFirstOrder    until second-order steps are asked for, or expected to be sooner done
//     |
//   kSecondOrder <--------------+
//     |  stalled once: kStretch |  careful from then on
//     |  stalled again          |
//   kExtended                   |  the same in 32 digits
//     |  stalled                |
//   kStretch -------------------+  first-order steps, each time twice as many
//
// Each phase goes to kDone when the gap has come below options.tol; those of first-order steps also
// when options.max_iter steps of all kinds have been taken.
//
// `parts` has what the phases work on, each made when it is first needed:
//   single(), newton_system()     a back end in single precision, and the back end's Newton system
//   in_double(body)               body(back end in double precision)
//   begin(backend)                kStart
//   hand_over(backend)            the iterate of single()
//   finish(backend)               takes what the back end has reached
//   gives_up                      whether to end where kExtended would begin: another back end is there
template <class Parts>
void solve(Parts& parts, const Problem& problem, const SolveOptions& options,
           Interrupt& interrupt, SolveReport& report) {
    using System = std::remove_reference_t<decltype(parts.newton_system())>;
    Phase phase = Phase::kStart;
    if (options.precision == Precision::kSingle && options.method != Method::kNewton) {
        auto& single = parts.single();
        parts.begin(single);
        phase = take_single<System>(single, problem, options, report);
        if (phase == Phase::kDone)
            return parts.finish(single);
    }
    parts.in_double([&](auto& backend) {
        if (phase == Phase::kStart) {
            parts.begin(backend);
            phase = Phase::kFirstOrder;
        } else {
            parts.hand_over(backend);
        }
        long stretch = kFirstStretch;
        int stalled = 0; // second-order steps, how often
        while (phase != Phase::kDone && !(Parts::gives_up && phase == Phase::kExtended)) {
            if (phase == Phase::kFirstOrder) {
                phase = take_first_order<System>(backend, problem, options, report);
            } else if (phase == Phase::kSecondOrder) {
                phase = take_second_order(backend, parts.newton_system(), stalled, problem,
                                          options, report);
                // a stretch is cheap, and mostly enough, where 32 digits take a hundred times as long
                if (phase == Phase::kExtended && stalled++ == 0)
                    phase = Phase::kStretch;
            } else if (phase == Phase::kExtended) {
                phase = take_extended(backend, problem, options, interrupt, report);
            } else {
                phase = take_stretch(backend, stretch, options, report);
                stretch *= 2;
            }
        }
        parts.finish(backend);
    });
}

} // namespace fourfold
