// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/sparse/block_products.hpp"
#include "cpu/sparse/certificate_sparse.hpp"
#include "cpu/sparse/class_blocks.hpp"
#include "cpu/sparse/class_scaling.hpp"
#include "cpu/sparse/iterate_sparse.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {

class NewtonSystemSparse;

// The back end for tables whose classes are small blocks, on one thread; see fourfold/backend.hpp for
// what each stage does, and ClassBlocks for the layout.
class BackendSparse {
public:
    using SharedSystem = NewtonSystemSparse;

    BackendSparse(ClassBlocks& blocks, StopCheck& stop);
    BackendSparse(const BackendSparse&) = delete; // its parts refer to each other
    BackendSparse& operator=(const BackendSparse&) = delete;

    // `problem` must outlive the solve. Throws Interrupted, as do the other stages.
    void load(const Problem& problem);
    double sweep();
    double scaling_step();
    int scaling_sweeps() const { return 2; }
    void shrink() { certificate_.shrink(); }
    Bounds certificate() { return certificate_.bounds(); }
    void average(double weight) { certificate_.average(weight); }
    double averaged_lower() { return certificate_.averaged_lower(); }
    void dual(const Dual& out) const { certificate_.dual(out); }
    Step step(double power, double weight);
    void restart();
    void factors(const Factors& out);
    void assign(const Factors& in);

    void take(const double* r, const double* a, const double* b);
    void give(double* r, double* a, double* b) const;

private:
    void sum_columns();
    double fit_rows();
    void set_x();
    double misfit() const;

    const KernelTable& kernels_;
    ClassBlocks& blocks_;
    BlockProducts products_;
    IterateSparse iterate_;
    ClassScaling scaling_;
    CertificateSparse certificate_;
    double violation_ = 0.0;       // that the last sweep left
    bool has_x_ = false;           // x and x_prev are those of r
    AlignedArray kept_a_, kept_b_; // before a step on the scaling problem
};

} // namespace fourfold
