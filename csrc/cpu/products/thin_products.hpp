// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "cpu/aligned.hpp"
#include "cpu/blocks.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/layout.hpp"

namespace fourfold {

// What the stages of BackendCpu and the certificate take of the products of r, a and b, where there
// are few classes: kernels that stream one operand past a tile of the result. WideProducts has the
// same members. Of a block of rows, pair and row arrays are given at its first one.
template <class Real>
class ThinProducts {
public:
    using Number = Real;

    ThinProducts(const KernelTable& kernels, const Blocks& blocks)
        : kernels_(kernels.steps<Real>()), certificate_kernels_(kernels.certificate),
          blocks_(blocks) {}

    // The kernels for column arrays that lie like its own.
    static const ScalingKernels<Real>& scaling(const KernelTable& kernels) {
        return kernels.scaling<Real>();
    }

    // How Blocks are to be cut.
    static std::size_t block_rows(const Layout& layout) {
        const bool b_in_cache = layout.columns() * sizeof(Real) <= kMostCachedBytes;
        return b_in_cache ? std::clamp(kBlockBytes / sizeof(Real) /
                                           std::max(layout.ld, kPaddingOf<Real>),
                                       kLeastBlockRows, kMostBlockRows)
                          : kMostBlockRows;
    }
    static std::size_t block_columns(const Layout&) { return 256; }

    // After Blocks were loaded.
    void load(const Layout& layout) {
        layout_ = layout;
        const std::size_t partial = (blocks_.chunks() - 1) * layout.columns();
        sums_by_chunk_ = static_cast<double>(partial) * sizeof(Real) <= kMostPartialBytes;
    }

    // Where (y, j) is in a column array.
    std::size_t at(std::size_t y, std::size_t j) const { return y * layout_.ld + j; }

    ColumnShape column_shape() const { return {1, layout_.ky, layout_.ld}; }

    // To be called when a or b was written from outside, before it is multiplied with r.
    void take_a(const Real*) {}
    void take_b(const Real*) {}

    // b = P2 / (r^T a)
    void fit_columns(const Real* p2t, const Real* sums, Real* bt) {
        kernels_.quotients(layout_.columns(), p2t, sums, bt);
    }

    // a = P1 / (r b) for a block of rows, b as fit_columns() left it.
    void fit_rows(Block rows, const Real* r, const Real* bt, const Real* p1y, Real* a) {
        kernels_.row_products(rows.size(), layout_.ld, layout_.ky, r, bt, a);
        kernels_.quotients(rows.size() * layout_.ky, p1y, a, a);
    }

    // out = a (a (r x)) / P1 for a block of rows, x as take_b() has seen it.
    void weigh_rows(const ScalingKernels<Real>& scaling, Block rows, const Real* r,
                    const Real* xt, const Real* p1y, const Real* a, Real* out) {
        kernels_.row_products(rows.size(), layout_.ld, layout_.ky, r, xt, out);
        scaling.weigh(rows.size() * layout_.ky, p1y, a, out);
    }

    // sum |b (r^T a) - P2|
    double misfit(const Real* bt, const Real* sums, const Real* p2t) const {
        return kernels_.misfit(layout_.columns(), bt, sums, p2t);
    }

    // StepKernels::step with M = a bt.
    StepSums step(Block rows, double power, double weight, const Real* a, const Real* bt,
                  Real* x, Real* x_prev, Real* r) {
        return kernels_.step(rows.size(), layout_.ld, layout_.ky, power, weight, a, bt, x,
                             x_prev, r);
    }

    // body(chunk, block) for every block of rows, then sums = (r^T a)^T, of the whole arrays.
    template <class Body>
    void for_blocks_and_sum_columns(const Real* r, const Real* a, Real* sums, const Body& body);

    // To be called before primal().
    void prepare_primal(const double*) { row_products_.reserve(layout_.rows()); }

    // sum a (r b) log a over some rows.
    LogSums primal(Block rows, const double* r, const double* bt, const double* a,
                   const double* log_a) {
        double* const rb = row_products_.get() + rows.begin * layout_.ky;
        kernels_.row_products(rows.size(), layout_.ld, layout_.ky, r, bt, rb);
        return certificate_kernels_.weighted_logs(rows.size() * layout_.ky, a, rb, log_a);
    }

    // CertificateKernels::scan_products
    ScanSums scan(Block rows, const double* r, const double* a, const double* bt,
                  double* row_max, double* column_max) {
        return certificate_kernels_.scan_products(rows.size(), layout_.ld, layout_.ky, a, bt, r,
                                                  row_max, column_max);
    }

    // CertificateKernels::product_maxima
    void maxima(Block rows, const double* a, const double* bt, double* row_max,
                double* column_max) {
        certificate_kernels_.product_maxima(rows.size(), layout_.ld, layout_.ky, a, bt, row_max,
                                            column_max);
    }

private:
    // A block of r takes half of the second-level cache at most.
    static constexpr std::size_t kBlockBytes = 262144;
    // Where b does not, it is read anew for each block, which then has as many rows as allowed.
    static constexpr std::size_t kMostCachedBytes = 524288;
    static constexpr std::size_t kLeastBlockRows = 8;
    static constexpr std::size_t kMostBlockRows = 64;
    // The chunks' sums over rows must not take more memory than this.
    static constexpr double kMostPartialBytes = 6.4e7;

    const StepKernels<Real>& kernels_;
    const CertificateKernels& certificate_kernels_;
    const Blocks& blocks_;
    Layout layout_;
    bool sums_by_chunk_ = true;         // else the columns are summed in a pass of their own
    AlignedArrayOf<Real> partial_sums_; // of all chunks but the first: (chunks - 1, KY, ld)
    AlignedArray row_products_;         // (K1, KY)
};

template <class Real>
template <class Body>
void ThinProducts<Real>::for_blocks_and_sum_columns(const Real* r, const Real* a, Real* sums,
                                                    const Body& body) {
    const std::size_t n = layout_.columns();
    if (!sums_by_chunk_) {
        blocks_.for_row_blocks(body);
        blocks_.for_column_blocks([&](std::size_t, Block columns) {
            kernels_.column_products(layout_.k1, layout_.ld, layout_.ky, columns.begin,
                                     columns.end, true, r, a, sums);
        });
        return;
    }
    Real* const partial_sums = partial_sums_.reserve((blocks_.chunks() - 1) * n);
    blocks_.for_row_blocks([&](std::size_t chunk, Block rows) {
        body(chunk, rows);
        Real* const of_chunk = chunk == 0 ? sums : partial_sums + (chunk - 1) * n;
        kernels_.column_products(rows.size(), layout_.ld, layout_.ky, 0, layout_.ld,
                                 rows.begin == blocks_.chunk(chunk).begin,
                                 r + rows.begin * layout_.ld, a + rows.begin * layout_.ky,
                                 of_chunk);
    });
    for (std::size_t chunk = 1; chunk < blocks_.chunks(); ++chunk) {
        const Real* more = partial_sums + (chunk - 1) * n;
        for (std::size_t k = 0; k < n; ++k)
            sums[k] += more[k];
    }
}

} // namespace fourfold
