// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/active/active_pairs.hpp"
#include "cpu/aligned.hpp"
#include "cpu/blocks.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/layout.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

// The products of ThinProducts over the alive pairs alone. r is a list of these, by rows; a row array is
// (K1, kp) and a column array (K2, kp), kp = K_Y padded to a register, and the layout says
// ky = kp, ld = K2. Each sum is that of one state, in the order of its pairs: no result depends on the
// number of threads.
class ActiveProducts {
public:
    using Number = double;

    ActiveProducts(const KernelTable& kernels, int threads, StopCheck& stop)
        : kernels_(kernels.active), steps_(kernels.in_double), max_threads_(threads),
          stop_(stop) {}

    static const ScalingKernels<double>& scaling(const KernelTable& kernels) {
        return kernels.active.scaling;
    }
    // K_Y padded.
    std::size_t padded(std::size_t ky) const { return rounded_up(ky, kernels_.lanes); }

    void load(const Layout& layout) { layout_ = layout; }
    // The pairs were assigned anew; they must outlive the use.
    void take_pairs(const ActivePairs& pairs);
    // r has changed.
    void take_r(const double* r);

    std::size_t at(std::size_t y, std::size_t j) const { return j * layout_.ky + y; }
    ColumnShape column_shape() const { return {layout_.k2, layout_.ky, 1}; }
    void take_a(const double*) {}
    void take_b(const double*) {}

    void fit_columns(const double* p2, const double* sums, double* b) const {
        steps_.quotients(layout_.columns(), p2, sums, b);
    }
    void fit_rows(Block rows, const double*, const double* b, const double* p1, double* a) {
        double* const out = a - rows.begin * layout_.ky; // of the first state
        multiply_rows(rows, b, out);
        steps_.quotients(rows.size() * layout_.ky, p1, a, a);
    }
    void weigh_rows(const ScalingKernels<double>& scaling_kernels, Block rows, const double*,
                    const double* x, const double* p1, const double* a, double* out) {
        multiply_rows(rows, x, out - rows.begin * layout_.ky);
        scaling_kernels.weigh(rows.size() * layout_.ky, p1, a, out);
    }
    double misfit(const double* b, const double* sums, const double* p2) const {
        return steps_.misfit(layout_.columns(), b, sums, p2);
    }

    // body(part, rows) for all rows in parts, then sums = (r^T a)^T.
    template <class Body>
    void for_blocks_and_sum_columns(const double*, const double* a, double* sums,
                                    const Body& body) {
        share_out(rows_.size(), [&](std::size_t part) { body(part, rows_[part]); });
        const PairRuns& runs = pairs_->by_columns();
        share_out(columns_.size(), [&](std::size_t part) {
            kernels_.gather(columns_[part].begin, columns_[part].end, layout_.ky,
                            runs.first.data(), runs.index.data(), by_columns_.get(), a, sums);
        });
    }

    // M at the pairs of some rows.
    void pair_products(Block rows, const double* a, const double* b, double* m) const {
        const PairRuns& runs = pairs_->by_rows();
        kernels_.pair_products(rows.begin, rows.end, layout_.ky, runs.first.data(),
                               runs.index.data(), a, b, m);
    }

    // body(part) for parts of something, in parallel. Throws Interrupted.
    template <class Body>
    void share_out(std::size_t parts, const Body& body) const {
        parallel_for(parts, max_threads_, body);
        if (stop_.requested())
            throw Interrupted();
    }
    // Of rows; one where there is too little to do for several threads.
    std::size_t parts() const { return rows_.size(); }

    // out(i,:) = sum_j r(i,j) x(j,:); out of the first state of all
    void multiply_rows(Block rows, const double* x, double* out) const {
        const PairRuns& runs = pairs_->by_rows();
        kernels_.gather(rows.begin, rows.end, layout_.ky, runs.first.data(), runs.index.data(),
                        by_rows_, x, out);
    }

private:
    const ActiveKernels& kernels_;
    const StepKernels<double>& steps_;
    int max_threads_;
    StopCheck& stop_;
    Layout layout_;
    const ActivePairs* pairs_ = nullptr;
    std::vector<Block> rows_, columns_; // what a thread takes at a time
    const double* by_rows_ = nullptr;   // r
    AlignedArray by_columns_;           // the same, by columns
};

} // namespace fourfold
