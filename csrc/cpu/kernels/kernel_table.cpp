// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Puts the kernels of one instruction set together; compiled once for each.
#include "cpu/kernels/kernel_table.hpp"

#include "cpu/kernels/simd_level.hpp"

namespace fourfold {

extern const StepKernels<double> FOURFOLD_LEVEL_NAME(double_kernels_);
extern const StepKernels<float> FOURFOLD_LEVEL_NAME(single_kernels_);
extern const ScalingKernels<double> FOURFOLD_LEVEL_NAME(double_scaling_kernels_);
extern const ScalingKernels<float> FOURFOLD_LEVEL_NAME(single_scaling_kernels_);
extern const ActiveKernels FOURFOLD_LEVEL_NAME(active_kernels_);
extern const CertificateKernels FOURFOLD_LEVEL_NAME(certificate_kernels_);
extern const GroupKernels FOURFOLD_LEVEL_NAME(group_kernels_);
extern const LabelKernels FOURFOLD_LEVEL_NAME(label_kernels_);
extern const NewtonKernels FOURFOLD_LEVEL_NAME(newton_kernels_);
extern const PairPasses FOURFOLD_LEVEL_NAME(pair_passes_);
extern const SparseKernels FOURFOLD_LEVEL_NAME(sparse_kernels_);
extern const TableKernels FOURFOLD_LEVEL_NAME(table_kernels_);
extern const WideKernels FOURFOLD_LEVEL_NAME(wide_kernels_);

extern const KernelTable FOURFOLD_LEVEL_NAME(kernels_);
const KernelTable FOURFOLD_LEVEL_NAME(kernels_) = {
    FOURFOLD_LEVEL_STRING,
    FOURFOLD_LEVEL_NAME(double_kernels_),
    FOURFOLD_LEVEL_NAME(single_kernels_),
    FOURFOLD_LEVEL_NAME(double_scaling_kernels_),
    FOURFOLD_LEVEL_NAME(single_scaling_kernels_),
    FOURFOLD_LEVEL_NAME(active_kernels_),
    FOURFOLD_LEVEL_NAME(certificate_kernels_),
    FOURFOLD_LEVEL_NAME(group_kernels_),
    FOURFOLD_LEVEL_NAME(label_kernels_),
    FOURFOLD_LEVEL_NAME(newton_kernels_),
    FOURFOLD_LEVEL_NAME(pair_passes_),
    FOURFOLD_LEVEL_NAME(sparse_kernels_),
    FOURFOLD_LEVEL_NAME(table_kernels_),
    FOURFOLD_LEVEL_NAME(wide_kernels_),
};

} // namespace fourfold
