// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/aligned.hpp"
#include "cpu/blocks.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/layout.hpp"
#include "cpu/products/panel_products.hpp"

namespace fourfold {

// Which products a solve in double precision takes: the wide ones where they pay, or always the same
// (for tests).
enum class ProductKind { kAuto, kThin, kWide };
void select_products(ProductKind kind);

// The members of ThinProducts where there are many classes, on PanelProducts; in double precision
// only. Column arrays lie in panels.
class WideProducts {
public:
    using Number = double;

    // Whether they are to be taken.
    static bool pay(const Problem& problem);

    WideProducts(const KernelTable& kernels, const Blocks& blocks)
        : kernels_(kernels.in_double), certificate_kernels_(kernels.certificate),
          blocks_(blocks), panels_(kernels.wide) {}

    static const ScalingKernels<double>& scaling(const KernelTable& kernels) {
        return kernels.scaling_in_double;
    }
    static std::size_t block_rows(const Layout&) { return PanelProducts::kBlockRows; }
    static std::size_t block_columns(const Layout& layout) {
        return PanelProducts::block_columns(layout.ld);
    }
    void load(const Layout& layout);

    std::size_t at(std::size_t y, std::size_t j) const {
        return (j / kPanel * layout_.ky + y) * kPanel + j % kPanel;
    }
    ColumnShape column_shape() const { return {layout_.ld / kPanel, layout_.ky, kPanel}; }
    void take_a(const double* a);
    void take_b(const double* bt);
    void fit_columns(const double* p2t, const double* sums, double* bt);
    void fit_rows(Block rows, const double* r, const double* bt, const double* p1y, double* a);
    void weigh_rows(const ScalingKernels<double>& scaling, Block rows, const double* r,
                    const double* xt, const double* p1y, const double* a, double* out);
    double misfit(const double* bt, const double* sums, const double* p2t);
    StepSums step(Block rows, double power, double weight, const double* a, const double* bt,
                  double* x, double* x_prev, double* r);

    // a is as take_a() and fit_rows() have seen it.
    template <class Body>
    void for_blocks_and_sum_columns(const double* r, const double*, double* sums,
                                    const Body& body) {
        blocks_.for_row_blocks(body);
        blocks_.for_column_blocks([&](std::size_t, Block columns) {
            panels_.sum_columns(columns.begin, columns.end, r, sums);
        });
    }

    void prepare_primal(const double* bt) { take_b(bt); }
    LogSums primal(Block rows, const double* r, const double* bt, const double* a,
                   const double* log_a);
    ScanSums scan(Block rows, const double* r, const double* a, const double* bt,
                  double* row_max, double* column_max);
    void maxima(Block rows, const double* a, const double* bt, double* row_max,
                double* column_max);

private:
    const StepKernels<double>& kernels_;
    const CertificateKernels& certificate_kernels_;
    const Blocks& blocks_;
    Layout layout_;
    PanelProducts panels_;
    std::vector<double> misfits_; // of the blocks of columns
};

} // namespace fourfold
