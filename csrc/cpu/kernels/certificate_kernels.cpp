// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// What the certificate takes besides the kernels of a step. Compiled once for each instruction set,
// like step_kernels.cpp, but in double precision only: raw pointers and internal linkage only. Shapes
// are those of CertificateKernels.
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/tiles.hpp"
#include "cpu/kernels/vec_math.hpp"
#include "cpu/kernels/vec_order.hpp"

namespace fourfold {
namespace {

// Raises row_max (R) and column_max (V vectors) to the entries of a tile of M.
template <size_t R, size_t V>
inline void keep_maxima(const Vec (&m)[R][V], double* row_max, double* column_max) {
    for (size_t i = 0; i < R; ++i) {
        Vec best = m[i][0];
        for (size_t v = 1; v < V; ++v)
            best = max(best, m[i][v]);
        const double in_row = largest(best);
        if (in_row > row_max[i])
            row_max[i] = in_row;
    }
    for (size_t v = 0; v < V; ++v) {
        Vec best = load(column_max + v * kWidth);
        for (size_t i = 0; i < R; ++i)
            best = max(best, m[i][v]);
        store(column_max + v * kWidth, best);
    }
}

// Adds r M log M of a tile of M; r (., ld) at its first entry.
template <size_t R, size_t V>
inline void add_entropy(size_t ld, const Vec (&m)[R][V], const double* r, Vec& total,
                        Vec& magnitude) {
    const Vec tiny = broadcast(kTinyOf<double>);
    for (size_t i = 0; i < R; ++i) {
        Vec log_m[V];
        for (size_t v = 0; v < V; ++v)
            log_m[v] = max(m[i][v], tiny);
        log(log_m);
        for (size_t v = 0; v < V; ++v) {
            const Vec term = load(r + i * ld + v * kWidth) * m[i][v] * log_m[v];
            total += term;
            magnitude += abs(term);
        }
    }
}

ScanSums scan_products(size_t rows, size_t ld, size_t ky, const double* a, const double* bt,
                       const double* r, double* row_max, double* column_max) {
    Vec total{};
    Vec magnitude{};
    for (size_t i = 0; i < rows; ++i)
        row_max[i] = 0.0;
    for_product_tiles(rows, ld, ky, a, bt, [&](size_t i, size_t j, const auto& m) {
        keep_maxima(m, row_max + i, column_max + j);
        add_entropy(ld, m, r + i * ld + j, total, magnitude);
    });
    return {sum(total), sum(magnitude)};
}

ScanSums scan_stored(size_t rows, size_t columns, size_t ldm, const double* stored, size_t ld,
                     const double* r, double* row_max, double* column_max) {
    Vec total{};
    Vec magnitude{};
    for_stored_tiles(rows, columns, ldm, stored, [&](size_t i, size_t j, const auto& m) {
        keep_maxima(m, row_max + i, column_max + j);
        add_entropy(ld, m, r + i * ld + j, total, magnitude);
    });
    return {sum(total), sum(magnitude)};
}

void product_maxima(size_t rows, size_t ld, size_t ky, const double* a, const double* bt,
                    double* row_max, double* column_max) {
    for (size_t i = 0; i < rows; ++i)
        row_max[i] = 0.0;
    for_product_tiles(rows, ld, ky, a, bt, [&](size_t i, size_t j, const auto& m) {
        keep_maxima(m, row_max + i, column_max + j);
    });
}

void stored_maxima(size_t rows, size_t columns, size_t ldm, const double* stored,
                   double* row_max, double* column_max) {
    for_stored_tiles(rows, columns, ldm, stored, [&](size_t i, size_t j, const auto& m) {
        keep_maxima(m, row_max + i, column_max + j);
    });
}

void exp_where(size_t n, const double* p, const double* in, double* out) {
    const Vec zero{};
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth)
        store(out + k, load(p + k) > zero ? exp(load(in + k)) : zero);
    for (; k < n; ++k) {
        const Vec value = exp(broadcast(in[k]));
        out[k] = p[k] > 0.0 ? value[0] : 0.0;
    }
}

void shrink(size_t n, const double* p, const double* s, double* b) {
    const Vec tiny = broadcast(kTinyOf<double>);
    for (size_t k = 0; k < n; k += kWidth)
        store(b + k, min(load(b + k), quotient(load(p + k), max(load(s + k), tiny))));
}

LogSums weighted_logs(size_t n, const double* w, const double* v, const double* log) {
    Vec total{};
    Vec magnitude{};
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth) {
        Vec term = load(w + k) * load(log + k);
        if (v != nullptr)
            term *= load(v + k);
        total += term;
        magnitude += abs(term);
    }
    LogSums sums{sum(total), sum(magnitude)};
    for (; k < n; ++k) {
        const double term = w[k] * log[k] * (v != nullptr ? v[k] : 1.0);
        sums.sum += term;
        sums.magnitude += term < 0.0 ? -term : term;
    }
    return sums;
}

} // namespace

extern const CertificateKernels FOURFOLD_LEVEL_NAME(certificate_kernels_);
const CertificateKernels FOURFOLD_LEVEL_NAME(certificate_kernels_) = {
    scan_products, product_maxima, scan_stored,  stored_maxima,
    exp_where,     shrink,         weighted_logs};

} // namespace fourfold
