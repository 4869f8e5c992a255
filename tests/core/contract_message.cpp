// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Does not compile, and the first error is to name the contract: FOURFOLD_MEMBER is missing of what
// is given to the code that is chosen by one of the macros below.
#include "core/solve.hpp"
#include "core/union/union_interior_point.hpp"
#include "whole.hpp"

namespace fourfold {

#if defined(FOURFOLD_IPFP)
class Lacking : public WholeBackend {
    using WholeBackend::FOURFOLD_MEMBER;
};
void use(Lacking& backend, const SolveOptions& options, SolveReport& report) {
    ipfp(backend, options, report, [](const SolveReport&) { return false; });
}
#elif defined(FOURFOLD_UNION_STEPS)
class Lacking : public WholeUnionSystem {
    using WholeUnionSystem::FOURFOLD_MEMBER;
};
void use(Lacking& system, const UnionTables& tables) {
    UnionInteriorPoint(system, tables).step(0, 0.0);
}
#else
class Lacking : public WholeSystem {
    using WholeSystem::FOURFOLD_MEMBER;
};
#if defined(FOURFOLD_INTERIOR_POINT)
bool use(WholeBackend& backend, Lacking& system, const Problem& problem,
         const SolveOptions& options, SolveReport& report) {
    return InteriorPoint(backend, system).solve(problem, options, report);
}
#elif defined(FOURFOLD_SECOND_ORDER)
bool use(const Problem& problem, const SolveOptions& options, const SolveReport& report) {
    return SecondOrder<Lacking>(problem, options).wanted(report);
}
#endif
#endif

} // namespace fourfold
