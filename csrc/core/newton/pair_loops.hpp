// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>

#include "fourfold/pair_passes.hpp"

// The loops of PairPasses, eight pairs at a time. This header is compiled for several instruction sets
// into one library: raw pointers and internal linkage only. Sums have eight parts whatever the set.
namespace fourfold {
namespace {

typedef double Eight __attribute__((vector_size(8 * sizeof(double))));

inline void read(const double* p, Eight& v) {
    std::memcpy(&v, p, sizeof v);
}
inline void write(double* p, const Eight& v) {
    std::memcpy(p, &v, sizeof v);
}
inline double sum_of(const Eight& v) {
    return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

void pair_ratios(std::size_t n, const double* r, const double* w, double* inverse, double* c) {
    for (std::size_t k = 0; k < n; k += kPairs) {
        Eight r8, w8;
        read(r + k, r8);
        read(w + k, w8);
        w8 = 1.0 / w8;
        write(inverse + k, w8);
        write(c + k, r8 * w8);
    }
}

double pair_complementarity(std::size_t n, const double* r, const double* w) {
    Eight total{}, r8, w8;
    for (std::size_t k = 0; k < n; k += kPairs) {
        read(r + k, r8);
        read(w + k, w8);
        total += r8 * w8;
    }
    return sum_of(total);
}

void pair_begin(std::size_t n, double mu, double second_order, const double* pr,
                const double* pw, const double* s, const double* r, const double* w,
                const double* inverse, const double* c, double* dr, double* dw) {
    const Eight zero{};
    for (std::size_t k = 0; k < n; k += kPairs) {
        Eight pr8, pw8, s8, r8, w8, inverse8, c8;
        read(pr + k, pr8);
        read(pw + k, pw8);
        read(s + k, s8);
        read(r + k, r8);
        read(w + k, w8);
        read(inverse + k, inverse8);
        read(c + k, c8);
        const Eight change = mu - r8 * w8 - second_order * (pr8 * pw8);
        const Eight error = s8 + w8 - 1.0;
        write(dr + k, (s8 > zero ? change : zero) * inverse8 + c8 * error);
        write(dw + k, -error);
    }
}

void pair_add_change(std::size_t n, const double* t, const double* c, double* dr, double* dw) {
    for (std::size_t k = 0; k < n; k += kPairs) {
        Eight t8, c8, dr8, dw8;
        read(t + k, t8);
        read(c + k, c8);
        read(dr + k, dr8);
        read(dw + k, dw8);
        write(dr + k, dr8 + c8 * t8);
        write(dw + k, dw8 - t8);
    }
}

double pair_step_in(std::size_t n, double part, const double* x, const double* dx) {
    const Eight zero{}, one = zero + 1.0;
    Eight least = one, x8, dx8;
    for (std::size_t k = 0; k < n; k += kPairs) {
        read(x + k, x8);
        read(dx + k, dx8);
        const Eight step = dx8 < zero ? part * x8 / -dx8 : one;
        least = step < least ? step : least;
    }
    double shortest = 1.0;
    for (std::size_t k = 0; k < kPairs; ++k)
        shortest = least[k] < shortest ? least[k] : shortest;
    return shortest;
}

double pair_complementarity_after(std::size_t n, const double* r, double in_r, const double* dr,
                                  const double* w, double in_w, const double* dw) {
    Eight total{}, r8, dr8, w8, dw8;
    for (std::size_t k = 0; k < n; k += kPairs) {
        read(r + k, r8);
        read(dr + k, dr8);
        read(w + k, w8);
        read(dw + k, dw8);
        total += (r8 + in_r * dr8) * (w8 + in_w * dw8);
    }
    return sum_of(total);
}

void pair_move(std::size_t n, double step, const double* dx, double* x) {
    for (std::size_t k = 0; k < n; k += kPairs) {
        Eight x8, dx8;
        read(x + k, x8);
        read(dx + k, dx8);
        write(x + k, x8 + step * dx8);
    }
}

void pair_raise_slacks(std::size_t n, const double* s, double* w) {
    for (std::size_t k = 0; k < n; k += kPairs) {
        Eight s8, w8;
        read(s + k, s8);
        read(w + k, w8);
        const Eight slack = 1.0 - s8;
        write(w + k, slack > w8 ? slack : w8);
    }
}

constexpr PairPasses kPairLoops = {
    pair_ratios,  pair_complementarity,       pair_begin, pair_add_change,
    pair_step_in, pair_complementarity_after, pair_move,  pair_raise_slacks};

} // namespace
} // namespace fourfold
