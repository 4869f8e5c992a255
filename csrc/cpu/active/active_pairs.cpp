// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/active/active_pairs.hpp"

#include <cstring>

namespace fourfold {

void ActivePairs::assign(std::size_t k1, std::size_t k2, std::size_t ld,
                         const unsigned char* flags) {
    by_rows_.first.assign(k1 + 1, 0);
    by_rows_.index.clear();
    by_columns_.first.assign(k2 + 1, 0);
    for (std::size_t i = 0; i < k1; ++i) {
        const unsigned char* const of_row = flags + i * ld;
        for (std::size_t j = 0; j < k2; j += 8) {
            std::uint64_t eight; // most of them have no pair
            std::memcpy(&eight, of_row + j, sizeof eight);
            if (eight == 0)
                continue;
            for (std::size_t at = j; at < j + 8 && at < k2; ++at)
                if (of_row[at] != 0) {
                    by_rows_.index.push_back(static_cast<std::uint32_t>(at));
                    ++by_columns_.first[at + 1];
                }
        }
        by_rows_.first[i + 1] = by_rows_.index.size();
    }
    for (std::size_t j = 0; j < k2; ++j)
        by_columns_.first[j + 1] += by_columns_.first[j];
    by_columns_.index.resize(size());
    places_.resize(size());
    std::vector<std::size_t> next(by_columns_.first.begin(), by_columns_.first.end() - 1);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t k = by_rows_.first[i]; k < by_rows_.first[i + 1]; ++k) {
            const std::size_t to = next[by_rows_.index[k]]++;
            by_columns_.index[to] = static_cast<std::uint32_t>(i);
            places_[to] = static_cast<std::uint32_t>(k);
        }
}

std::vector<Block> ActivePairs::cut(const PairRuns& runs, std::size_t parts) {
    std::vector<Block> blocks;
    const std::size_t states = runs.first.size() - 1;
    std::size_t begin = 0;
    for (std::size_t part = 1; part <= parts; ++part) {
        std::size_t end = begin;
        const std::size_t pairs = runs.index.size() * part / parts;
        while (end < states && (part == parts || runs.first[end] < pairs))
            ++end;
        if (end > begin)
            blocks.push_back({begin, end});
        begin = end;
    }
    return blocks;
}

} // namespace fourfold
