// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/aligned.hpp"
#include "cpu/newton/cholesky.hpp"
#include "cpu/sparse/block_products.hpp"
#include "cpu/sparse/class_blocks.hpp"
#include "fourfold/newton_system.hpp"

namespace fourfold {

// The Newton system on class blocks; see fourfold/newton_system.hpp and ClassBlocks.
//
// Row i of X1 has the classes S_i, and is coupled to all columns of these. It is eliminated: with
// H_i = L L^T its block (S_i, S_i) and T_i (S_i, columns of S_i), what is left over the columns is
//     S = H_columns - sum_i X_i^T X_i,   X_i = L^-1 T_i,
// of which the part of classes y and z has the rows that have both: one product for each pair of
// classes. The last column of a class is pinned, so that its unknowns are the ones before.
class NewtonSystemSparse {
public:
    // `blocks` are those that the back end has loaded.
    NewtonSystemSparse(const ClassBlocks& blocks, StopCheck& stop);

    void load(const Problem& problem);
    std::size_t pairs() const { return blocks_.pairs(); }
    std::size_t rows() const { return blocks_.rows(); }
    std::size_t columns() const { return blocks_.columns(); }
    void place(const Factors& from, double* r, double* a, double* b) const;
    void gather(const double* r, const double* a, const double* b, const Factors& to) const;
    const double* row_target() const { return p1_.get(); }
    const double* column_target() const { return p2_.get(); }

    const PairPasses& pair_passes() const { return kernels_.pairs; }

    void products(const double* a, const double* b, double* m) const;
    void row_sums(const double* t, const double* b, double* out) const;
    void column_sums(const double* t, const double* a, double* out) const;
    void factorise(const double* r, const double* c, const double* a, const double* b);
    void solve(const double* ga, const double* gb, double* da, double* db);

    // Of the columns of a class: as many as a block has, with its padding.
    static double stored(double columns);
    // Multiply-adds of one factorise(), and the bytes of the Schur complement. Where the classes have few
    // states of X2 each, most of the first are of the padding.
    static double work(const Problem& problem);
    static double dense_bytes(const Problem& problem);

private:
    using Block = ClassBlocks::Block;
    using Places = ClassBlocks::Places;

    struct RowOfX {
        std::size_t lower; // of L, in lower_
        std::size_t x;     // of the first of its panels, in x_
    };
    // Of a row with two classes, the panels of either.
    struct Source {
        const double *y, *z;
        std::size_t depth;
    };

    void spread_columns(const double* b);
    void eliminate_row(std::size_t i, const double* a, const double* b);
    void factorise_row(std::size_t n, double* h) const;
    void scale_columns();
    void multiply_rows(std::size_t y, std::size_t z);
    void multiply_sources(const Block& of_y, const Block& of_z, std::size_t depth);
    void copy_sources(std::size_t width, std::size_t depth, const double* Source::* of,
                      double* panels) const;
    void write_part(std::size_t y, std::size_t z);
    void add_column_blocks();
    void solve_columns(double* db);
    static std::size_t unknowns(const Block& block) { return block.columns - 1; }

    const KernelTable& kernels_;
    const ClassBlocks& blocks_;
    StopCheck& stop_;
    BlockProducts products_;
    Cholesky schur_;
    AlignedArray p1_, p2_;
    std::vector<std::size_t> first_unknown_; // by class
    AlignedArray r_, c_;                     // of factorise(), full
    AlignedArray spread_;  // (KY, columns): b(j,y) for the j of each place and every y
    AlignedArray coupled_; // (KY, columns): H_columns at (j,y) and the place, y up to its class
    // X_i: panels (|S_i|, kPanel) of the columns of its classes, one class after another
    AlignedArray lower_, x_;
    std::vector<RowOfX> row_of_x_; // by state of X1
    std::vector<std::size_t>
        panels_at_;      // in x_, of the state and class of a place of a row array
    AlignedArray scale_; // of a column array, to a unit diagonal; 0 where pinned
    std::vector<Source> sources_;
    AlignedArray y_panels_, z_panels_; // of sources_
    AlignedArray part_;                // of S, (width of y, width of z)
    AlignedArray row_, unknown_;
};

} // namespace fourfold
