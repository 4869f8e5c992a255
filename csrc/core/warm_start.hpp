// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/certificate.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Part of the start that is X1 and X2 independent. A pair that is dead in the earlier coupling may
// be needed in this one, and would take long to come back from nothing.
inline constexpr double kIndependentPart = 1e-3;

// The start is kept where the square of its gap is below this part of v* times the tolerance. From
// further away the usual start is there sooner, as pairs that the earlier coupling has lost come
// back slowly: docs/decisions/warm-start.md.
inline constexpr double kStartPart = 0.1;

// log r to begin at, from the r of an earlier coupling and the masses of i and j.
FOURFOLD_HOST_DEVICE inline double mended_log_r(double r, double p1, double p2) {
    return std::log(r + kIndependentPart * p1 * p2);
}

// The same of a, from that of an earlier coupling and the mass of (i,y).
FOURFOLD_HOST_DEVICE inline double mended_a(double a, double mass) {
    return mass > 0.0 ? (a > 0.0 ? a : 1.0) : 0.0;
}

// Makes the factors of an earlier coupling, with r itself in f.log_r, ones to begin this problem
// with: r <- r + kIndependentPart p(i) p(j), as its logarithm, and a <- 1 where a cell has mass
// that had none. b follows from the first sweep.
inline void mend_start(const Problem& problem, const Factors& f) {
    const auto [k1, k2, ky, p1y, p2y] = problem;
    std::vector<double> p2(k2, 0.0);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            p2[j] += p2y[j * ky + y];
    for (std::size_t i = 0; i < k1; ++i) {
        double p1 = 0.0;
        for (std::size_t y = 0; y < ky; ++y) {
            const double mass = p1y[i * ky + y];
            double& a = f.a[i * ky + y];
            p1 += mass;
            a = mended_a(a, mass);
        }
        for (std::size_t j = 0; j < k2; ++j) {
            double& r = f.log_r[i * k2 + j];
            r = mended_log_r(r, p1, p2[j]);
        }
    }
}

// Judges the start of mend_start(), which the back end has just been assigned; false where it is no
// good place to begin, and the problem is to be loaded again. Either way `report` gets the lower bound
// of the start's own dual variables, which is off by what is of second order in the change of the
// problem only.
template <class Backend>
FOURFOLD_HOST_DEVICE bool start_is_good(Backend& backend, const SolveOptions& options,
                                        SolveReport& report) {
    backend.average(1.0);
    raise_lower(backend, backend.averaged_lower(), report);
    backend.sweep();
    ++report.sweeps;
    backend.shrink();
    const Bounds bounds = backend.certificate();
    raise_lower(backend, bounds.lower, report);
    const double gap = bounds.upper - report.lower;
    // no bounds: factors beyond the range of single precision
    return std::isfinite(gap) &&
           (gap <= options.tol || gap * gap <= kStartPart * bounds.upper * options.tol);
}

} // namespace fourfold
