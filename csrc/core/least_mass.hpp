// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "fourfold/host_device.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Cells below a certain mass are left out of the iteration, and the bounds on v* are moved outward
// by what that can change. A cell of mass m can always be given a dual variable log a = -100, which
// leaves M <= 1 as it stands to 40 digits, at a cost of 100 m; a coupling that lacks it still exceeds
// no marginal; and H(Y) changes by less than 40 m. Everything that stays then lies within the range
// of a double, products included, and a table is not solved for cells that its tolerance cannot see.
inline constexpr double kLeastMass = 1e-30;
inline constexpr double kSlackPerMass = 150.0; // nats
inline constexpr double kLogOfLeftOut = -100.0;
// Part of the tolerance that all left-out cells together may take.
inline constexpr double kToleranceForSlack = 1e-4;
// So that some class always stays, whatever the tolerance.
inline constexpr double kLargestTolerance = 1e-4;

// The mass above which a cell stays, for a gap of `tol` nats. A class stays where each source has
// such a cell in it.
FOURFOLD_HOST_DEVICE inline double least_mass(const Problem& problem, double tol) {
    const double cells = static_cast<double>((problem.k1 + problem.k2) * problem.ky);
    const double seen = tol < kLargestTolerance ? tol : kLargestTolerance;
    const double least = kToleranceForSlack * seen / (kSlackPerMass * cells);
    return least > kLeastMass ? least : kLeastMass;
}

} // namespace fourfold
