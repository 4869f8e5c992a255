// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/aligned.hpp"
#include "cpu/kernels/newton_kernels.hpp"

namespace fourfold {

// A symmetric positive semidefinite matrix S (n, n), scaled to have ones or less on its
// diagonal, and its factor S = R^T R. Only the upper triangle is kept, row-major, rows padded
// to whole panels. Directions in which S is flat to rounding are left out: a solution is zero
// along them.
class Cholesky {
public:
    Cholesky(const NewtonKernels& kernels, int max_threads)
        : kernels_(kernels), max_threads_(max_threads) {}

    // Starts an n x n matrix of zeros.
    void reset(std::size_t n);

    std::size_t size() const { return n_; }
    std::size_t panels() const { return ld_ / kPanel; }
    double* row(std::size_t i) { return s_.get() + i * ld_; }

    // S <- S - X^T X for X (depth, n) in panels: panel p at x + p * depth * kPanel.
    void subtract_gram(std::size_t depth, const double* x);

    // Replaces S by R.
    void factorise();

    // x <- S^-1 x.  x (n)
    void solve(double* x);

    // Threads that n is worth.
    int threads() const { return threads_; }

private:
    void factorise_panel(std::size_t at, std::size_t end, double* panels);

    const NewtonKernels& kernels_;
    int max_threads_;
    int threads_ = 1;
    std::size_t n_ = 0;
    std::size_t ld_ = 0; // rows of S, padding included
    AlignedArray s_, panels_, lower_, right_;
    AlignedArray inverse_; // of the diagonal of R
};

} // namespace fourfold
