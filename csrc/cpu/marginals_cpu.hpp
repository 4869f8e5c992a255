// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "fourfold/options.hpp"

namespace fourfold {

// What is read off one table of masses c (K1, K2, KY) beside its marginals.
struct TableReport {
    double total = 0.0;             // sum of c
    double joint_information = 0.0; // I(X1,X2;Y) of c / total, nats
    bool valid = false;             // entries finite and non-negative, some above zero
    bool whole = false;             // every entry a whole number
};

// Reduces `count` tables, one after the other in memory as c (K1, K2, KY) row-major, to
//   p1y (count, K1, KY) = sum_j c / total and p2y (count, K2, KY) = sum_i c / total.
// The marginals of a table that is not valid are unspecified. Throws Interrupted.
void reduce_tables(std::size_t count, std::size_t k1, std::size_t k2, std::size_t ky,
                   const double* c, double* p1y, double* p2y, TableReport* reports,
                   int num_threads, Interrupt& interrupt);

} // namespace fourfold
