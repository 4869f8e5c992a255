// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/sparse_choice.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "cpu/sparse/newton_system_sparse.hpp"
#include "fourfold/bits.hpp"

namespace fourfold {

namespace {

// Measured (docs/decisions/sparse.md); only the ratio of the two matters. Seconds of a second-order
// step: of itself, of a cell that can carry mass, of an unknown and of a multiply-add.
constexpr double kStep = 5.6e-6;
constexpr double kCell = 13.5e-9;
constexpr double kUnknown = 0.35e-6;
constexpr double kMultiply = 0.035e-9;
// Seconds of a first-order step of the dense back end, and of one of its cells.
constexpr double kDenseStep = 0.3e-6;
constexpr double kDenseCell = 0.35e-9;
// Second-order steps to 1e-6 bits, one more or less for each digit; and as many first-order ones as are
// worth what the dense back end takes by either kind.
constexpr double kSteps = 8.0;
constexpr double kDenseSteps = 180.0;
constexpr double kDenseStepsPerDigit = 0.1; // in decades
constexpr double kFittedTol = 1e-6;

} // namespace

bool sparse_is_faster(const Problem& p, double tol) {
    double unknowns = 0.0, of_blocks = 0.0;
    for (std::size_t y = 0; y < p.ky; ++y) {
        double rows = 0.0, columns = 0.0;
        for (std::size_t i = 0; i < p.k1; ++i)
            rows += p.p1y[i * p.ky + y] > 0.0;
        for (std::size_t j = 0; j < p.k2; ++j)
            columns += p.p2y[j * p.ky + y] > 0.0;
        unknowns += columns;
        of_blocks += rows * NewtonSystemSparse::stored(columns);
    }
    const double digits = std::log10(kFittedTol * kNatsPerBit / tol);
    const double steps = std::max(kSteps + digits, 1.0);
    const double sparse = steps * (kStep + kCell * of_blocks + kUnknown * unknowns +
                                   kMultiply * NewtonSystemSparse::work(p));
    const double dense = kDenseSteps * std::pow(10.0, kDenseStepsPerDigit * digits) *
                         (kDenseStep + kDenseCell * cells(p));
    return sparse < dense;
}

} // namespace fourfold
