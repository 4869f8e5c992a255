// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The passes of an outer step over the rows of r. Compiled once for each instruction set, so:
// raw pointers and internal linkage only, no std:: templates. Shapes are those of KernelTable.
//
// The three products share one idea: a tile of the result stays in registers while the long
// dimension of the operands streams by. The vector runs along x2 everywhere, so the thin
// dimension y needs no padding.
#include "cpu/kernel_table.hpp"
#include "cpu/simd_level.hpp"
#include "cpu/vec.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {
namespace {

using std::size_t;

// Tile sizes: 32 registers of 512 bits, 16 otherwise.
constexpr bool kManyRegisters = kWidth == 8;
constexpr size_t kDotRows = kManyRegisters ? 4 : 2; // row_products: rows of r by classes
constexpr size_t kDotClasses = kManyRegisters ? 5 : 4;
constexpr size_t kSumClasses = kManyRegisters ? 5 : 4; // column_products: classes by vectors
constexpr size_t kSumVecs = kManyRegisters ? 4 : 2;
constexpr size_t kProductRows = kManyRegisters ? 4 : 2; // products: rows by vectors
constexpr size_t kProductVecs = kManyRegisters ? 4 : 2;
static_assert(kPadding % kWidth == 0, "a padded row holds whole vectors");
// Rows whose part of r stays in the second-level cache while a panel of columns is summed.
constexpr size_t kPanelRows = 64;
// Columns of a few rows of bt that stay in the first-level cache for all rows of a block.
constexpr size_t kPanelColumns = 256;
// Entries of the strips of bt that M is computed from.
constexpr size_t kStripEntries = 32768;

// Registers that exp and log work on at a time.
constexpr size_t kGroup = 4;

constexpr double kTiny = 1e-300;

// Calls body(k, tag) for the vectors of n entries, kGroup of them at a time and then one by one:
// tag is an array of that size, to be filled.
template <class Body>
inline void for_vectors(size_t n, Body body) {
    size_t k = 0;
    for (; k + kGroup * kWidth <= n; k += kGroup * kWidth) {
        Vec group[kGroup];
        body(k, group);
    }
    for (; k + kWidth <= n; k += kWidth) {
        Vec single[1];
        body(k, single);
    }
}

void exponentials(size_t n, const double* x, double* r) {
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
void dot_tile(size_t n, size_t ld, size_t ky, bool first, const double* r, const double* bt,
              double* out) {
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
    double sums[kSums];
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
void dot_rows(size_t rows, size_t n, size_t ld, size_t ky, bool first, const double* r,
              const double* bt, double* out) {
    size_t i = 0;
    for (; i + kDotRows <= rows; i += kDotRows)
        dot_tile<kDotRows, C>(n, ld, ky, first, r + i * ld, bt, out + i * ky);
    for (; i < rows; ++i)
        dot_tile<1, C>(n, ld, ky, first, r + i * ld, bt, out + i * ky);
}

// out(y, j) += sum_i r(i,j) a(i,y) for C classes and V vectors of columns; r (rows, ld),
// a (rows, ky), out (., ld). `first` starts the sum.
template <size_t C, size_t V>
void outer_tile(size_t rows, size_t ld, size_t ky, bool first, const double* r, const double* a,
                double* out) {
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

// A number that is known when a tile is compiled.
template <size_t N>
struct Size {
    static constexpr size_t value = N;
};

// body(Size of n), n at most Most.
template <size_t Most, class Body>
inline void with_size(size_t n, Body body) {
    if constexpr (Most > 1)
        if (n < Most)
            return with_size<Most - 1>(n, body);
    body(Size<Most>());
}

// Calls body(y, Size of the tile) for tiles of at most Most classes, all of nearly one size: twelve
// classes in tiles of 6 and 6 cost less than in tiles of 10 and 2.
template <size_t Most, class Body>
inline void for_class_tiles(size_t ky, Body body) {
    const size_t tiles = (ky + Most - 1) / Most;
    for (size_t t = 0, y = 0; t < tiles; ++t) {
        const size_t next = ky * (t + 1) / tiles;
        with_size<Most>(next - y, [=](auto size) { body(y, size); });
        y = next;
    }
}

void row_products(size_t rows, size_t ld, size_t ky, const double* r, const double* bt,
                  double* out) {
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
void outer_columns(size_t rows, size_t ld, size_t ky, bool first, const double* r,
                   const double* a, double* out) {
    for_class_tiles<kSumClasses>(ky, [=](size_t y, auto size) {
        outer_tile<decltype(size)::value, V>(rows, ld, ky, first, r, a + y, out + y * ld);
    });
}

void column_products(size_t rows, size_t ld, size_t ky, size_t begin, size_t end, bool start,
                     const double* r, const double* a, double* out) {
    for (size_t i = 0; i < rows; i += kPanelRows) {
        const size_t n = rows - i < kPanelRows ? rows - i : kPanelRows;
        const bool first = start && i == 0;
        const double* panel = r + i * ld;
        const double* weights = a + i * ky;
        size_t j = begin;
        for (; j + kSumVecs * kWidth <= end; j += kSumVecs * kWidth)
            outer_columns<kSumVecs>(n, ld, ky, first, panel + j, weights, out + j);
        for (; j + 2 * kWidth <= end; j += 2 * kWidth)
            outer_columns<2>(n, ld, ky, first, panel + j, weights, out + j);
        for (; j < end; j += kWidth)
            outer_columns<1>(n, ld, ky, first, panel + j, weights, out + j);
    }
}

// m[i][v] = sum_y a(i,y) bt(y,j) for R rows and V vectors of columns; a (R, ky), bt (ky, ld) at
// j.
template <size_t R, size_t V>
inline void product_tile(size_t ld, size_t ky, const double* a, const double* bt,
                         Vec (&m)[R][V]) {
    for (size_t i = 0; i < R; ++i)
        for (size_t v = 0; v < V; ++v)
            m[i][v] = Vec{};
    for (size_t y = 0; y < ky; ++y) {
        Vec b[V];
        for (size_t v = 0; v < V; ++v)
            b[v] = load(bt + y * ld + v * kWidth);
        for (size_t i = 0; i < R; ++i)
            for (size_t v = 0; v < V; ++v)
                m[i][v] += a[i * ky + y] * b[v];
    }
}

// Calls body(i, j, tile) for the tiles of R rows from row i and the columns [begin, end).
template <size_t R, class Body>
inline void for_row_of_tiles(size_t ld, size_t ky, size_t i, size_t begin, size_t end,
                             const double* a, const double* bt, Body body) {
    size_t j = begin;
    for (; j + kProductVecs * kWidth <= end; j += kProductVecs * kWidth) {
        Vec m[R][kProductVecs];
        product_tile<R, kProductVecs>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
    for (; j + 2 * kWidth <= end; j += 2 * kWidth) {
        Vec m[R][2];
        product_tile<R, 2>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
    for (; j < end; j += kWidth) {
        Vec m[R][1];
        product_tile<R, 1>(ld, ky, a + i * ky, bt + j, m);
        body(i, j, m);
    }
}

// Calls body(i, j, tile) with every tile of M = a bt. In strips of columns, whose part of bt stays
// in cache for all rows, and inside a strip along the rows: what body reads and writes of (K1, K2)
// arrays is then in runs long enough to be fetched ahead.
template <class Body>
void for_product_tiles(size_t rows, size_t ld, size_t ky, const double* a, const double* bt,
                       Body body) {
    constexpr size_t kTileColumns = kProductVecs * kWidth;
    // no class is left of a table of negligible cells
    size_t strip = kStripEntries / (ky > 0 ? ky : 1) / kTileColumns * kTileColumns;
    if (strip < kTileColumns)
        strip = kTileColumns;
    for (size_t begin = 0; begin < ld; begin += strip) {
        const size_t end = ld - begin < strip ? ld : begin + strip;
        size_t i = 0;
        for (; i + kProductRows <= rows; i += kProductRows)
            for_row_of_tiles<kProductRows>(ld, ky, i, begin, end, a, bt, body);
        for (; i + 2 <= rows; i += 2)
            for_row_of_tiles<2>(ld, ky, i, begin, end, a, bt, body);
        for (; i < rows; ++i)
            for_row_of_tiles<1>(ld, ky, i, begin, end, a, bt, body);
    }
}

// The same of an M that is there: m (rows, columns) in rows of ldm.
template <class Body>
void for_stored_tiles(size_t rows, size_t columns, size_t ldm, const double* m, Body body) {
    for (size_t i = 0; i < rows; ++i)
        for_vectors(columns, [=](size_t j, auto& group) {
            constexpr size_t V = sizeof group / sizeof group[0];
            Vec tile[1][V];
            for (size_t v = 0; v < V; ++v)
                tile[0][v] = load(m + i * ldm + j + v * kWidth);
            body(i, j, tile);
        });
}

// The step of the N vectors of M that start at k[.]; see KernelTable::step.
template <size_t N>
inline void step_vectors(double power, double weight, const size_t (&at)[N], const Vec (&m)[N],
                         double* x, double* x_prev, double* r, Vec& change, Vec& alignment) {
    const Vec tiny = broadcast(kTiny);
    const Vec floor = broadcast(kLogFloor);
    const Vec cap = broadcast(kLogCap);
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
inline void step_tile(double power, double weight, size_t ld, const Vec (&m)[R][V], double* x,
                      double* x_prev, double* r, Vec& change, Vec& alignment) {
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

StepSums step(size_t rows, size_t ld, size_t ky, double power, double weight, const double* a,
              const double* bt, double* x, double* x_prev, double* r) {
    Vec change{};
    Vec alignment{};
    for_product_tiles(rows, ld, ky, a, bt, [&](size_t i, size_t j, const auto& m) {
        const size_t k = i * ld + j;
        step_tile(power, weight, ld, m, x + k, x_prev + k, r + k, change, alignment);
    });
    return {sum(change), sum(alignment)};
}

StepSums step_stored(size_t rows, size_t columns, size_t ldm, const double* stored, size_t ld,
                     double power, double weight, double* x, double* x_prev, double* r) {
    Vec change{};
    Vec alignment{};
    for_stored_tiles(rows, columns, ldm, stored, [&](size_t i, size_t j, const auto& m) {
        const size_t k = i * ld + j;
        step_tile(power, weight, ld, m, x + k, x_prev + k, r + k, change, alignment);
    });
    return {sum(change), sum(alignment)};
}

void products(size_t rows, size_t ld, size_t ky, const double* a, const double* bt,
              double* out) {
    for_product_tiles(rows, ld, ky, a, bt, [=](size_t i0, size_t j, const auto& m) {
        constexpr size_t R = sizeof m / sizeof m[0];
        constexpr size_t V = sizeof m[0] / sizeof m[0][0];
        for (size_t i = 0; i < R; ++i)
            for (size_t v = 0; v < V; ++v)
                store(out + (i0 + i) * ld + j + v * kWidth, m[i][v]);
    });
}

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
    const Vec tiny = broadcast(kTiny);
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
    for_product_tiles(rows, ld, ky, a, bt, [&](size_t i0, size_t j, const auto& m) {
        keep_maxima(m, row_max + i0, column_max + j);
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

// Applies f, which takes any number of registers, to n entries; a short tail goes through a padded
// register, so that every entry meets the same instructions wherever it stands.
template <class Function>
inline void map(size_t n, const double* in, double* out, Function f) {
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
    Vec tail[1] = {broadcast(1.0)};
    std::memcpy(&tail[0], in + done, (n - done) * sizeof(double));
    f(tail);
    std::memcpy(out + done, &tail[0], (n - done) * sizeof(double));
}

void log_or_zero(size_t n, const double* in, double* out) {
    map(n, in, out, [](auto& v) {
        for (auto& one : v)
            one = one > Vec{} ? one : broadcast(1.0);
        log(v);
    });
}

void quotients(size_t n, const double* p, const double* s, double* out) {
    const Vec tiny = broadcast(kTiny);
    size_t k = 0;
    for (; k + kWidth <= n; k += kWidth)
        store(out + k, quotient(load(p + k), max(load(s + k), tiny)));
    for (; k < n; ++k)
        out[k] = p[k] / (s[k] > kTiny ? s[k] : kTiny);
}

void shrink(size_t n, const double* p, const double* s, double* b) {
    const Vec tiny = broadcast(kTiny);
    for (size_t k = 0; k < n; k += kWidth)
        store(b + k, min(load(b + k), quotient(load(p + k), max(load(s + k), tiny))));
}

double misfit(size_t n, const double* b, const double* s, const double* p) {
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

void exponential(size_t n, const double* in, double* out) {
    map(n, in, out, [](auto& v) { exp(v); });
}

void logarithm(size_t n, const double* in, double* out) {
    map(n, in, out, [](auto& v) { log(v); });
}

} // namespace

extern const NewtonKernels FOURFOLD_LEVEL_NAME(newton_kernels_);
extern const TableKernels FOURFOLD_LEVEL_NAME(table_kernels_);
extern const WideKernels FOURFOLD_LEVEL_NAME(wide_kernels_);
extern const KernelTable FOURFOLD_LEVEL_NAME(kernels_);
const KernelTable FOURFOLD_LEVEL_NAME(kernels_) = {
    FOURFOLD_LEVEL_STRING,
    exponentials,
    row_products,
    column_products,
    step,
    products,
    scan_products,
    product_maxima,
    step_stored,
    scan_stored,
    stored_maxima,
    exp_where,
    log_or_zero,
    quotients,
    shrink,
    misfit,
    weighted_logs,
    exponential,
    logarithm,
    FOURFOLD_LEVEL_NAME(newton_kernels_),
    FOURFOLD_LEVEL_NAME(table_kernels_),
    FOURFOLD_LEVEL_NAME(wide_kernels_),
};

} // namespace fourfold
