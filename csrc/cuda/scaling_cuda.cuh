// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The stages of BackendCuda that make a scaling step, see core/scaling.hpp. A team of threads takes the
// vector operations of a class from its sums to its scalars: of the barriers of an iteration, two are
// those of a sweep's products, and one is that of the residual.
#pragma once

#include "core/scaling.hpp"
#include "cuda/backend_cuda.cuh"

namespace fourfold {

// residual = P2 - D, z = 0, direction = residual / D, and b times that for products in shared memory;
// the slopes sum residual direction of the classes.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::begin_scaling() {
    const Arrays<Real> v = arrays();
    const unsigned ky = s_.ky, teams = scope_.teams();
    for (unsigned y = scope_.team(); y < ky; y += teams) {
        Real slope = 0;
        for_class(y, [&](Index k) {
            const Real b = v.bt[k], fitted = b * v.sums[k];
            const Real left = Real(v.p2t[k]) - fitted;
            const Real direction = over(left, fitted);
            slope += left * direction;
            v.residual[k] = left;
            v.z[k] = 0;
            v.direction[k] = direction;
            if constexpr (!Scope::kTiled)
                v.scaled_direction[k] = b * direction;
        });
        double sums[1] = {slope};
        scope_.sum_over_team(sums);
        if (scope_.member() == 0)
            v.class_sums1[y] = sums[0];
    }
    scope_.sync();
}

// image = r^T diag(a^2 / P1) r (b direction), which S takes from diag(D).
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::make_image() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    const auto weigh = [&](unsigned i, unsigned y, Real sum) {
        const Index k = Index(i) * s.ky + y;
        const Real a = v.a[k];
        v.image_rows[k] = over(a * (a * sum), Real(v.p1[k]));
    };
    if constexpr (Scope::kTiled) {
        const auto scaled = [&](unsigned j, unsigned y, bool) {
            const Index k = Index(y) * s.ld + j;
            return v.bt[k] * v.direction[k];
        };
        row_products_of<Real>(scope_, s, split(), v.r, scaled, weigh);
    } else {
        row_products(scope_, s, split(), v.r, v.scaled_direction, weigh);
    }
    scope_.sync();
    column_products(
        scope_, s, split(), v.r, v.image_rows,
        [&](unsigned y, unsigned j, Real sum) { v.image[Index(y) * s.ld + j] = sum; });
    scope_.sync();
}

// The rest of an iteration of the conjugate gradients; returns sum |residual|.
template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::advance_scaling() {
    const Arrays<Real> v = arrays();
    const unsigned ky = s_.ky, teams = scope_.teams();
    constexpr Real kDamped = Real(1.0 + kScalingDamping);
    const auto ratio = [](double p, double q) { return Real(q > 0.0 ? p / q : 0.0); };
    // in turns, as a member may still read what another replaces
    const bool even = scaling_products_ % 2 == 0;
    const double* const slopes_before = even ? v.class_sums1 : v.class_sums2;
    double* const slopes_after = even ? v.class_sums2 : v.class_sums1;
    double violation = 0.0;
    for (unsigned y = scope_.team(); y < ky; y += teams) {
        const double slope = slopes_before[y];
        Real curvature = 0;
        for_class(y, [&](Index k) {
            const Real direction = v.direction[k];
            const Real image = v.bt[k] * (kDamped * v.sums[k] * direction - v.image[k]);
            curvature += direction * image;
            v.image[k] = image;
        });
        double curvatures[1] = {curvature};
        scope_.sum_over_team(curvatures);
        const Real along = ratio(slope, curvatures[0]);
        Real next_slope = 0, of_class = 0;
        for_class(y, [&](Index k) {
            const Real left = v.residual[k] - along * v.image[k];
            const Real next = over(left, v.bt[k] * v.sums[k]);
            next_slope += left * next;
            of_class += fabs(left);
            v.z[k] += along * v.direction[k];
            v.residual[k] = left;
            v.image[k] = next;
        });
        violation += of_class;
        double slopes[1] = {next_slope};
        scope_.sum_over_team(slopes);
        const Real turn = ratio(slopes[0], slope);
        for_class(y, [&](Index k) {
            const Real direction = v.image[k] + turn * v.direction[k];
            v.direction[k] = direction;
            if constexpr (!Scope::kTiled)
                v.scaled_direction[k] = v.bt[k] * direction;
        });
        if (scope_.member() == 0)
            slopes_after[y] = slopes[0];
    }
    return total(violation);
}

template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::scaling_step() {
    const double before = violation_;
    begin_scaling();
    double left = before;
    for (scaling_products_ = 0;
         scaling_products_ < kMostScalingProducts && left > kResidualPart * before;
         ++scaling_products_) {
        make_image();
        left = advance_scaling();
    }
    const Arrays<Real> v = arrays();
    Real* const kept = v.image; // b as it was
    constexpr Real kLongest = Real(kLongestScaling);
    for_columns([&](unsigned, unsigned, Index k) {
        const Real z = v.z[k], b = v.bt[k];
        kept[k] = b;
        v.bt[k] = b * exp_of(z > kLongest ? kLongest : z > -kLongest ? z : -kLongest);
    });
    scope_.sync();
    fit_rows();
    if (violation_ <= kMostGrowth * before)
        return violation_;
    // from the same b, the same a and column sums follow to the last bit
    for_columns([&](unsigned, unsigned, Index k) { v.bt[k] = kept[k]; });
    scope_.sync();
    return fit_rows();
}

} // namespace fourfold
