// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The contracts are false for a class that lacks any one of their members, and no error; that this
// compiles is the test.
#include "core/newton/extended_system.hpp"
#include "cpu/backend_cpu.hpp"
#include "cpu/newton/newton_system_cpu.hpp"
#include "cpu/sparse/sparse_cpu.hpp"
#include "cpu/union/union_system_cpu.hpp"
#include "whole.hpp"

using namespace fourfold;

static_assert(is_backend_v<WholeBackend>);
static_assert(is_backend_v<BackendCpu<ThinProducts<double>>>);
static_assert(is_backend_v<BackendCpu<ThinProducts<float>>>);
static_assert(is_backend_v<BackendCpu<WideProducts>>);
static_assert(!has_scaling_step_v<WholeBackend>);
static_assert(has_scaling_step_v<BackendCpu<ThinProducts<double>>>);
static_assert(has_scaling_step_v<BackendCpu<ThinProducts<float>>>);
static_assert(has_scaling_step_v<BackendCpu<WideProducts>>);
static_assert(is_backend_v<BackendSparse> && has_scaling_step_v<BackendSparse>);
static_assert(is_newton_system_v<WholeSystem> && says_its_cost_v<WholeSystem>);
static_assert(is_newton_system_v<NewtonSystemCpu> && says_its_cost_v<NewtonSystemCpu>);
static_assert(is_newton_system_v<NewtonSystemSparse> && says_its_cost_v<NewtonSystemSparse>);
static_assert(has_pair_passes_v<NewtonSystemCpu> && has_pair_passes_v<NewtonSystemSparse>);
static_assert(shares_arrays_v<BackendSparse, NewtonSystemSparse>);
static_assert(!shares_arrays_v<BackendSparse, ExtendedSystem>);
static_assert(is_newton_system_v<ExtendedSystem> && !says_its_cost_v<ExtendedSystem>);
static_assert(is_union_system_v<WholeUnionSystem> && is_union_system_v<UnionSystemCpu>);

// what is private cannot be called, as if it were not there
#define FOURFOLD_LACKS(contract, Whole, member)                                                \
    {                                                                                          \
        class Lacking : public Whole {                                                         \
            using Whole::member;                                                               \
        };                                                                                     \
        static_assert(!contract<Lacking>, #member);                                            \
    }

struct OtherType : WholeBackend {
    float sweep();
};
static_assert(!is_backend_v<OtherType>);
struct OtherStep : WholeBackend {
    void scaling_step();
};
static_assert(is_backend_v<OtherStep> && !has_scaling_step_v<OtherStep>);

int main() {
    FOURFOLD_LACKS(is_backend_v, WholeBackend, load)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, sweep)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, shrink)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, certificate)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, average)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, averaged_lower)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, dual)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, step)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, restart)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, factors)
    FOURFOLD_LACKS(is_backend_v, WholeBackend, assign)

    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, load)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, pairs)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, rows)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, columns)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, place)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, gather)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, row_target)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, column_target)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, products)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, row_sums)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, column_sums)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, factorise)
    FOURFOLD_LACKS(is_newton_system_v, WholeSystem, solve)
    FOURFOLD_LACKS(says_its_cost_v, WholeSystem, work)
    FOURFOLD_LACKS(says_its_cost_v, WholeSystem, dense_bytes)

    FOURFOLD_LACKS(is_union_system_v, WholeUnionSystem, load)
    FOURFOLD_LACKS(is_union_system_v, WholeUnionSystem, factorise)
    FOURFOLD_LACKS(is_union_system_v, WholeUnionSystem, solve)
}
