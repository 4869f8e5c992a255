// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "cpu/aligned.hpp"
#include "cpu/kernels/wide_kernels.hpp"
#include "cpu/layout.hpp"

namespace fourfold {

// The three products of a step where there are many classes: as products of blocks that stay in the
// second-level cache, like those of a BLAS. (The kernels for few classes stream one operand past a
// tile of the result, and with many the streams are of whole matrices.)
//
// Column arrays are in panels of columns: (y, j) at (j / 8 * KY + y) * 8 + j % 8, so that a
// block of b^T is read in one run. Copies of a and b are kept in panels of classes:
//   at (KY / 8, K1, 8)   for r^T a
//   b  (KY / 8, K2, 8)   for r b, its panels a little further apart
// Blocks and the order of sums depend on the shape alone.
class PanelProducts {
public:
    explicit PanelProducts(const WideKernels& kernels) : kernels_(kernels) {}

    // Scratch is held for each of the threads.
    void load(const Layout& layout, int threads);

    // Rows and columns that are worked on at a time.
    static constexpr std::size_t kBlockRows = 256;
    static std::size_t block_columns(std::size_t ld);

    // Takes the columns [begin, end) of bt, multiples of kPanel, into the copy.
    void copy_b(std::size_t begin, std::size_t end, const double* bt);

    // Takes the classes [first, last) of rows [begin, end) into the copy; a at the first of the rows.
    void copy_a(std::size_t begin, std::size_t end, std::size_t first, std::size_t last,
                const double* a);

    // out = (r^T a)^T for the columns [begin, end), multiples of kPanel, from the copy of a.
    void sum_columns(std::size_t begin, std::size_t end, const double* r, double* out);

    // body(begin, columns, stride, m) for strips of M = a b^T: its columns [begin, begin +
    // columns), m (rows, columns) with rows `stride` apart; a (rows, KY).
    template <class Body>
    void for_strips(std::size_t rows, const double* a, const double* bt, const Body& body) {
        const std::size_t ky = layout_.ky;
        for_blocks(layout_.ld, [&](std::size_t begin, std::size_t n) {
            double* m = scratch().product.get();
            multiply(rows, n / kPanel, ky, a, ky, bt + begin * ky, ky * kPanel, m);
            body(begin, n, kStride, m);
        });
    }

    // body(begin, classes, stride, rb) for strips of r b, likewise, from the copy of b; r (rows, ld).
    template <class Body>
    void for_class_strips(std::size_t rows, const double* r, const Body& body) {
        for_blocks(padded_classes(), [&](std::size_t begin, std::size_t n) {
            double* rb = scratch().product.get();
            multiply(rows, n / kPanel, layout_.k2, r, layout_.ld, b_.get() + begin * b_rows_,
                     b_rows_ * kPanel, rb);
            body(begin, std::min(n, layout_.ky - begin), kStride, rb);
        });
    }

private:
    struct Scratch {
        AlignedArray rows;    // (kWideRows, kWideStride): of the left operand
        AlignedArray panels;  // (columns / 8, kWideDepth, 8): of r
        AlignedArray product; // (kBlockRows, kStride)
    };
    // So many columns of b, kWideDepth deep, take half of a second-level cache of a MiB.
    static constexpr std::size_t kMostColumns = 168;
    static constexpr std::size_t kStride = kMostColumns + kPanel;

    Scratch& scratch();
    std::size_t padded_classes() const { return rounded_up(layout_.ky, kPanel); }

    // Blocks of at most kMostColumns, of nearly one size.
    template <class Body>
    static void for_blocks(std::size_t columns, const Body& body) {
        const std::size_t step = block_size(columns, kMostColumns);
        for (std::size_t begin = 0; begin < columns; begin += step)
            body(begin, std::min(step, columns - begin));
    }
    static std::size_t block_size(std::size_t n, std::size_t most);

    void multiply(std::size_t rows, std::size_t panels, std::size_t depth, const double* a,
                  std::size_t lda, const double* b, std::size_t b_panel, double* c);

    const WideKernels& kernels_;
    Layout layout_;
    std::size_t b_rows_ = 0; // from one panel of the copy of b to the next
    bool fetches_ahead_ = false;
    std::vector<Scratch> scratch_; // of each thread
    AlignedArray at_, b_;
};

} // namespace fourfold
