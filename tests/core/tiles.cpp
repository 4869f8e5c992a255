// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The products that are cut into tiles, for numbers of rows, columns and classes on both sides of
// every size of tile, against plain loops. Entries are small whole numbers: every sum is exact.
#include <algorithm>

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

template <class Real>
std::vector<Real> whole_numbers(std::size_t n, Uniform& uniform) {
    std::vector<Real> out = random_numbers<Real>(n, uniform, 0.0, 8.0);
    for (Real& x : out)
        x = std::floor(x);
    return out;
}

template <class Real>
void check_products(const std::string& level, std::size_t rows, std::size_t ld,
                    std::size_t ky) {
    const auto& steps = kernels().steps<Real>();
    Uniform uniform;
    const auto r = whole_numbers<Real>(rows * ld, uniform);
    const auto a = whole_numbers<Real>(rows * ky, uniform);
    const auto bt = whole_numbers<Real>(ky * ld, uniform);
    std::vector<Real> of_rows(rows * ky), of_columns(ky * ld, 3), plain_rows(rows * ky),
        plain_columns(ky * ld, 3);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            for (std::size_t j = 0; j < ld; ++j) {
                plain_rows[i * ky + y] += r[i * ld + j] * bt[y * ld + j];
                plain_columns[y * ld + j] += r[i * ld + j] * a[i * ky + y];
            }
    const auto shape = [&] {
        return level + (sizeof(Real) == 4 ? " float " : " double ") + std::to_string(rows) +
               " x " + std::to_string(ld) + " x " + std::to_string(ky);
    };
    steps.row_products(rows, ld, ky, r.data(), bt.data(), of_rows.data());
    expect(of_rows == plain_rows, "row products, ", shape());
    steps.column_products(rows, ld, ky, 0, ld, false, r.data(), a.data(), of_columns.data());
    expect(of_columns == plain_columns, "column products, ", shape());
}

// M = a bt in tiles, and its maxima.
void check_pair_products(const std::string& level, std::size_t rows, std::size_t ld,
                         std::size_t ky) {
    Uniform uniform;
    const auto a = whole_numbers<double>(rows * ky, uniform);
    const auto bt = whole_numbers<double>(ky * ld, uniform);
    std::vector<double> m(rows * ld), plain(rows * ld), row_max(rows, -1.0),
        column_max(ld, 0.0), plain_row_max(rows, 0.0), plain_column_max(ld, 0.0);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < ld; ++j) {
            double& value = plain[i * ld + j];
            for (std::size_t y = 0; y < ky; ++y)
                value += a[i * ky + y] * bt[y * ld + j];
            plain_row_max[i] = std::max(plain_row_max[i], value);
            plain_column_max[j] = std::max(plain_column_max[j], value);
        }
    kernels().newton.products(rows, ld, ky, a.data(), bt.data(), m.data());
    expect(m == plain, level, " a b^T, ", rows, " x ", ld, " x ", ky);
    kernels().certificate.product_maxima(rows, ld, ky, a.data(), bt.data(), row_max.data(),
                                         column_max.data());
    expect(row_max == plain_row_max && column_max == plain_column_max, level, " maxima, ", rows,
           " x ", ld, " x ", ky);
}

// One block of the products for many classes.
void check_wide(const std::string& level, std::size_t rows, std::size_t depth,
                std::size_t panels) {
    Uniform uniform;
    const auto a = whole_numbers<double>(rows * depth, uniform);
    const auto b = whole_numbers<double>(panels * depth * kPanel, uniform);
    const std::size_t width = panels * kPanel;
    std::vector<double> c(rows * width, 2.0), plain(rows * width, 2.0);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t j = 0; j < width; ++j)
                plain[i * width + j] +=
                    a[i * depth + k] * b[(j / kPanel * depth + k) * kPanel + j % kPanel];
    kernels().wide.multiply_rows(rows, depth, panels, false, a.data(), depth, b.data(),
                                 depth * kPanel, c.data(), width, kPanel, Ahead());
    expect(c == plain, level, " wide product, ", rows, " x ", depth, " x ", panels, " panels");
}

} // namespace

int main() {
    for_levels([](const std::string& level) {
        for (std::size_t rows : {1, 2, 3, 4, 5, 7, 9, 70})
            for (std::size_t padded : {1, 2, 3, 4, 5, 7, 17})
                for (std::size_t ky : {1, 2, 4, 5, 6, 11, 13}) {
                    check_products<double>(level, rows, padded * kPaddingOf<double>, ky);
                    check_products<float>(level, rows, padded * kPaddingOf<float>, ky);
                    check_pair_products(level, rows, padded * kPadding, ky);
                }
        // columns in several strips
        check_products<double>(level, 5, 2 * 2048, 7);
        check_pair_products(level, 5, 2048, 40);
        for (std::size_t rows = 1; rows <= kWideRows; ++rows)
            for (std::size_t depth : {std::size_t{1}, std::size_t{7}, kWideDepth})
                for (std::size_t panels : {1, 2, 3, 4, 7})
                    check_wide(level, rows, depth, panels);
    });
    return exit_status();
}
