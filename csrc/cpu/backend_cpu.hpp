// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/certificate.hpp"
#include "cpu/aligned.hpp"
#include "cpu/kernel_table.hpp"
#include "cpu/stop_check.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

// The back end on CPU threads; see fourfold/backend.hpp for what each stage does.
//
// Arrays: r, x, x_prev (K1, ld); a (K1, KY); bt, p2t, column_sums (KY, ld), where ld is K2
// padded to kPadding and `t` marks a transpose. Work is cut into blocks of rows, or of columns
// where the sum runs over rows, whose size does not depend on the number of threads; sums over
// blocks are added in order. So the result does not depend on the number of threads, to the
// last bit.
class BackendCpu {
public:
    BackendCpu(int threads, StopCheck& stop);

    // `problem` must outlive the solve. Throws Interrupted, as do the other stages.
    void load(const Problem& problem);
    void extrapolate(double weight);
    double sweep();
    void shrink();
    Bounds certificate();
    void average(double weight);
    double averaged_lower();
    Step multiply();
    void factors(const Factors& out) const;
    void assign(const Factors& in);

private:
    static constexpr std::size_t kBlockRows = 32;
    struct Block {
        std::size_t begin;
        std::size_t end;
        std::size_t size() const { return end - begin; }
    };
    // body(index, block) for every block of rows, in parallel.
    template <class Body>
    void for_row_blocks(const Body& body) {
        parallel_for(row_blocks_, threads_, [&](std::size_t index) {
            if (stop_.requested())
                return;
            body(index,
                 Block{index * kBlockRows, std::min(problem_.k1, (index + 1) * kBlockRows)});
        });
        if (stop_.requested())
            throw Interrupted();
    }
    void sum_columns();
    CertificateTerms column_terms();
    void add_shifts(CertificateTerms& terms) const;

    const KernelTable& kernels_;
    StopCheck& stop_;
    int max_threads_;
    int threads_ = 1; // of these, those that the problem is worth
    Problem problem_;
    double entropy_y_ = 0.0;
    std::size_t ld_ = 0;
    std::size_t row_blocks_ = 0;
    AlignedArray r_, x_, x_prev_, a_, bt_, p2t_, column_sums_;
    AlignedArray mean_log_a_, mean_log_bt_; // of the averaged factors, 0 where there is none
    AlignedArray block_column_max_;         // (row_blocks, ld)
    AlignedArray log_a_, row_products_, row_max_; // of the certificate: (K1, KY) twice, (K1)
    AlignedArray log_bt_;                         // (KY, ld)
    std::vector<double> p1_, p2_;                 // marginals of X1 and X2
    std::vector<StepSums> step_sums_;
    std::vector<double> class_sums_;
    std::vector<CertificateTerms> block_terms_;
};

} // namespace fourfold
