// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/newton/cholesky.hpp"
#include "cpu/sparse/class_blocks.hpp"
#include "cpu/sparse/iterate_sparse.hpp"

namespace fourfold {

// Newton's step on the problem of scaling r, as it is, to both marginals. The classes are apart. Where
// the rows of a class fit, with Q = r a b its part of q, D1 and D2 the diagonals of Q's marginals and z
// the change of log b,
//     (D2 - Q^T D1^-1 Q) z = P2 - sum_i Q,
// with one entry of z pinned at 0. Sweeps alone take hundreds of passes where parts of a block are
// almost disconnected.
class ClassScaling {
public:
    ClassScaling(const KernelTable& kernels, const ClassBlocks& blocks, IterateSparse& iterate)
        : kernels_(kernels), blocks_(blocks), iterate_(iterate), schur_(kernels.newton, 1) {}

    void load();

    // b of one class after the step; r^T a as a sweep left it.
    void move_columns(const ClassBlocks::Block& block);

private:
    const KernelTable& kernels_;
    const ClassBlocks& blocks_;
    IterateSparse& iterate_;
    Cholesky schur_;
    AlignedArray panels_, row_scale_, column_scale_, step_;
};

} // namespace fourfold
