// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "fourfold/member.hpp"
#include "fourfold/pair_passes.hpp"
#include "fourfold/problem.hpp"

// The contract between the interior-point method (core/newton/interior_point.hpp) and the linear
// algebra under it. A `pair` array is (K1, K2), a `row` array (K1, KY), a `column` array (KY,
// K2), each in the system's own padding; the sizes below count the padding, where a row or
// column array is zero.
//
// With u_ij(y) = a(i,y) b(j,y), the Hessian of the dual over (log a, log b) at (r, c) is
//
//     H = sum_ij  c(i,j) u_ij u_ij^T + r(i,j) diag(u_ij),     u_ij acting on row i and column
//     j.
//
// One entry of log b is pinned for each class: a(:,y) up and b(:,y) down changes nothing.
//
//   void load(const Problem&)              sizes and supports; outlived by the problem
//   size_t pairs(), rows(), columns()      entries of a pair, row and column array
//   void place(Factors, r, a, b)           from the public layout, r from its logarithm
//   void gather(r, a, b, Factors)          and back
//   const double* row_target(), column_target()   P1 and P2
//   void products(a, b, m)                 m(i,j) = sum_y a(i,y) b(j,y)
//   void row_sums(t, b, out)               out(i,y) = sum_j t(i,j) b(j,y)
//   void column_sums(t, a, out)            out(j,y) = sum_i t(i,j) a(i,y)
//   void factorise(r, c, a, b)             H
//   void solve(ga, gb, da, db)             H (da, db) = (ga, gb); zero where unsupported or pinned
//
// Optional:
//
//   const PairPasses& pair_passes()        the passes over pairs (fourfold/pair_passes.hpp) for the
//                                          machine at hand
//
// A back end's own system, which the solver takes where it expects that to pay, also says what it
// costs before it is made:
//
//   static double work(Problem)            multiply-adds of one factorise()
//   static double dense_bytes(Problem)     memory for the factor
namespace fourfold {

namespace newton_system_members {

using In = const double*;
using Out = double*;

template <class S>
using Load = decltype(std::declval<S&>().load(std::declval<const Problem&>()));
template <class S>
using Pairs = decltype(std::declval<S&>().pairs());
template <class S>
using Rows = decltype(std::declval<S&>().rows());
template <class S>
using Columns = decltype(std::declval<S&>().columns());
template <class S>
using Place =
    decltype(std::declval<S&>().place(std::declval<const Factors&>(), Out(), Out(), Out()));
template <class S>
using Gather =
    decltype(std::declval<S&>().gather(In(), In(), In(), std::declval<const Factors&>()));
template <class S>
using RowTarget = decltype(std::declval<S&>().row_target());
template <class S>
using ColumnTarget = decltype(std::declval<S&>().column_target());
template <class S>
using Products = decltype(std::declval<S&>().products(In(), In(), Out()));
template <class S>
using RowSums = decltype(std::declval<S&>().row_sums(In(), In(), Out()));
template <class S>
using ColumnSums = decltype(std::declval<S&>().column_sums(In(), In(), Out()));
template <class S>
using Factorise = decltype(std::declval<S&>().factorise(In(), In(), In(), In()));
template <class S>
using Solve = decltype(std::declval<S&>().solve(In(), In(), Out(), Out()));
template <class S>
using Work = decltype(S::work(std::declval<const Problem&>()));
template <class S>
using DenseBytes = decltype(S::dense_bytes(std::declval<const Problem&>()));

template <class S>
using OwnPairPasses = decltype(std::declval<const S&>().pair_passes());

} // namespace newton_system_members

template <class S>
inline constexpr bool is_newton_system_v =
    has_member_v<newton_system_members::Load, S, void> &&
    has_member_v<newton_system_members::Pairs, S, std::size_t> &&
    has_member_v<newton_system_members::Rows, S, std::size_t> &&
    has_member_v<newton_system_members::Columns, S, std::size_t> &&
    has_member_v<newton_system_members::Place, S, void> &&
    has_member_v<newton_system_members::Gather, S, void> &&
    has_member_v<newton_system_members::RowTarget, S, const double*> &&
    has_member_v<newton_system_members::ColumnTarget, S, const double*> &&
    has_member_v<newton_system_members::Products, S, void> &&
    has_member_v<newton_system_members::RowSums, S, void> &&
    has_member_v<newton_system_members::ColumnSums, S, void> &&
    has_member_v<newton_system_members::Factorise, S, void> &&
    has_member_v<newton_system_members::Solve, S, void>;

template <class S>
inline constexpr bool has_pair_passes_v =
    has_member_v<newton_system_members::OwnPairPasses, S, const PairPasses&>;

template <class S>
inline constexpr bool says_its_cost_v =
    has_member_v<newton_system_members::Work, S, double> &&
    has_member_v<newton_system_members::DenseBytes, S, double>;

} // namespace fourfold
