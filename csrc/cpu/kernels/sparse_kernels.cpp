// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the sparse back end, compiled once for each instruction set like step_kernels.cpp: raw
// pointers and internal linkage only. Shapes are those of SparseKernels.
#include "cpu/kernels/sparse_kernels.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/vec.hpp"

namespace fourfold {
namespace {

using std::size_t;

double couple(size_t panels, size_t depth, double scale, const double* c, const double* f,
              const double* g, double scale_r, const double* r, double* t, double* total) {
    Vec sums{};
    for (size_t p = 0; p < panels; ++p)
        for (size_t v = 0; v < kPanel; v += kWidth) {
            const size_t e = p * kPanel + v;
            Vec factor = scale * load(c + e) * load(f + e);
            if (r != nullptr)
                factor += scale_r * load(r + e);
            const Vec value = factor * load(g + e);
            store(t + p * depth * kPanel + v, value);
            if (total != nullptr)
                store(total + e, load(total + e) + value);
            sums += value;
        }
    return sum(sums);
}

void substitute(size_t panels, size_t n, const double* lower, double* x) {
    for (size_t p = 0; p < panels; ++p, x += n * kPanel)
        for (size_t v = 0; v < kPanel; v += kWidth)
            for (size_t k = 0; k < n; ++k) {
                Vec row = load(x + k * kPanel + v);
                for (size_t m = 0; m < k; ++m)
                    row -= lower[k * n + m] * load(x + m * kPanel + v);
                store(x + k * kPanel + v, lower[k * n + k] * row);
            }
}

void scale_to_panel(size_t rows, size_t ld, const double* s, const double* f, const double* r,
                    double* x) {
    for (size_t v = 0; v < kPanel; v += kWidth) {
        const Vec of_column = load(f + v);
        for (size_t i = 0; i < rows; ++i)
            store(x + i * kPanel + v, s[i] * of_column * load(r + i * ld + v));
    }
}

void subtract_from_columns(size_t panels, size_t depth, const double* v, const double* x,
                           double* out) {
    for (size_t p = 0; p < panels; ++p)
        for (size_t l = 0; l < kPanel; l += kWidth) {
            const double* from = x + p * depth * kPanel + l;
            double* const to = out + p * kPanel + l;
            Vec left = load(to);
            for (size_t k = 0; k < depth; ++k)
                left -= v[k] * load(from + k * kPanel);
            store(to, left);
        }
}

void subtract_from_rows(size_t panels, size_t depth, const double* x, const double* d,
                        double* v) {
    for (size_t k = 0; k < depth; ++k) {
        Vec total{};
        for (size_t p = 0; p < panels; ++p)
            for (size_t l = 0; l < kPanel; l += kWidth)
                total += load(x + (p * depth + k) * kPanel + l) * load(d + p * kPanel + l);
        v[k] -= sum(total);
    }
}

} // namespace

extern const SparseKernels FOURFOLD_LEVEL_NAME(sparse_kernels_);
const SparseKernels FOURFOLD_LEVEL_NAME(sparse_kernels_) = {
    couple, substitute, scale_to_panel, subtract_from_columns, subtract_from_rows};

} // namespace fourfold
