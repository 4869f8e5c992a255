// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace fourfold {

// The input of a decomposition: two pairwise marginals that share p(y). No ownership.
//   p1y (K1, KY) row-major, p1y[i * ky + y] = p(x1 = i, y); total mass 1
//   p2y (K2, KY) row-major, p2y[j * ky + y] = p(x2 = j, y); same column sums as p1y
struct Problem {
    std::size_t k1 = 0;
    std::size_t k2 = 0;
    std::size_t ky = 0;
    const double* p1y = nullptr;
    const double* p2y = nullptr;
};

// Cells (i,j,y) of the joint table.
inline double cells(const Problem& p) {
    return static_cast<double>(p.k1) * static_cast<double>(p.k2) * static_cast<double>(p.ky);
}

// Where to write the factors of the coupling that was found, q = exp(log_r) a b; may be null.
//   log_r (K1, K2), a (K1, KY), b (K2, KY), all row-major
struct Factors {
    double* log_r = nullptr;
    double* a = nullptr;
    double* b = nullptr;
};

// Where to write log a and log b of a pair with sum_y a(i,y) b(j,y) <= 1 for all i and j, so that
// H(Y) + sum P1 log a + sum P2 log b is a lower bound on v*; -inf where there is no mass. May be null.
//   log_a (K1, KY), log_b (K2, KY), both row-major
struct Dual {
    double* log_a = nullptr;
    double* log_b = nullptr;
};

// A coupling of an earlier problem of the same shape to start from, q = r a b; may be null.
//   r (K1, K2), a (K1, KY), b (K2, KY), all row-major
struct Start {
    const double* r = nullptr;
    const double* a = nullptr;
    const double* b = nullptr;
};

} // namespace fourfold
