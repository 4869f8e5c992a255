// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/extended_cholesky.hpp"

#include <vector>

#include "core/newton/small_cholesky.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kRows = 8;
constexpr std::size_t kWide = 2; // of them in a vector, as every processor has it

typedef double Two __attribute__((vector_size(kWide * sizeof(double))));

// A column of eight rows.
struct Column {
    Two high[kRows / kWide], low[kRows / kWide];
};

// Two halves of 26 bits each: products of halves are exact (Dekker 1971).
template <class Number>
void split(const Number& whole, Number& upper, Number& lower) {
    const Number shifted = 134217729.0 * whole;
    upper = shifted - (shifted - whole);
    lower = whole - upper;
}

// high + low <- high + low - a b, right to 32 digits of the largest of them.
void subtract_product(const Two& a_high, const Two& a_low, const DoubleDouble& b,
                      double b_upper, double b_lower, Two& high, Two& low) {
    Two a_upper, a_lower;
    split(a_high, a_upper, a_lower);
    const Two product = a_high * b.high;
    const Two rest = ((a_upper * b_upper - product) + a_upper * b_lower + a_lower * b_upper) +
                     a_lower * b_lower + (a_high * b.low + a_low * b.high);
    const Two total = high - product;
    const Two part = total - high;
    const Two lost = (high - (total - part)) - (product + part);
    const Two sum_low = lost + (low - rest);
    high = total + sum_low;
    low = sum_low - (high - total);
}

// sum <- sum - the product of `count` columns and the numbers b. Four rows at a time: what the
// registers hold.
void subtract_products(std::size_t count, const Column* columns, const DoubleDouble* b,
                       Column& sum) {
    for (std::size_t k = 0; k < kRows / kWide; k += 2) {
        Two high[2] = {sum.high[k], sum.high[k + 1]}, low[2] = {sum.low[k], sum.low[k + 1]};
        for (std::size_t l = 0; l < count; ++l) {
            double upper, lower;
            split(b[l].high, upper, lower);
            for (std::size_t pair = 0; pair < 2; ++pair)
                subtract_product(columns[l].high[k + pair], columns[l].low[k + pair], b[l],
                                 upper, lower, high[pair], low[pair]);
        }
        for (std::size_t pair = 0; pair < 2; ++pair) {
            sum.high[k + pair] = high[pair];
            sum.low[k + pair] = low[pair];
        }
    }
}

// The first `count` columns of eight rows of L, from the rows above; h points to the first of the eight.
void solve_rows(std::size_t n, std::size_t count, const DoubleDouble* above, DoubleDouble* h,
                std::vector<Column>& columns) {
    columns.resize(count);
    for (std::size_t m = 0; m < count; ++m) {
        const DoubleDouble* const row = above + m * n;
        Column& column = columns[m];
        for (std::size_t k = 0; k < kRows; ++k) {
            column.high[k / kWide][k % kWide] = h[k * n + m].high;
            column.low[k / kWide][k % kWide] = h[k * n + m].low;
        }
        subtract_products(m, columns.data(), row, column);
        for (std::size_t k = 0; k < kRows; ++k) {
            Two& high = column.high[k / kWide];
            Two& low = column.low[k / kWide];
            const std::size_t at = k % kWide;
            const DoubleDouble value = DoubleDouble::ordered_sum(high[at], low[at]) / row[m];
            high[at] = value.high;
            low[at] = value.low;
            h[k * n + m] = value;
        }
    }
}

} // namespace

void factorise_extended(std::size_t n, DoubleDouble* h, Interrupt& interrupt) {
    std::vector<Column> columns;
    for (std::size_t first = 0; first < n; first += kRows) {
        if (interrupt.requested())
            throw Interrupted();
        const bool whole = first + kRows <= n;
        if (whole)
            solve_rows(n, first, h, h + first * n, columns);
        for (std::size_t k = first; k < n && k < first + kRows; ++k)
            factorise_row_from(k, whole ? first : 0, n, h);
    }
}

} // namespace fourfold
