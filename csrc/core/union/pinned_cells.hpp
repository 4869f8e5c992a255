// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/union/union_tables.hpp"

namespace fourfold {

// Cells (states, classes) whose factor a Newton system keeps: for each class the heaviest of every
// source but the first, as a factor of one source up and of another down changes nothing.
inline std::vector<char> pinned_cells(const UnionTables& tables) {
    const std::size_t ky = tables.classes();
    std::vector<char> pinned(tables.cells(), 0);
    for (std::size_t i = 1; i < tables.sources(); ++i)
        for (std::size_t y = 0; y < ky; ++y) {
            std::size_t heaviest = tables.first(i);
            for (std::size_t x = heaviest; x < tables.first(i + 1); ++x)
                if (tables.p()[x * ky + y] > tables.p()[heaviest * ky + y])
                    heaviest = x;
            pinned[heaviest * ky + y] = 1;
        }
    return pinned;
}

} // namespace fourfold
