// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

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
//   void solve(ga, gb, da, db)             H (da, db) = (ga, gb); zero where unsupported or
//   pinned
namespace fourfold {

template <class S>
inline constexpr bool is_newton_system_v =
    std::is_same_v<decltype(std::declval<S&>().load(std::declval<const Problem&>())), void> &&
    std::is_same_v<decltype(std::declval<S&>().pairs()), std::size_t> &&
    std::is_same_v<decltype(std::declval<S&>().rows()), std::size_t> &&
    std::is_same_v<decltype(std::declval<S&>().columns()), std::size_t>;

} // namespace fourfold
