// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cpu/kernels/label_kernels.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Columns of integers, counted. A cell is numbered by what its integers are above the first of each
// range, in the order of the columns; cells in a table with room for all of them, or those that occur
// alone, in the order in which they are first seen.
struct CellCounts {
    std::vector<IntegerRange> ranges;
    bool counted = false;
    std::vector<std::uint64_t> cells; // numbers
    std::vector<std::int64_t> counts; // of each
};

// Cells in a table with room for `most`, in increasing order; where they are more the ranges alone. One pass where the range
// of a sample is that of all, else two. Writes to of_rows (n), unless it is null, the number of the
// cell of each row. The same for any number of threads. Throws Interrupted.
CellCounts count_in_table(const std::vector<IntegerColumn>& columns, std::size_t n,
                          std::size_t most, std::uint32_t* of_rows, int num_threads,
                          Interrupt& interrupt);

// The same of any number of cells that 64 bits can tell apart, by hashing. Ranges are of all rows;
// of_rows is the place in `cells`. Throws std::length_error from 2^32 - 1 different cells on.
CellCounts count_by_hash(const std::vector<IntegerColumn>& columns,
                         const std::vector<IntegerRange>& ranges, std::size_t n,
                         std::uint32_t* of_rows, Interrupt& interrupt);

// out[k] = numbers[of_rows[k]], numbers and out of so many bytes.
void renumber(const std::uint32_t* of_rows, std::size_t n, const void* numbers, int bytes,
              void* out, int num_threads);

} // namespace fourfold
