// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/kernels/kernel_table.hpp"
#include "cpu/sparse/class_blocks.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// Products over the blocks of ClassBlocks. A full array is a pair array whose guests hold what their
// homes do. Each throws Interrupted.
class BlockProducts {
public:
    BlockProducts(const KernelTable& kernels, const ClassBlocks& blocks, StopCheck& stop)
        : kernels_(kernels), blocks_(blocks), stop_(stop) {}

    void fill_guests(double* pairs) const;
    void clear_guests(double* pairs) const;

    // out(i,y) = sum_j t(i,j) b(j,y), out(j,y) = sum_i t(i,j) a(i,y).  t full
    void row_sums(const double* t, const double* b, double* out) const;
    void column_sums(const double* t, const double* a, double* out) const;

    // What the guests lack of both where t is a pair array.
    void add_guest_rows(const double* t, const double* b, double* out) const;
    void add_guest_columns(const double* t, const double* a, double* out) const;

    // m(i,j) = sum_y a(i,y) b(j,y), a pair array.
    void products(const double* a, const double* b, double* m) const;

private:
    // body(block) for each class.
    template <class Body>
    void for_blocks(const Body& body) const;

    const KernelTable& kernels_;
    const ClassBlocks& blocks_;
    StopCheck& stop_;
};

} // namespace fourfold
