// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cpu/blocks.hpp"

namespace fourfold {

// The pairs of one order: those of state i are first[i] to first[i + 1], ascending in the other state.
struct PairRuns {
    std::vector<std::size_t> first;
    std::vector<std::uint32_t> index; // the other state of each pair
};

// Which pairs (i,j) are alive, by rows and by columns.
class ActivePairs {
public:
    // From flags (k1, ld) that are not 0 where a pair is alive, in multiples of 8.
    void assign(std::size_t k1, std::size_t k2, std::size_t ld, const unsigned char* flags);

    std::size_t size() const { return by_rows_.index.size(); }
    const PairRuns& by_rows() const { return by_rows_; }
    const PairRuns& by_columns() const { return by_columns_; }
    // Where a pair of the order by columns is in that by rows.
    const std::vector<std::uint32_t>& places() const { return places_; }

    // Cuts the states of an order into at most `parts` runs of about as many pairs.
    static std::vector<Block> cut(const PairRuns& runs, std::size_t parts);

private:
    PairRuns by_rows_, by_columns_;
    std::vector<std::uint32_t> places_;
};

} // namespace fourfold
