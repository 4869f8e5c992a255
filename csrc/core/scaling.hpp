// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

// For fixed r, the a and b that fit both marginals minimise a convex function, of each class by itself.
// With the rows fitted by a = P1 / (r b), its gradient in log b is D - P2 and its Hessian
//
//     S = diag(D) - Q^T diag(1 / P1) Q,     Q = r a b of one class, D = b (r^T a),
//
// whose products with a vector are those of a sweep. A step of Newton's method by a few conjugate
// gradients, of all classes at once and each with its own scalars, does what many sweeps do where
// these converge slowly: where r nearly falls apart into blocks, or gathers along pairs. S is
// singular along log b = const of a class, where the residual has no part; diag(D) is the
// preconditioner. What follows is the same on every back end that takes its scaling steps so.
namespace fourfold {

// A step is not worth more products with S than this.
inline constexpr int kMostScalingProducts = 12;
// The conjugate gradients stop when the residual has come to this part of the violation: what they
// leave is then about what the linear equations leave out.
inline constexpr double kResidualPart = 0.1;
// Added to S, times diag(D): where parts of a class are almost disconnected, one is shifted against
// the other no faster than by some hundred sweeps. Exact steps shift them to and fro with each
// rounding of what they exchange, and the pairs between them, of no mass, never come to rest.
inline constexpr double kScalingDamping = 0.002;
// Largest step in log b: beyond, Newton's step is nothing like the exponential.
inline constexpr double kLongestScaling = 1.0;

} // namespace fourfold
