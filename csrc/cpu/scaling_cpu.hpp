// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cpu/aligned.hpp"
#include "cpu/iterate_cpu.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/layout.hpp"

namespace fourfold {

// Whether sweeps take the place of scaling steps (for tests).
void select_plain_sweeps(bool plain);
bool plain_sweeps();

// Steps on the scaling problem of core/scaling.hpp.
template <class Products>
class ScalingCpu {
public:
    ScalingCpu(const KernelTable& kernels, const TargetsCpu<typename Products::Number>& targets,
               Products& products, IterateCpu<typename Products::Number>& iterate)
        : kernels_(Products::scaling(kernels)), targets_(targets), products_(products),
          iterate_(iterate) {}

    void load(const Layout& layout) { layout_ = layout; }

    // Takes a step in log b from where a sweep has left so much of a violation; to be followed by
    // a = P1 / (r b).
    void move_columns(double violation);
    // Takes both back.
    void take_back();
    // Those that the last step has cost, with those rows.
    int sweeps() const { return products_done_ + 1; }

private:
    using Real = typename Products::Number;

    void reserve();
    void find_direction(double violation);
    void copy(bool back);

    const ScalingKernels<Real>& kernels_;
    const TargetsCpu<Real>& targets_;
    Products& products_;
    IterateCpu<Real>& iterate_;
    Layout layout_;
    int products_done_ = 0; // with S, of the last step
    // column arrays: the step in log b, what is left of the gradient, the direction, b times
    // that, and the image of the direction under S
    AlignedArrayOf<Real> z_, residual_, direction_, x_, image_;
    AlignedArrayOf<Real> rows_;                      // a row array
    AlignedArrayOf<Real> old_a_, old_bt_, old_sums_; // the iterate before the step
    std::vector<double> slope_, curvature_, next_slope_, factors_; // of each class
};

} // namespace fourfold
