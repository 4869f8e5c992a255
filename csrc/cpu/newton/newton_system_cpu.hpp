// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/newton/cholesky.hpp"
#include "cpu/stop_check.hpp"
#include "fourfold/newton_system.hpp"

namespace fourfold {

// The Newton system on CPU threads; see fourfold/newton_system.hpp.
//
// H has one (KY, KY) block for each row and each column on its diagonal. The rows are
// eliminated: with H_i the block of row i and T_i (KY, columns) its coupling to the columns,
// what is left is
//     S = H_columns - sum_i T_i^T H_i^-1 T_i = H_columns - sum_i X_i^T X_i,   X_i = L_i^-1 T_i,
// of the size of the supported columns (j,y). Everything is scaled to a unit diagonal first:
// cells of mass 1e-30 and of mass 1 then weigh the same.
//
// Layout as in BackendCpu: pair arrays (K1, ld), row arrays (K1, KY), column arrays (KY, ld).
class NewtonSystemCpu {
public:
    NewtonSystemCpu(int threads, StopCheck& stop);

    void load(const Problem& problem);
    std::size_t pairs() const { return problem_.k1 * ld_; }
    std::size_t rows() const { return problem_.k1 * problem_.ky; }
    std::size_t columns() const { return problem_.ky * ld_; }
    void place(const Factors& from, double* r, double* a, double* b) const;
    void gather(const double* r, const double* a, const double* b, const Factors& to) const;
    const double* row_target() const { return problem_.p1y; }
    const double* column_target() const { return p2t_.get(); }

    const PairPasses& pair_passes() const { return kernels_.pairs; }

    void products(const double* a, const double* b, double* m) const;
    void row_sums(const double* t, const double* b, double* out) const;
    void column_sums(const double* t, const double* a, double* out) const;
    void factorise(const double* r, const double* c, const double* a, const double* b);
    void solve(const double* ga, const double* gb, double* da, double* db);

    // Multiply-adds of one factorise(), and the bytes of the Schur complement.
    static double work(const Problem& problem);
    static double dense_bytes(const Problem& problem);

private:
    // An unknown of the Schur complement: the log b of one supported, unpinned (j,y).
    struct Unknown {
        std::size_t column; // j
        std::size_t cls;    // y
        std::size_t at;     // position in a column array
    };
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    template <class Body>
    void for_blocks(std::size_t count, std::size_t block, const Body& body) const;
    void find_unknowns();
    void factorise_row(std::size_t i);
    void add_column_blocks();
    void eliminate_rows();
    void eliminate_row(std::size_t i, std::size_t depth, std::size_t offset, double* x) const;
    void apply_inverse_rows(const double* g, double* out) const;
    void couple_to_rows(const double* db, double* ha);
    void couple_to_columns(const double* da, double* hb);

    const KernelTable& kernels_;
    StopCheck& stop_;
    int max_threads_;
    Problem problem_;
    std::size_t ld_ = 0;
    std::size_t ld_rows_ = 0; // K1 padded, for the transposes
    AlignedArray p2t_;
    // the iterate that was factorised
    const double* r_ = nullptr;
    const double* c_ = nullptr;
    const double* a_ = nullptr;
    const double* b_ = nullptr;
    AlignedArray row_mass_, column_mass_; // a (r b), b (r^T a): the diagonal part of H
    std::vector<std::size_t> support_;    // classes of each row, one after another
    std::vector<std::size_t> support_begin_;
    std::vector<std::size_t> place_in_support_; // of each (i,y) in its row, or kAbsent
    std::vector<std::size_t> lower_begin_;
    AlignedArray lower_;      // L_i of each row, (support, support)
    AlignedArray row_scale_;  // in a row array
    AlignedArray row_factor_; // row_scale_ times a, over the support
    std::vector<Unknown> unknowns_;
    std::vector<std::size_t> block_begin_; // first unknown of each column that has one
    std::vector<double> unknown_scale_;
    AlignedArray expanded_; // (KY, unknowns): b(j,y) for the j of each unknown and every y
    AlignedArray x_;        // X of some rows, in panels
    AlignedArray pair_, row_work_, row_work2_, column_work_, column_work2_;
    AlignedArray row_vector_; // (KY)
    AlignedArray work_;       // work_size_ for each thread
    std::size_t work_size_ = 0;
    AlignedArray at_, ct_; // transposes of a and c, padded to (., ld_rows)
    std::vector<double> rhs_;
    Cholesky schur_;
};

} // namespace fourfold
