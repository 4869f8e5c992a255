// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/newton/double_double.hpp"
#include "core/union/tuple_list.hpp"
#include "core/union/union_tables.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// The system of fourfold/union_system.hpp in 32 digits, all of it dense and on one thread: a hundred
// times slower than in 16, for steps that stall there.
class ExtendedUnionSystem {
public:
    using Array = std::vector<DoubleDouble>;

    explicit ExtendedUnionSystem(Interrupt& interrupt) : interrupt_(interrupt) {}

    void load(const UnionTables& tables);
    // H at (r, c), both (tuples), and the products e (tuples, ky)
    void factorise(const TupleList& list, const Array& r, const Array& c, const Array& e);
    // H d = g, both (states, ky); d is zero where unsupported or pinned
    void solve(const Array& g, Array& d);

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    void add_tuple(const std::uint32_t* tuple, std::size_t sources);

    Interrupt& interrupt_;
    std::size_t ky_ = 0;
    std::size_t n_ = 0;               // unknowns
    std::vector<std::size_t> number_; // (states, ky): the unknown of a cell, rising, or kNone
    Array outer_;                     // (ky, ky): c u u^T + r diag(u) of one tuple
    Array h_;                         // (n, n), the lower triangle
    Array scale_, work_;              // (n)
};

} // namespace fourfold
