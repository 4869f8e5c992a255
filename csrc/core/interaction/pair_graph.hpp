// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fourfold {

// Which pairs (x1,x2) occur in a table, and which of them share a state: what moves that keep its
// pairwise tables leave as it is.
class PairGraph {
public:
    // Pair p is of states x1[p] and x2[p], each pair once, else std::invalid_argument; counts (pairs, ky).
    PairGraph(std::size_t pairs, std::size_t ky, const std::int64_t* x1, const std::int64_t* x2,
              const std::int64_t* counts);

    static constexpr std::uint32_t kNone = 0xffffffffu;

    std::size_t pairs() const { return pairs_.size(); }
    std::size_t classes() const { return ky_; }

    // Pairs that share x1 with another pair, and x2 with another.
    const std::vector<std::uint32_t>& corners() const { return corners_; }

    // Of the other pairs with the same x1, or with the same x2, the one that 32 random bits choose.
    std::uint32_t other_in_row(std::uint32_t pair, std::uint32_t bits) const {
        return other(by_x1_, pairs_[pair].row_begin, pairs_[pair].row_size, pairs_[pair].in_row,
                     bits);
    }
    std::uint32_t other_in_column(std::uint32_t pair, std::uint32_t bits) const {
        return other(by_x2_, pairs_[pair].column_begin, pairs_[pair].column_size,
                     pairs_[pair].in_column, bits);
    }

    // The pair of the x1 of one and the x2 of another, or kNone.
    std::uint32_t crossing(std::uint32_t of_x1, std::uint32_t of_x2) const {
        const std::uint64_t key = key_of(pairs_[of_x1].x1, pairs_[of_x2].x2);
        for (std::size_t slot = slot_of(key);; slot = (slot + 1) & (slots_.size() - 1))
            if (slots_[slot].key == key || slots_[slot].pair == kNone)
                return slots_[slot].pair;
    }

    // Moves of 1, 2, 4 .. counts of a pair are proposed: so many sizes.
    std::uint32_t sizes(std::uint32_t pair) const { return pairs_[pair].sizes; }

private:
    struct Pair {
        std::uint32_t x1, x2; // numbers of those that occur
        std::uint32_t row_begin, row_size, in_row;
        std::uint32_t column_begin, column_size, in_column;
        std::uint32_t sizes;
    };
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t pair = kNone;
    };

    static std::uint32_t other(const std::vector<std::uint32_t>& grouped, std::uint32_t begin,
                               std::uint32_t size, std::uint32_t own, std::uint32_t bits) {
        std::uint32_t chosen =
            static_cast<std::uint32_t>((std::uint64_t{bits} * (size - 1)) >> 32);
        chosen += chosen >= own ? 1 : 0;
        return grouped[begin + chosen];
    }
    static std::uint64_t key_of(std::uint32_t x1, std::uint32_t x2) {
        return (std::uint64_t{x1} << 32) | x2;
    }
    std::size_t slot_of(std::uint64_t key) const {
        return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15u) >> shift_);
    }

    std::size_t ky_;
    std::vector<Pair> pairs_;
    std::vector<std::uint32_t> by_x1_, by_x2_, corners_;
    std::vector<Slot> slots_; // open addressing, at most half full
    int shift_ = 63;
};

} // namespace fourfold
