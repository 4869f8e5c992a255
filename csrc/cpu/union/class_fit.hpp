// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/union/tuple_list.hpp"
#include "core/union/union_tables.hpp"
#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/newton/cholesky.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// Scales the factors a of q = r prod a on a list of tuples to the marginals, with r as it is: sweeps, then
// Newton steps class by class on
//
//     min  sum_k r(k) prod a(x_i,y) - sum P log a      over log a(:,y),
//
// whose Hessian are the pair marginals of q(:,y). That of the first source is diagonal and is eliminated.
class ClassFit {
public:
    ClassFit(const UnionTables& tables, int threads, StopCheck& stop);

    // Until the marginals are off by `target` in total, or no step helps; returns by how much they are.
    double fit(const TupleList& list, const double* r, double target,
               std::vector<double>& log_a);

    // s of the factors that were fitted last.  (tuples)
    const std::vector<double>& sums() const { return s_; }

private:
    static constexpr int kSweeps = 2;
    static constexpr int kRounds = 30;
    static constexpr double kLongestStep = 1.5; // of a log a
    static constexpr double kWentWrong = 3.0;   // times the error before

    void sweep(const TupleList& list, const double* r, std::size_t y,
               std::vector<double>& log_a);
    void products(const TupleList& list, const std::vector<double>& log_a);
    void newton_step(const TupleList& list, const double* r, std::size_t y,
                     std::vector<double>& log_a);

    const UnionTables& tables_;
    const KernelTable& kernels_;
    StopCheck& stop_;
    Cholesky rest_;
    std::vector<char> pinned_;
    std::vector<double> a_, e_, s_, marginals_;
    std::vector<std::size_t> unknown_; // of each state, in the class at hand, or none
    std::vector<double> diagonal_, right_;
    AlignedArray x_;
};

} // namespace fourfold
