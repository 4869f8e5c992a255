// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/sparse_choice.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

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

// Blocks and the rows of eliminated unknowns are as wide as a register.
double padded(double columns) {
    constexpr double kWidth = 8.0;
    return kWidth * std::ceil(columns / kWidth);
}

// Multiply-adds of one factorisation, with the padding: where the classes have few states of X2 each,
// most of them are of zeros.
double padded_work(const Problem& p) {
    std::vector<double> columns(p.ky, 0.0); // of each class
    for (std::size_t j = 0; j < p.k2; ++j)
        for (std::size_t y = 0; y < p.ky; ++y)
            columns[y] += p.p2y[j * p.ky + y] > 0.0;
    double total = 0.0, unknowns = 0.0;
    for (double& n : columns) {
        unknowns += n;
        n = padded(n);
    }
    for (std::size_t i = 0; i < p.k1; ++i) {
        double classes = 0.0, width = 0.0;
        for (std::size_t y = 0; y < p.ky; ++y)
            if (p.p1y[i * p.ky + y] > 0.0) {
                ++classes;
                width += columns[y];
            }
        total += 0.5 * classes * width * width;
    }
    return total + unknowns * unknowns * unknowns / 6.0;
}

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
        of_blocks += rows * padded(columns);
    }
    const double digits = std::log10(kFittedTol * kNatsPerBit / tol);
    const double steps = std::max(kSteps + digits, 1.0);
    const double sparse =
        steps * (kStep + kCell * of_blocks + kUnknown * unknowns + kMultiply * padded_work(p));
    const double dense = kDenseSteps * std::pow(10.0, kDenseStepsPerDigit * digits) *
                         (kDenseStep + kDenseCell * cells(p));
    return sparse < dense;
}

} // namespace fourfold
