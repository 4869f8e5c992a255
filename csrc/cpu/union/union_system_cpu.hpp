// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/union/tuple_list.hpp"
#include "core/union/union_tables.hpp"
#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/newton/cholesky.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// The Newton system of any number of sources (fourfold/union_system.hpp). The states of the first source
// are eliminated, whose blocks stand alone as no tuple has two of them; what is left is a dense matrix
// over the cells of the others. Only supported cells that are not pinned are unknowns, those of a state
// side by side.
class UnionSystemCpu {
public:
    UnionSystemCpu(int threads, StopCheck& stop);

    // Numbers in the factor of these tables.
    static double numbers(const UnionTables& tables);

    void load(const UnionTables& tables);
    void factorise(const TupleList& list, const double* r, const double* c, const double* e);
    void solve(const double* g, double* d);

private:
    // States [begin, end) of the first source. Their unknowns, `depth` many, are the rows of
    // x = L^-1 B, in panels of (depth, kPanel).
    struct Batch {
        std::size_t begin, end, depth;
        AlignedArray x;
    };
    static constexpr std::size_t kDepth = 256; // of a batch, at least one state

    std::size_t count(std::size_t state) const { return start_[state + 1] - start_[state]; }
    // The number of a state's first unknown among those of its kind, eliminated or not.
    std::size_t place(std::size_t state) const {
        return start_[state] - (state < eliminated_ ? 0 : start_[eliminated_]);
    }

    void find_scales(const TupleList& list, const double* r, const double* c, const double* e);
    void compact(const std::uint32_t* tuple, const double* e);
    void add_outer(std::size_t rows, std::size_t columns, std::size_t i, std::size_t j,
                   double r, double c, const double* e, double* out, std::size_t ld) const;
    void add_to_rest(const std::uint32_t* tuple, double r, double c, const double* e);
    void eliminate(std::size_t state, std::size_t row, Batch& batch);

    const KernelTable& kernels_;
    StopCheck& stop_;
    Cholesky rest_;
    std::size_t sources_ = 0, ky_ = 0, states_ = 0;
    std::size_t eliminated_ = 0;     // states
    std::vector<std::size_t> start_; // of each state's unknowns in class_
    std::vector<std::size_t> class_; // of each unknown
    std::vector<Batch> batches_;
    std::vector<std::size_t> block_start_; // of each eliminated state's block
    std::vector<double> blocks_;           // (count, count) for each, then L
    std::vector<double> scale_;            // of the unknowns: their diagonal becomes 1
    std::vector<double> diagonal_, columns_, compact_, right_;
};

} // namespace fourfold
