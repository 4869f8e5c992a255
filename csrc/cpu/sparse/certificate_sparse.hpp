// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/certificate.hpp"
#include "cpu/aligned.hpp"
#include "cpu/sparse/block_products.hpp"
#include "cpu/sparse/iterate_sparse.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {

// The bounds of core/certificate.hpp on class blocks. M is 0 for pairs without a common class: the
// largest M of a state is that of the pairs that have one.
class CertificateSparse {
public:
    CertificateSparse(const KernelTable& kernels, const ClassBlocks& blocks,
                      const BlockProducts& products, IterateSparse& iterate)
        : kernels_(kernels), blocks_(blocks), products_(products), iterate_(iterate) {}

    void load();

    // See fourfold/backend.hpp.
    void shrink();
    Bounds bounds();
    void average(double weight);
    double averaged_lower();
    void dual(const Dual& out) const;

    // A pair array that the next bounds are made in.
    double* scratch() { return m_.get(); }

private:
    // log a and log b of a pair, zero in the padding.
    struct Logs {
        AlignedArray a, b;
    };

    void add_dual(const Logs& logs, CertificateTerms& terms) const;
    void add_shifts(CertificateTerms& terms);
    void remember(const CertificateTerms& terms, const Logs& logs);

    const KernelTable& kernels_;
    const ClassBlocks& blocks_;
    const BlockProducts& products_;
    IterateSparse& iterate_;
    double entropy_y_ = 0.0;
    std::vector<double> p1_, p2_, class_sums_;
    Logs logs_, mean_;
    AlignedArray m_;                               // a pair array
    AlignedArray a_, b_, row_sums_;                // of the averaged pair; r b
    AlignedArray row_max_, column_max_;            // in a row and a column array
    std::vector<double> row_shift_, column_shift_; // their largest by state, as logarithms
    const Logs* dual_ = nullptr;                   // the pair of the last lower bound
    bool shift_rows_ = false;
};

} // namespace fourfold
