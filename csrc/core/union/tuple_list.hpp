// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/union/union_tables.hpp"

namespace fourfold {

// Tuples of one state of each source, by their numbers among the states of all: sorted, no two alike.
class TupleList {
public:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    void reset(std::size_t sources) {
        sources_ = sources;
        states_.clear();
    }

    std::size_t sources() const { return sources_; }
    std::size_t size() const { return sources_ == 0 ? 0 : states_.size() / sources_; }
    const std::uint32_t* operator[](std::size_t k) const {
        return states_.data() + k * sources_;
    }

    // The number of a tuple, or kNone.
    std::size_t find(const std::uint32_t* tuple) const;

    // Takes out the tuples of which keep[k] is 0 and puts in those of `states` (any order, tuples may
    // be there twice or already); returns for each tuple its number before, or kNone.
    std::vector<std::size_t> change(const std::vector<char>& keep,
                                    std::vector<std::uint32_t> states);

    // Every tuple that some class supports.
    void take_all(const UnionTables& tables);

private:
    std::size_t sources_ = 0;
    std::vector<std::uint32_t> states_; // (size, sources)
};

} // namespace fourfold
