// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "cpu/kernels/scaling_kernels.hpp"

namespace fourfold {

// The kernels of steps on active pairs for one instruction set; always in double precision. Factors lie
// with the classes along the registers: a (K1, kp), b (K2, kp), kp = K_Y padded to `lanes`, zeros in the
// padding. The pairs of state i are first(i) to first(i + 1), and index(k) is the other state of one.
struct ActiveKernels {
    std::size_t lanes; // of a register

    // out(i,:) = sum r(k) x(index(k),:) over the pairs of the states [begin, end).
    void (*gather)(std::size_t begin, std::size_t end, std::size_t kp, const std::size_t* first,
                   const std::uint32_t* index, const double* r, const double* x, double* out);

    // m(k) = sum_y a(i,y) b(index(k),y) for the same pairs.
    void (*pair_products)(std::size_t begin, std::size_t end, std::size_t kp,
                          const std::size_t* first, const std::uint32_t* index, const double* a,
                          const double* b, double* m);

    // flags(i,j) = 1 where r M > cut or M > keep, else as it was. M = a bt; a (rows, ky), bt (ky, ld),
    // r and flags (rows, ld), as in StepKernels.
    void (*mark)(std::size_t rows, std::size_t ld, std::size_t ky, const double* a,
                 const double* bt, const double* r, double cut, double keep,
                 unsigned char* flags);

    // Those of ScalingKernels for column arrays of the shape {K2, kp, 1}: (K2, kp).
    ScalingKernels<double> scaling;
};

} // namespace fourfold
