// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The passes of an outer step over the rows of r. Compiled once for each instruction set and
// each precision, so: raw pointers and internal linkage only, no std:: templates. Shapes are those
// of StepKernels.
//
// The three products share one idea: a tile of the result stays in registers while the long
// dimension of the operands streams by. The vector runs along x2 everywhere, so the thin
// dimension y needs no padding.
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/kernels/simd_level.hpp"
#include "cpu/kernels/tiles.hpp"
#include "cpu/kernels/vec_math.hpp"
#include "cpu/kernels/vec_order.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {
namespace {

using std::size_t;

// Tile sizes: 32 registers of 512 bits, 16 otherwise.
constexpr size_t kDotRows = kManyRegisters ? 4 : 2; // row_products: rows of r by classes
constexpr size_t kDotClasses = kManyRegisters ? 5 : 4;
constexpr size_t kSumClasses = kManyRegisters ? 5 : 4; // column_products: classes by vectors
constexpr size_t kSumVecs = kManyRegisters ? 4 : 2;
static_assert(kPaddingOf<Real> % kWidth == 0, "a padded row holds whole vectors");
// Rows whose part of r stays in the second-level cache while a panel of columns is summed.
constexpr size_t kPanelRows = 64;
// Columns of a few rows of bt that stay in the first-level cache for all rows of a block.
constexpr size_t kPanelColumns = 2048 / sizeof(Real);
constexpr Real kFloor = FOURFOLD_SINGLE ? kLogFloorSingle : kLogFloor;

void exponentials(size_t n, const Real* x, Real* r) {
    for_vectors(n, [=](size_t at, auto& v) {
        constexpr size_t N = sizeof v / sizeof v[0];
        for (size_t k = 0; k < N; ++k)
            v[k] = load(x + at + k * kWidth);
        exp(v);
        for (size_t k = 0; k < N; ++k)
            store(r + at + k * kWidth, v[k]);
    });
}

// out (R, ky) at columns [0, C):  R x C dot products of rows of r with rows of bt, both (., ld),
// over n columns; added to what is there unless `first`.
template <size_t R, size_t C>
void dot_tile(size_t n, size_t ld, size_t ky, bool first, const Real* r, const Real* bt,
              Real* out) {
    Vec acc[R][C] = {};
    for (size_t j = 0; j < n; j += kWidth) {
        Vec row[R];
        for (size_t i = 0; i < R; ++i)
            row[i] = load(r + i * ld + j);
        for (size_t c = 0; c < C; ++c) {
            const Vec b = load(bt + c * ld + j);
            for (size_t i = 0; i < R; ++i)
                acc[i][c] += row[i] * b;
        }
    }
    // kWidth registers to one of sums, and these to their places
    constexpr size_t kSums = (R * C + kWidth - 1) / kWidth * kWidth;
    Real sums[kSums];
    for (size_t k = 0; k < kSums; k += kWidth) {
        Vec part[kWidth];
        for (size_t l = 0; l < kWidth; ++l)
            part[l] = k + l < R * C ? acc[(k + l) / C][(k + l) % C] : Vec{};
        store(sums + k, lane_sums(part));
    }
    for (size_t i = 0; i < R; ++i)
        for (size_t c = 0; c < C; ++c)
            out[i * ky + c] = sums[i * C + c] + (first ? 0.0 : out[i * ky + c]);
}

template <size_t C>
void dot_rows(size_t rows, size_t n, size_t ld, size_t ky, bool first, const Real* r,
              const Real* bt, Real* out) {
    size_t i = 0;
    for (; i + kDotRows <= rows; i += kDotRows)
        dot_tile<kDotRows, C>(n, ld, ky, first, r + i * ld, bt, out + i * ky);
    for (; i < rows; ++i)
        dot_tile<1, C>(n, ld, ky, first, r + i * ld, bt, out + i * ky);
}

// out(y, j) += sum_i r(i,j) a(i,y) for C classes and V vectors of columns; r (rows, ld),
// a (rows, ky), out (., ld). `first` starts the sum.
template <size_t C, size_t V>
void outer_tile(size_t rows, size_t ld, size_t ky, bool first, const Real* r, const Real* a,
                Real* out) {
    Vec acc[C][V] = {};
    if (!first)
        for (size_t c = 0; c < C; ++c)
            for (size_t v = 0; v < V; ++v)
                acc[c][v] = load(out + c * ld + v * kWidth);
    for (size_t i = 0; i < rows; ++i) {
        Vec row[V];
        for (size_t v = 0; v < V; ++v)
            row[v] = load(r + i * ld + v * kWidth);
        for (size_t c = 0; c < C; ++c)
            for (size_t v = 0; v < V; ++v)
                acc[c][v] += a[i * ky + c] * row[v];
    }
    for (size_t c = 0; c < C; ++c)
        for (size_t v = 0; v < V; ++v)
            store(out + c * ld + v * kWidth, acc[c][v]);
}

void row_products(size_t rows, size_t ld, size_t ky, const Real* r, const Real* bt, Real* out) {
    // all columns at once where there is one tile of classes
    const size_t panel = ky > kDotClasses && ld > kPanelColumns ? kPanelColumns : ld;
    for (size_t j = 0; j < ld; j += panel) {
        const size_t n = ld - j < panel ? ld - j : panel;
        for_class_tiles<kDotClasses>(ky, [=](size_t y, auto size) {
            dot_rows<decltype(size)::value>(rows, n, ld, ky, j == 0, r + j, bt + y * ld + j,
                                            out + y);
        });
    }
}

// out(:, j) += sum_i r(i,j) a(i,:) for V vectors of columns; r (rows, ld) and out (ky, ld) at j. The
// columns of r stay in the first-level cache for all classes.
template <size_t V>
void outer_columns(size_t rows, size_t ld, size_t ky, bool first, const Real* r, const Real* a,
                   Real* out) {
    for_class_tiles<kSumClasses>(ky, [=](size_t y, auto size) {
        outer_tile<decltype(size)::value, V>(rows, ld, ky, first, r, a + y, out + y * ld);
    });
}

void column_products(size_t rows, size_t ld, size_t ky, size_t begin, size_t end, bool start,
                     const Real* r, const Real* a, Real* out) {
    for (size_t i = 0; i < rows; i += kPanelRows) {
        const size_t n = rows - i < kPanelRows ? rows - i : kPanelRows;
        const bool first = start && i == 0;
        const Real* panel = r + i * ld;
        const Real* weights = a + i * ky;
        size_t j = begin;
        for (; j + kSumVecs * kWidth <= end; j += kSumVecs * kWidth)
            outer_columns<kSumVecs>(n, ld, ky, first, panel + j, weights, out + j);
        for (; j + 2 * kWidth <= end; j += 2 * kWidth)
            outer_columns<2>(n, ld, ky, first, panel + j, weights, out + j);
        for (; j < end; j += kWidth)
            outer_columns<1>(n, ld, ky, first, panel + j, weights, out + j);
    }
}

// The step of the N vectors of M that start at k[.]; see StepKernels::step.
template <size_t N>
inline void step_vectors(Real power, Real weight, const size_t (&at)[N], const Vec (&m)[N],
                         Real* x, Real* x_prev, Real* r, Vec& change, Vec& alignment) {
    const Vec tiny = broadcast(kTinyOf<Real>);
    const Vec floor = broadcast(kFloor);
    const Vec cap = broadcast(Real(kLogCap));
    Vec v[N];
    for (size_t k = 0; k < N; ++k)
        v[k] = max(m[k], tiny);
    log(v);
    for (size_t k = 0; k < N; ++k) {
        const Vec before = load(r + at[k]);
        const Vec after = before * m[k];
        const Vec log_before = load(x + at[k]);
        const Vec next = max(log_before + power * v[k], floor);
        const Vec move = next - load(x_prev + at[k]);
        change += abs(after - before);
        alignment += after * (next - log_before) * move;
        v[k] = min(max(next + weight * move, floor), cap);
        store(x_prev + at[k], next);
        store(x + at[k], v[k]);
    }
    exp(v);
    for (size_t k = 0; k < N; ++k)
        store(r + at[k], v[k]);
}

// The step of a tile of M; x, x_prev, r (., ld) at its first entry.
template <size_t R, size_t V>
inline void step_tile(Real power, Real weight, size_t ld, const Vec (&m)[R][V], Real* x,
                      Real* x_prev, Real* r, Vec& change, Vec& alignment) {
    constexpr size_t N = R * V < kGroup ? R * V : kGroup;
    static_assert(R * V % N == 0, "a tile is cut into groups of one size");
    for (size_t first = 0; first < R * V; first += N) {
        size_t at[N];
        Vec group[N];
        for (size_t k = 0; k < N; ++k) {
            const size_t i = (first + k) / V;
            const size_t v = (first + k) % V;
            at[k] = i * ld + v * kWidth;
            group[k] = m[i][v];
        }
        step_vectors(power, weight, at, group, x, x_prev, r, change, alignment);
    }
}

StepSums step(size_t rows, size_t ld, size_t ky, double power, double weight, const Real* a,
              const Real* bt, Real* x, Real* x_prev, Real* r) {
    Vec change{};
    Vec alignment{};
    for_product_tiles(rows, ld, ky, a, bt, [&](size_t i, size_t j, const auto& m) {
        const size_t k = i * ld + j;
        step_tile(Real(power), Real(weight), ld, m, x + k, x_prev + k, r + k, change,
                  alignment);
    });
    return {sum(change), sum(alignment)};
}

StepSums step_stored(size_t rows, size_t columns, size_t ldm, const Real* stored, size_t ld,
                     double power, double weight, Real* x, Real* x_prev, Real* r) {
    Vec change{};
    Vec alignment{};
    for_stored_tiles(rows, columns, ldm, stored, [&](size_t i, size_t j, const auto& m) {
        const size_t k = i * ld + j;
        step_tile(Real(power), Real(weight), ld, m, x + k, x_prev + k, r + k, change,
                  alignment);
    });
    return {sum(change), sum(alignment)};
}

// Applies f, which takes any number of registers, to n entries; a short tail goes through a padded
// register, so that every entry meets the same instructions wherever it stands.
template <class Function>
inline void map(size_t n, const Real* in, Real* out, Function f) {
    for_vectors(n, [=](size_t at, auto& v) {
        constexpr size_t N = sizeof v / sizeof v[0];
        for (size_t k = 0; k < N; ++k)
            v[k] = load(in + at + k * kWidth);
        f(v);
        for (size_t k = 0; k < N; ++k)
            store(out + at + k * kWidth, v[k]);
    });
    const size_t done = n / kWidth * kWidth;
    if (done == n)
        return;
    Vec tail[1] = {broadcast(1)};
    std::memcpy(&tail[0], in + done, (n - done) * sizeof(Real));
    f(tail);
    std::memcpy(out + done, &tail[0], (n - done) * sizeof(Real));
}

void log_or_zero(size_t n, const Real* in, Real* out) {
    map(n, in, out, [](auto& v) {
        for (auto& one : v)
            one = one > Vec{} ? one : broadcast(1);
        log(v);
    });
}

void quotients(size_t n, const Real* p, const Real* s, Real* out) {
    const Vec tiny = broadcast(kTinyOf<Real>);
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth)
        store(out + k, quotient(load(p + k), max(load(s + k), tiny)));
    for (; k < n; ++k)
        out[k] = p[k] / (s[k] > kTinyOf<Real> ? s[k] : kTinyOf<Real>);
}

double misfit(size_t n, const Real* b, const Real* s, const Real* p) {
    Vec total[2] = {};
    size_t k = 0;
    for (; k + 2 * kWidth <= n; k += 2 * kWidth)
        for (size_t v = 0; v < 2; ++v) {
            const size_t at = k + v * kWidth;
            total[v] += abs(load(b + at) * load(s + at) - load(p + at));
        }
    for (; k < n; k += kWidth)
        total[0] += abs(load(b + k) * load(s + k) - load(p + k));
    return sum(total[0] + total[1]);
}

void exponential(size_t n, const Real* in, Real* out) {
    map(n, in, out, [](auto& v) { exp(v); });
}

void logarithm(size_t n, const Real* in, Real* out) {
    map(n, in, out, [](auto& v) { log(v); });
}

} // namespace

#if FOURFOLD_SINGLE
#define FOURFOLD_STEP_KERNELS FOURFOLD_LEVEL_NAME(single_kernels_)
#else
#define FOURFOLD_STEP_KERNELS FOURFOLD_LEVEL_NAME(double_kernels_)
#endif

extern const StepKernels<Real> FOURFOLD_STEP_KERNELS;
const StepKernels<Real> FOURFOLD_STEP_KERNELS = {
    exponentials, row_products, column_products, step,        step_stored,
    log_or_zero,  quotients,    misfit,          exponential, logarithm,
};

} // namespace fourfold
