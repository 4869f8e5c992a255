// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "cpu/aligned.hpp"
#include "cpu/blocks.hpp"
#include "cpu/iterate_cpu.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/products/thin_products.hpp"

// The coupling that is certified and that factors() writes, in double precision: two classes with the
// same members.
namespace fourfold {

// Of steps in double precision: their iterate itself.
template <class StepProducts>
class ExactView {
public:
    using Number = double;
    using Products = StepProducts;

    ExactView(const KernelTable&, const Blocks&, IterateCpu<double>& iterate,
              const TargetsCpu<double>& targets, Products& products)
        : iterate_(iterate), targets_(targets), products_(products) {}

    void load(const Layout& layout) { ld_ = layout.ld; }
    // Makes what is to be certified of the iterate as it is now.
    void refit() {}
    // The iterate was replaced: until refit() there is nothing to certify.
    void forget() {}
    // Whether it stands for the iterate: no factor is out of range.
    static constexpr bool in_range() { return true; }

    Products& products() { return products_; }
    const double* p1y() const { return targets_.exact_p1y(); }
    const double* p2t() const { return targets_.exact_p2t(); }
    const double* a() const { return iterate_.a.get(); }
    double* bt() { return iterate_.bt.get(); }
    const double* column_sums() const { return iterate_.column_sums.get(); }
    // body(rows, r) for parts of a chunk of rows; r at the first of them.
    template <class Body>
    void for_rows(Block chunk, const Body& body) {
        if (chunk.size() > 0)
            body(chunk, iterate_.r.get() + chunk.begin * ld_);
    }

private:
    IterateCpu<double>& iterate_;
    const TargetsCpu<double>& targets_;
    Products& products_;
    std::size_t ld_ = 0;
};

// Of steps in single precision: another pair (a, b) of the iterate's r and b, whose rows fit to the last
// digits of a double.
class ExactCopy {
public:
    using Number = float;
    using Products = ThinProducts<double>;

    ExactCopy(const KernelTable& kernels, const Blocks& blocks, IterateCpu<float>& iterate,
              const TargetsCpu<float>& targets, ThinProducts<float>&)
        : kernels_(kernels.in_double), blocks_(blocks), iterate_(iterate), targets_(targets),
          products_(kernels, blocks) {}

    void load(const Layout& layout);
    void refit();
    void forget() { in_range_ = false; }
    bool in_range() const { return in_range_; }

    Products& products() { return products_; }
    const double* p1y() const { return targets_.exact_p1y(); }
    const double* p2t() const { return targets_.exact_p2t(); }
    const double* a() const { return a_.get(); }
    double* bt() { return bt_.get(); }
    const double* column_sums() const { return column_sums_.get(); }
    template <class Body>
    void for_rows(Block chunk, const Body& body) {
        blocks_.for_parts(chunk, [&](Block rows) { body(rows, widened(rows)); });
    }

private:
    const double* widened(Block rows);
    double* scratch();

    const StepKernels<double>& kernels_;
    const Blocks& blocks_;
    IterateCpu<float>& iterate_;
    const TargetsCpu<float>& targets_;
    Products products_;
    Layout layout_;
    bool in_range_ = true; // whether b stayed within the range of a float
    AlignedArray a_, bt_, column_sums_;
    AlignedArray scratch_; // part of r for each thread
    std::size_t scratch_size_ = 0;
};

template <class Products>
using ExactOf = std::conditional_t<std::is_same_v<typename Products::Number, double>,
                                   ExactView<Products>, ExactCopy>;

} // namespace fourfold
