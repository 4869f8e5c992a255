// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/blocks.hpp"
#include "cpu/certificate_cpu.hpp"
#include "cpu/exact_iterate.hpp"
#include "cpu/iterate_cpu.hpp"
#include "cpu/products/thin_products.hpp"
#include "cpu/products/wide_products.hpp"
#include "cpu/scaling_cpu.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {

// The back end on CPU threads; see fourfold/backend.hpp for what each stage does. Products are
// ThinProducts, or WideProducts where there are many classes.
//
// With ThinProducts<float> the steps are taken in single precision, in half the time. The certificate
// is still one in double precision, of the coupling that factors() writes: it is made by shrink(), see
// ExactCopy; so certificate() and factors() are to follow that.
template <class Products>
class BackendCpu {
public:
    BackendCpu(int threads, StopCheck& stop);
    BackendCpu(const BackendCpu&) = delete; // its parts refer to each other
    BackendCpu& operator=(const BackendCpu&) = delete;

    // `problem` must outlive the solve. Throws Interrupted, as do the other stages.
    void load(const Problem& problem);
    double sweep();
    double scaling_step();
    int scaling_sweeps() const { return plain_sweeps() ? 1 : scaling_.sweeps(); }
    void shrink() { certificate_.shrink(); }
    Bounds certificate() { return certificate_.bounds(); }
    void average(double weight) {
        certificate_.average(weight, iterate_.a.get(), iterate_.bt.get());
    }
    double averaged_lower() { return certificate_.averaged_lower(); }
    void dual(const Dual& out) const { certificate_.dual(out); }
    Step step(double power, double weight);
    void restart();
    void factors(const Factors& out);
    void assign(const Factors& in);

    // To read and write the iterate as it lies, see BackendActive; then, where x, x_prev, a and b were
    // written, resume() makes the rest of it.
    IterateCpu<typename Products::Number>& iterate() { return iterate_; }
    const Layout& layout() const { return layout_; }
    void resume();

private:
    using Real = typename Products::Number;

    void set_start();
    void set_r();
    double fit_rows();
    StepSums step_rows(Block rows, double power, double weight, const Real* bt);
    template <class Body>
    void for_blocks_and_sum_columns(const Body& body);

    const StepKernels<Real>& kernels_;
    Layout layout_;
    Blocks blocks_;
    Products products_;
    IterateCpu<Real> iterate_;
    TargetsCpu<Real> targets_;
    double violation_ = 0.0; // that the last sweep or scaling step left
    ScalingCpu<Products> scaling_;
    ExactOf<Products> exact_;
    CertificateCpu<ExactOf<Products>> certificate_;
    std::vector<StepSums> step_sums_; // of the chunks
};

} // namespace fourfold
