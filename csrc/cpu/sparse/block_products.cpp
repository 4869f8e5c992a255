// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/block_products.hpp"

#include "fourfold/error.hpp"

namespace fourfold {

using Block = ClassBlocks::Block;
using Guest = ClassBlocks::Guest;

template <class Body>
void BlockProducts::for_blocks(const Body& body) const {
    for (const Block& block : blocks_.blocks())
        body(block);
    if (stop_.requested())
        throw Interrupted();
}

void BlockProducts::fill_guests(double* pairs) const {
    for (const Guest& guest : blocks_.guests())
        pairs[guest.cell] = pairs[guest.home];
}

void BlockProducts::clear_guests(double* pairs) const {
    for (const Guest& guest : blocks_.guests())
        pairs[guest.cell] = 0.0;
}

void BlockProducts::row_sums(const double* t, const double* b, double* out) const {
    for_blocks([&](const Block& block) {
        kernels_.in_double.row_products(block.rows, block.width, 1, t + block.first_cell,
                                        b + block.first_column, out + block.first_row);
    });
}

void BlockProducts::column_sums(const double* t, const double* a, double* out) const {
    for_blocks([&](const Block& block) {
        kernels_.in_double.column_products(block.rows, block.width, 1, 0, block.width, true,
                                           t + block.first_cell, a + block.first_row,
                                           out + block.first_column);
    });
}

void BlockProducts::add_guest_rows(const double* t, const double* b, double* out) const {
    for (const Guest& guest : blocks_.guests())
        out[guest.row] += t[guest.home] * b[guest.column];
}

void BlockProducts::add_guest_columns(const double* t, const double* a, double* out) const {
    for (const Guest& guest : blocks_.guests())
        out[guest.column] += t[guest.home] * a[guest.row];
}

void BlockProducts::products(const double* a, const double* b, double* m) const {
    for_blocks([&](const Block& block) {
        kernels_.newton.products(block.rows, block.width, 1, a + block.first_row,
                                 b + block.first_column, m + block.first_cell);
    });
    for (const Guest& guest : blocks_.guests()) {
        m[guest.home] += m[guest.cell];
        m[guest.cell] = 0.0;
    }
}

} // namespace fourfold
