// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace fourfold {

// How a column array lies: panels of (ky, width), width a multiple of the padding or, where there are
// several panels, of kPanel. Its first dimension is the class in every panel.
struct ColumnShape {
    std::size_t panels = 0;
    std::size_t ky = 0;
    std::size_t width = 0;

    std::size_t size() const { return panels * ky * width; }
};

// What conjugate gradients on the scaling problem take besides the products of a sweep, see
// cpu/scaling_cpu.hpp; in one of two precisions. All but `weigh` are over column arrays; sums of
// a class are over j. With D = b s, s = r^T a.
template <class Real>
struct ScalingKernels {
    // residual = p - D, z = 0, d = residual / D, x = b d; sums(y) = sum residual d.
    void (*begin)(const ColumnShape& shape, const Real* p, const Real* b, const Real* s,
                  Real* residual, Real* z, Real* d, Real* x, double* sums);

    // q = f D d - b q; sums(y) = sum d q.
    void (*apply)(const ColumnShape& shape, Real f, const Real* b, const Real* s, const Real* d,
                  Real* q, double* sums);

    // z += f(y) d, residual -= f(y) q, q = residual / D; sums(y) = sum residual q. Returns
    // sum |residual|.
    double (*advance)(const ColumnShape& shape, const Real* b, const Real* s,
                      const double* factors, const Real* d, Real* z, Real* residual, Real* q,
                      double* sums);

    // d = q + f(y) d, x = b d.
    void (*turn)(const ColumnShape& shape, const Real* b, const double* factors, const Real* q,
                 Real* d, Real* x);

    // b = b exp(z), z kept within [-most, most].  n entries, a multiple of the padding.
    void (*scale)(std::size_t n, Real most, const Real* z, Real* b);

    // out = a (a out) / p.  n entries.
    void (*weigh)(std::size_t n, const Real* p, const Real* a, Real* out);
};

} // namespace fourfold
