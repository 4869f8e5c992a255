// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/union/union_tables.hpp"
#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// Looks at every tuple of states without holding them: with the sources cut in two groups, s of all
// tuples is a product of two matrices, of which one block is there at a time.
//
//     s = L R^T     L(l,y), R(r,y) = product of a over the states of a tuple l, r of the group
class Pricing {
public:
    // Whether the numbers of all tuples, and of the groups' alone, can be dealt with.
    static bool can(const UnionTables& tables);

    Pricing(const UnionTables& tables, int threads, StopCheck& stop);

    // For a (states, classes): largest() and best(). Throws Interrupted.
    void scan(const std::vector<double>& a, double floor, std::size_t per_state);

    // The largest s of the tuples with each state.
    const std::vector<double>& largest() const { return largest_; }
    // The tuples that are among the `per_state` of largest s above `floor` of one of their states,
    // (m, sources), in the order of their numbers.
    const std::vector<std::uint32_t>& best() const { return best_; }

private:
    static constexpr std::size_t kRows = 32; // of a block
    static constexpr std::size_t kColumns = 1024;

    struct Candidate {
        double s;
        std::uint64_t tuple;
        bool operator<(const Candidate& other) const { // the better one is less
            return s > other.s || (s == other.s && tuple < other.tuple);
        }
    };
    // What one thread has found: heaps of the best of each state, the worst on top.
    struct Found {
        std::vector<std::vector<Candidate>> of_state;
        std::vector<double> column_max;
        AlignedArray rows, block;
    };
    struct Group {
        std::size_t begin, end; // sources
        std::size_t size = 1;   // tuples
    };

    Group group(std::size_t begin, std::size_t end) const;
    // States of tuple t of a group, the last source's moving fastest.
    void states_of(const Group& group, std::size_t t, std::uint32_t* out) const;
    void factor(const Group& group, std::size_t t, const double* a, double* out) const;
    void fill_strips(const double* a);
    void scan_rows(std::size_t begin, const double* a, double floor, std::size_t per_state,
                   Found& found);
    void offer(std::size_t row, std::size_t column, double s, std::size_t per_state,
               const std::uint32_t* row_states, Found& found) const;
    void gather(std::size_t per_state);

    const UnionTables& tables_;
    const KernelTable& kernels_;
    const int threads_;
    StopCheck& stop_;
    Group left_, right_;
    std::vector<AlignedArray> strips_;        // R^T, (classes, kColumns) of each strip
    std::vector<std::uint32_t> right_states_; // (right_.size, sources of it)
    std::vector<double> row_max_, column_max_, largest_;
    std::vector<Found> found_;
    std::vector<std::uint32_t> best_;
};

} // namespace fourfold
