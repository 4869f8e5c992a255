// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/certificate.hpp"
#include "cpu/aligned.hpp"
#include "cpu/blocks.hpp"
#include "cpu/exact_iterate.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {

// The bounds of core/certificate.hpp on CPU threads, always in double precision. Exact is one of
// those in exact_iterate.hpp.
template <class Exact>
class CertificateCpu {
public:
    CertificateCpu(const KernelTable& kernels, const Blocks& blocks, Exact& exact)
        : steps_(kernels.steps<Number>()), exact_steps_(kernels.in_double),
          kernels_(kernels.certificate), blocks_(blocks), exact_(exact) {}

    void load(const Problem& problem, const Layout& layout);

    // See fourfold/backend.hpp.
    void shrink();
    Bounds bounds();
    // a and bt are those of the steps.
    void average(double weight, const typename Exact::Number* a,
                 const typename Exact::Number* bt);
    double averaged_lower();
    void dual(const Dual& out) const;

private:
    using Number = typename Exact::Number;

    static constexpr std::size_t kPiece = 1024; // of a factor; stays in the first-level cache

    void move_mean(std::size_t n, double weight, const Number* factor, double* mean) const;
    void add_dual(std::size_t n, const double* p, const double* log,
                  CertificateTerms& terms) const;
    void add_shift(std::size_t n, const double* p, double* maxima, double& shift,
                   CertificateTerms& terms) const;
    void add_chunks(CertificateTerms& terms);
    void remember(const CertificateTerms& terms, const double* log_a, const double* log_bt);

    const StepKernels<Number>& steps_;
    const StepKernels<double>& exact_steps_;
    const CertificateKernels& kernels_;
    const Blocks& blocks_;
    Exact& exact_;
    Layout layout_;
    double entropy_y_ = 0.0;
    std::vector<double> p1_, p2_, class_sums_; // marginals of X1 and X2
    AlignedArray mean_log_a_, mean_log_bt_;    // of the averaged factors, 0 where there is none
    AlignedArray log_a_, log_bt_; // of the iterate; or the averaged factors themselves
    AlignedArray row_max_, chunk_column_max_; // (K1), (chunks, ld)
    AlignedArrayOf<Number> logs_;             // of a piece of a factor of the steps
    std::vector<CertificateTerms> chunk_terms_;
    // The pair of the last lower bound, and whether rows or columns of it are to be shifted: their
    // maxima are logarithms then.
    const double* dual_log_a_ = nullptr;
    const double* dual_log_bt_ = nullptr;
    bool shift_rows_ = false;
};

} // namespace fourfold
