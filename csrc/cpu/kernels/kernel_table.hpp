// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>

#include "core/real.hpp"
#include "cpu/kernels/active_kernels.hpp"
#include "cpu/kernels/group_kernels.hpp"
#include "cpu/kernels/label_kernels.hpp"
#include "cpu/kernels/newton_kernels.hpp"
#include "cpu/kernels/scaling_kernels.hpp"
#include "cpu/kernels/sparse_kernels.hpp"
#include "cpu/kernels/table_kernels.hpp"
#include "cpu/kernels/wide_kernels.hpp"
#include "fourfold/pair_passes.hpp"

namespace fourfold {

// Columns of every (K1, K2) array are padded to a multiple of this, the widest register, so
// that one layout serves every instruction set. r is irrelevant in the padding: b is zero
// there.
template <class Real>
inline constexpr std::size_t kPaddingOf = 64 / sizeof(Real);
inline constexpr std::size_t kPadding = kPaddingOf<double>;

// What step() sums over its rows.
struct StepSums {
    double change = 0.0;
    double alignment = 0.0;
};

// What scan_products() sums over its rows.
struct ScanSums {
    double r_m_log_m = 0.0;
    double magnitude = 0.0; // of the same terms in absolute value
};

// What weighted_logs() sums.
struct LogSums {
    double sum = 0.0;
    double magnitude = 0.0; // of the same terms in absolute value
};

// The kernels of the first-order steps in one of two precisions. Shapes: r, x, x_prev (rows, ld);
// a (rows, ky) row-major; bt, the transpose of b, (ky, ld); ld a multiple of kPaddingOf<Real>.
template <class Real>
struct StepKernels {
    // r = exp(x).  n entries, a multiple of the padding.
    void (*exponentials)(std::size_t n, const Real* x, Real* r);

    // out(i,y) = sum_j r(i,j) bt(y,j).  out (rows, ky)
    void (*row_products)(std::size_t rows, std::size_t ld, std::size_t ky, const Real* r,
                         const Real* bt, Real* out);

    // out(y,j) = sum_i r(i,j) a(i,y) for the columns [begin, end), multiples of the padding; added
    // to what is there unless `start`.  out (ky, ld)
    void (*column_products)(std::size_t rows, std::size_t ld, std::size_t ky, std::size_t begin,
                            std::size_t end, bool start, const Real* r, const Real* a,
                            Real* out);

    // One outer step and the extrapolation after it. M = a bt; with next = max(x + power log M,
    // floor):  x = clamp(next + weight (next - x_prev)), x_prev = next, r = exp(x). On entry
    // r = exp(x).
    StepSums (*step)(std::size_t rows, std::size_t ld, std::size_t ky, double power,
                     double weight, const Real* a, const Real* bt, Real* x, Real* x_prev,
                     Real* r);

    // The same with an M that is there: m (rows, columns) in rows of ldm, columns a multiple of the
    // padding. x, x_prev, r are given at M's first column.
    StepSums (*step_stored)(std::size_t rows, std::size_t columns, std::size_t ldm,
                            const Real* m, std::size_t ld, double power, double weight, Real* x,
                            Real* x_prev, Real* r);

    // out = log(in) where in > 0, else 0.  n entries.
    void (*log_or_zero)(std::size_t n, const Real* in, Real* out);

    // out = p / s, s at least kTinyOf<Real>, to a unit in the last place.  n entries.
    void (*quotients)(std::size_t n, const Real* p, const Real* s, Real* out);

    // sum |b s - p|.  n entries, a multiple of the padding.
    double (*misfit)(std::size_t n, const Real* b, const Real* s, const Real* p);

    // The kernels' exp (arguments in [-700, 700], or [-87, 88] in single precision) and log
    // (normal, positive), for their tests.
    void (*exponential)(std::size_t n, const Real* in, Real* out);
    void (*logarithm)(std::size_t n, const Real* in, Real* out);
};

// What the certificate takes besides: always in double precision. Shapes as above.
struct CertificateKernels {
    // M = a bt;  row_max(i) = max_j M;  column_max(j) = max(column_max(j), max_i M).
    ScanSums (*scan_products)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                              const double* bt, const double* r, double* row_max,
                              double* column_max);

    // The same maxima alone.
    void (*product_maxima)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                           const double* bt, double* row_max, double* column_max);

    // Both with an M that is there: m (rows, columns) in rows of ldm, columns a multiple of kPadding.
    // r and column_max are given at M's first column; row_max is raised, like column_max.
    ScanSums (*scan_stored)(std::size_t rows, std::size_t columns, std::size_t ldm,
                            const double* m, std::size_t ld, const double* r, double* row_max,
                            double* column_max);
    void (*stored_maxima)(std::size_t rows, std::size_t columns, std::size_t ldm,
                          const double* m, double* row_max, double* column_max);

    // out = exp(in) where p > 0, else 0.  n entries; in within [-700, 700].
    void (*exp_where)(std::size_t n, const double* p, const double* in, double* out);

    // b <- b min(1, p / (b s)).  n entries, a multiple of kPadding.
    void (*shrink)(std::size_t n, const double* p, const double* s, double* b);

    // sum w v log over n entries; v null: 1.
    LogSums (*weighted_logs)(std::size_t n, const double* w, const double* v,
                             const double* log);
};

// All kernels of one instruction set.
struct KernelTable {
    const char* name;
    const StepKernels<double>& in_double;
    const StepKernels<float>& in_single;
    const ScalingKernels<double>& scaling_in_double;
    const ScalingKernels<float>& scaling_in_single;
    const ActiveKernels& active;
    const CertificateKernels& certificate;
    const GroupKernels& groups;
    const LabelKernels& labels;
    const NewtonKernels& newton;
    const PairPasses& pairs;
    const SparseKernels& sparse;
    const TableKernels& table;
    const WideKernels& wide;

    template <class Real>
    const StepKernels<Real>& steps() const {
        if constexpr (std::is_same_v<Real, float>)
            return in_single;
        else
            return in_double;
    }
    template <class Real>
    const ScalingKernels<Real>& scaling() const {
        if constexpr (std::is_same_v<Real, float>)
            return scaling_in_single;
        else
            return scaling_in_double;
    }
};

} // namespace fourfold
