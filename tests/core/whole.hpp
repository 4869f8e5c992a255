// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "fourfold/backend.hpp"
#include "fourfold/newton_system.hpp"
#include "fourfold/union_system.hpp"

// Classes with every member of a contract, to take one away from; nothing calls them.
namespace fourfold {

struct WholeBackend {
    void load(const Problem&);
    double sweep();
    void shrink();
    Bounds certificate();
    void average(double);
    double averaged_lower();
    void dual(const Dual&);
    Step step(double, double);
    void restart();
    void factors(const Factors&);
    void assign(const Factors&);
};

struct WholeSystem {
    void load(const Problem&);
    std::size_t pairs();
    std::size_t rows();
    std::size_t columns();
    void place(const Factors&, double*, double*, double*);
    void gather(const double*, const double*, const double*, const Factors&);
    const double* row_target();
    const double* column_target();
    void products(const double*, const double*, double*);
    void row_sums(const double*, const double*, double*);
    void column_sums(const double*, const double*, double*);
    void factorise(const double*, const double*, const double*, const double*);
    void solve(const double*, const double*, double*, double*);
    static double work(const Problem&);
    static double dense_bytes(const Problem&);
};

struct WholeUnionSystem {
    void load(const UnionTables&);
    void factorise(const TupleList&, const double*, const double*, const double*);
    void solve(const double*, double*);
};

} // namespace fourfold
