// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace fourfold {

// What a step of the interior-point method does to each pair: passes over arrays of n pairs, n a
// multiple of kPairs, in which pairs that no class supports have r = s = 0 and w = 1.
inline constexpr std::size_t kPairs = 8;

struct PairPasses {
    // inverse = 1 / w, c = r / w.
    void (*ratios)(std::size_t n, const double* r, const double* w, double* inverse, double* c);

    // sum r w
    double (*complementarity)(std::size_t n, const double* r, const double* w);

    // A direction before a and b have moved: s + w = 1 is closed by dw, and r w changes to
    // mu - second_order pr pw where some class supports the pair, all to first order.
    void (*begin)(std::size_t n, double mu, double second_order, const double* pr,
                  const double* pw, const double* s, const double* r, const double* w,
                  const double* inverse, const double* c, double* dr, double* dw);

    // What a change t of s adds to it: dw -= t, dr += c t.
    void (*add_change)(std::size_t n, const double* t, const double* c, double* dr, double* dw);

    // The longest step along dx, at most 1, that takes x no further than `part` of the way to 0.
    double (*step_in)(std::size_t n, double part, const double* x, const double* dx);

    // sum (r + in_r dr) (w + in_w dw)
    double (*complementarity_after)(std::size_t n, const double* r, double in_r,
                                    const double* dr, const double* w, double in_w,
                                    const double* dw);

    // x += step dx
    void (*move)(std::size_t n, double step, const double* dx, double* x);

    // w <- max(w, 1 - s)
    void (*raise_slacks)(std::size_t n, const double* s, double* w);
};

// Of the instruction set that every machine has.
const PairPasses& plain_pair_passes();

} // namespace fourfold
