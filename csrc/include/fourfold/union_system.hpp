// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "fourfold/member.hpp"

// The contract between the interior-point method for any number of sources
// (core/union/union_interior_point.hpp) and the linear algebra under it. A cell array is (states, KY),
// the states of all sources one after another; r and c are (tuples) and e (tuples, KY).
//
// The Hessian of the dual over log a at (r, c), with u_k(y) = e(k,y) acting on the states of tuple k, is
//
//     H = sum_k  c(k) u_k u_k^T + r(k) diag(u_k).
//
// For each class all sources but the first have one entry pinned: a factor of one source up and of
// another down changes nothing.
//
//   void load(const UnionTables&)                    sizes and supports; outlived by the tables
//   void factorise(const TupleList&, r, c, e)        H; throws Interrupted
//   void solve(const double* g, double* d)           H d = g; zero where unsupported or pinned
namespace fourfold {

class TupleList;
class UnionTables;

namespace union_system_members {

using In = const double*;
using Out = double*;

template <class S>
using Load = decltype(std::declval<S&>().load(std::declval<const UnionTables&>()));
template <class S>
using Factorise =
    decltype(std::declval<S&>().factorise(std::declval<const TupleList&>(), In(), In(), In()));
template <class S>
using Solve = decltype(std::declval<S&>().solve(In(), Out()));

} // namespace union_system_members

template <class S>
inline constexpr bool is_union_system_v =
    has_member_v<union_system_members::Load, S, void> &&
    has_member_v<union_system_members::Factorise, S, void> &&
    has_member_v<union_system_members::Solve, S, void>;

} // namespace fourfold
