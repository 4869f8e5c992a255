// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/newton_kernels.hpp"
#include "cpu/table_kernels.hpp"
#include "cpu/wide_kernels.hpp"

namespace fourfold {

// Columns of every (K1, K2) array are padded to a multiple of this, the widest register, so
// that one layout serves every instruction set. r is irrelevant in the padding: b is zero
// there.
inline constexpr std::size_t kPadding = 8;

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

// The kernels of one instruction set. Shapes: r, x, x_prev (rows, ld); a (rows, ky) row-major;
// bt, the transpose of b, (ky, ld); ld a multiple of kPadding.
struct KernelTable {
    const char* name;

    // r = exp(x).  n entries, a multiple of kPadding.
    void (*exponentials)(std::size_t n, const double* x, double* r);

    // out(i,y) = sum_j r(i,j) bt(y,j).  out (rows, ky)
    void (*row_products)(std::size_t rows, std::size_t ld, std::size_t ky, const double* r,
                         const double* bt, double* out);

    // out(y,j) = sum_i r(i,j) a(i,y) for the columns [begin, end), multiples of kPadding; added
    // to what is there unless `start`.  out (ky, ld)
    void (*column_products)(std::size_t rows, std::size_t ld, std::size_t ky, std::size_t begin,
                            std::size_t end, bool start, const double* r, const double* a,
                            double* out);

    // One outer step and the extrapolation after it. M = a bt; with next = max(x + power log M,
    // kLogFloor):  x = clamp(next + weight (next - x_prev)), x_prev = next, r = exp(x). On entry
    // r = exp(x).
    StepSums (*step)(std::size_t rows, std::size_t ld, std::size_t ky, double power,
                     double weight, const double* a, const double* bt, double* x,
                     double* x_prev, double* r);

    // out = a bt.  out (rows, ld)
    void (*products)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                     const double* bt, double* out);

    // M = a bt;  row_max(i) = max_j M;  column_max(j) = max(column_max(j), max_i M).
    ScanSums (*scan_products)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                              const double* bt, const double* r, double* row_max,
                              double* column_max);

    // The same maxima alone.
    void (*product_maxima)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                           const double* bt, double* row_max, double* column_max);

    // step, scan_products and product_maxima with an M that is there: m (rows, columns) in rows of
    // ldm, columns a multiple of kPadding. The others are given at M's first column; row_max is
    // raised, like column_max.
    StepSums (*step_stored)(std::size_t rows, std::size_t columns, std::size_t ldm,
                            const double* m, std::size_t ld, double power, double weight,
                            double* x, double* x_prev, double* r);
    ScanSums (*scan_stored)(std::size_t rows, std::size_t columns, std::size_t ldm,
                            const double* m, std::size_t ld, const double* r, double* row_max,
                            double* column_max);
    void (*stored_maxima)(std::size_t rows, std::size_t columns, std::size_t ldm,
                          const double* m, double* row_max, double* column_max);

    // out = exp(in) where p > 0, else 0.  n entries; in within [-700, 700].
    void (*exp_where)(std::size_t n, const double* p, const double* in, double* out);

    // out = log(in) where in > 0, else 0.  n entries.
    void (*log_or_zero)(std::size_t n, const double* in, double* out);

    // out = p / s, s at least 1e-300, to a unit in the last place.  n entries.
    void (*quotients)(std::size_t n, const double* p, const double* s, double* out);

    // b <- b min(1, p / (b s)).  n entries, a multiple of kPadding.
    void (*shrink)(std::size_t n, const double* p, const double* s, double* b);

    // sum |b s - p|.  n entries, a multiple of kPadding.
    double (*misfit)(std::size_t n, const double* b, const double* s, const double* p);

    // sum w v log over n entries; v null: 1.
    LogSums (*weighted_logs)(std::size_t n, const double* w, const double* v,
                             const double* log);

    // The kernels' exp (arguments in [-700, 700]) and log (normal, positive), for their tests.
    void (*exponential)(std::size_t n, const double* in, double* out);
    void (*logarithm)(std::size_t n, const double* in, double* out);

    const NewtonKernels& newton;
    const TableKernels& table;
    const WideKernels& wide;
};

} // namespace fourfold
