// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/aligned.hpp"
#include "cpu/sparse/class_blocks.hpp"

namespace fourfold {

// q = r a b on class blocks, and the marginals that it is to fit. r is a full array: the guests hold
// what their homes do.
struct IterateSparse {
    AlignedArray r, x, x_prev; // pair arrays
    AlignedArray a, p1;        // row arrays
    AlignedArray b, p2;        // column arrays
    AlignedArray column_sums;  // r^T a

    void load(const ClassBlocks& blocks) {
        for (AlignedArray* pairs : {&r, &x, &x_prev})
            pairs->reserve(blocks.pairs());
        for (AlignedArray* rows : {&a, &p1})
            rows->reserve(blocks.rows());
        for (AlignedArray* columns : {&b, &p2, &column_sums})
            columns->reserve(blocks.columns());
        blocks.take_rows(blocks.problem().p1y, p1.get());
        blocks.take_columns(blocks.problem().p2y, p2.get());
    }
};

} // namespace fourfold
