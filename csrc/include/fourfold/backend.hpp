// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

#include "fourfold/host_device.hpp"
#include "fourfold/member.hpp"
#include "fourfold/problem.hpp"

// The contract between the algorithm (core/) and a back end. A back end stores the iterate
//
//     q(i,j,y) = r(i,j) a(i,y) b(j,y),     r (K1, K2), a (K1, KY), b (K2, KY)
//
// in whatever layout suits it, with x = log r kept in [kLogFloor, kLogCap], so that no pair is beyond
// recall, and x_prev, which is x as the last outer step left it before it was extrapolated. It knows
// nothing of schedules, momentum or stopping.
//
//   void load(const Problem&)     Start at X1, X2 independent given Y: x = x_prev =
//                                 log sum_y p(i,y) p(j,y) / p(y), a = [p1y > 0]. Every state of
//                                 the problem has mass. Memory is kept between problems.
//   double sweep()                b = P2 / (r^T a), then a = P1 / (r b): rows fit exactly.
//                                 Returns the violation left, sum |b (r^T a) - P2|.
//   void shrink()                 b <- b min(1, P2 / (b r^T a)). After a sweep, q then exceeds
//                                 neither marginal: a sub-coupling.
//   Bounds certificate()          Bounds on v* from (r, a, b) as they are, see
//                                 core/certificate.hpp. `lower` always holds, `upper` for a
//                                 sub-coupling.
//   void average(double weight)   Moves a second pair of factors by `weight` of the way, in
//                                 logarithms, to those of the iterate; with 1 it becomes them.
//   double averaged_lower()       The lower bound on v* from that pair.
//   void dual(const Dual&)        Writes the pair that the last of these two lower bounds is of, made
//                                 feasible; any numbers where there is no mass. A back end that keeps
//                                 none is never asked.
//   double scaling_step()         Optional. From where a sweep has ended: a step of Newton's method, exact
//                                 or nearly, on the convex problem of scaling r to both marginals,
//                                 of each class by itself; rows fit exactly. Returns the violation
//                                 left, at most kMostGrowth times what there was: else nothing
//                                 has changed.
//   int scaling_sweeps()          Optional. As many sweeps cost what the last of these steps has cost.
//   double alive_part()           Optional. Part of the pairs that sweeps and steps run over now, of a
//                                 back end that leaves out those without mass; all of them are part of
//                                 every certificate. 0 as long as it does not know which.
//   bool start_anew()             Optional, asked after each certificate. Of such a back end, where the steps
//                                 have lost what they had reached: goes back to where load() was, over all
//                                 pairs from then on, and says that it has.
//   Step step(double p, double w) M = a b^T, next = x + p log M; x = next + w (next - x_prev),
//                                 x_prev = next, r = exp(x): an outer step and the extrapolation
//                                 of the next one.
//   void restart()                Takes that extrapolation back: x = x_prev, r = exp(x).
//   void factors(const Factors&)  Writes log r, a and b.
//   void assign(const Factors&)   Takes them over; x = x_prev = log r.
//
// Optional, of a back end whose arrays are those of a Newton system (fourfold/newton_system.hpp), which
// spares the second-order steps the way by log r and back:
//   using SharedSystem = ...      that system
//   void take(r, a, b)            Takes the iterate over from arrays of the system.
//   void give(r, a, b)            Writes it to such arrays, the largest a of each class being 1.
namespace fourfold {

inline constexpr double kLogFloor = -300.0;
inline constexpr double kLogFloorSingle = -60.0; // where the back end works in single precision
inline constexpr double kLogCap = 5.0;
// A scaling step that leaves more than so many times the violation is taken back.
inline constexpr double kMostGrowth = 2.0;

// What one outer step r <- r * M did.
struct Step {
    double change = 0.0; // sum |r M - r|
    // p sum r M log(M) (next - x_prev): below 0, the momentum points back
    double alignment = 0.0;
};

// Certified bounds on v* in nats.
struct Bounds {
    double lower = 0.0;
    double upper = 0.0;
};

namespace backend_members {

template <class B>
using Load = decltype(std::declval<B&>().load(std::declval<const Problem&>()));
template <class B>
using Sweep = decltype(std::declval<B&>().sweep());
template <class B>
using ScalingStep = decltype(std::declval<B&>().scaling_step());
template <class B>
using ScalingSweeps = decltype(std::declval<const B&>().scaling_sweeps());
template <class B>
using AlivePart = decltype(std::declval<const B&>().alive_part());
template <class B>
using StartAnew = decltype(std::declval<B&>().start_anew());
template <class B>
using Shrink = decltype(std::declval<B&>().shrink());
template <class B>
using Certificate = decltype(std::declval<B&>().certificate());
template <class B>
using Average = decltype(std::declval<B&>().average(0.0));
template <class B>
using AveragedLower = decltype(std::declval<B&>().averaged_lower());
template <class B>
using ReadDual = decltype(std::declval<B&>().dual(std::declval<const Dual&>()));
template <class B>
using TakeStep = decltype(std::declval<B&>().step(0.0, 0.0));
template <class B>
using Restart = decltype(std::declval<B&>().restart());
template <class B>
using ReadFactors = decltype(std::declval<B&>().factors(std::declval<const Factors&>()));
template <class B>
using Assign = decltype(std::declval<B&>().assign(std::declval<const Factors&>()));

} // namespace backend_members

template <class B>
inline constexpr bool is_backend_v = has_member_v<backend_members::Load, B, void> &&
                                     has_member_v<backend_members::Sweep, B, double> &&
                                     has_member_v<backend_members::Shrink, B, void> &&
                                     has_member_v<backend_members::Certificate, B, Bounds> &&
                                     has_member_v<backend_members::Average, B, void> &&
                                     has_member_v<backend_members::AveragedLower, B, double> &&
                                     has_member_v<backend_members::ReadDual, B, void> &&
                                     has_member_v<backend_members::TakeStep, B, Step> &&
                                     has_member_v<backend_members::Restart, B, void> &&
                                     has_member_v<backend_members::ReadFactors, B, void> &&
                                     has_member_v<backend_members::Assign, B, void>;

template <class B>
inline constexpr bool has_scaling_step_v =
    has_member_v<backend_members::ScalingStep, B, double>;

// What the last scaling step has cost: one sweep, where the back end does not say.
template <class B>
FOURFOLD_HOST_DEVICE int scaling_sweeps(const B& backend) {
    if constexpr (has_member_v<backend_members::ScalingSweeps, B, int>)
        return backend.scaling_sweeps();
    else
        return 1;
}

// Part of the pairs that sweeps and steps run over: all, where the back end does not say.
template <class B>
double alive_part(const B& backend) {
    if constexpr (has_member_v<backend_members::AlivePart, B, double>)
        return backend.alive_part();
    else
        return 1.0;
}

// Whether the steps are to begin anew, which they never are where the back end does not say.
template <class B>
bool start_anew(B& backend) {
    if constexpr (has_member_v<backend_members::StartAnew, B, bool>)
        return backend.start_anew();
    else
        return false;
}

template <class B, class System, class = void>
inline constexpr bool shares_arrays_v = false;
template <class B, class System>
inline constexpr bool shares_arrays_v<B, System, std::void_t<typename B::SharedSystem>> =
    std::is_same_v<typename B::SharedSystem, System>;

} // namespace fourfold
