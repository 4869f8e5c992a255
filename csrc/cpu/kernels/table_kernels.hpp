// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace fourfold {

// What scan() finds in a run of masses.
struct MassScan {
    double largest = 0.0;
    bool valid = true; // all finite and non-negative
    bool whole = true; // all whole numbers
};

// The kernels that read a table of masses c(i,j,y) row by row, for one instruction set.
struct TableKernels {
    // c (n)
    MassScan (*scan)(std::size_t n, const double* c);

    // out += in over n entries.
    void (*add)(std::size_t n, const double* in, double* out);

    // pairs(j) = sum_y row(j,y), and p1(y) += sum_j row(j,y).  row (k2, ky); pairs (k2); p1 (ky);
    // scratch (ky * 8)
    void (*sum_row)(std::size_t k2, std::size_t ky, const double* row, double* pairs,
                    double* p1, double* scratch);
};

} // namespace fourfold
