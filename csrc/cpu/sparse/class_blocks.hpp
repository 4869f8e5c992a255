// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fourfold/problem.hpp"

namespace fourfold {

// The layout of tables whose classes are small blocks. Class y has the states of X1 and those of X2
// that occur with it; all their cells (i,j,y) can carry mass, so they are a dense block.
//
//   row array      (i,y) with mass, class after class
//   column array   (j,y) with mass, class after class, each class padded with zeros to whole
//                  registers; the one of most mass is the last of its class
//   pair array     as long as all blocks, a block being (rows, width) row-major. A pair (i,j) is
//                  where its first common class has the cell (i,j), its home; the cells of its
//                  other classes, its guests, and the padding are zero.
//
// Pairs without a common class carry nothing and are nowhere. As nearly all pairs have one common
// class, a pass over the blocks is one over the pairs, without an index.
class ClassBlocks {
public:
    struct Block {
        std::size_t first_row, rows;              // in a row array
        std::size_t first_column, columns, width; // in a column array; columns padded
        std::size_t first_cell;                   // in a pair array
    };
    // A cell of a pair that is not its home.
    struct Guest {
        std::uint32_t cell, home;  // in a pair array
        std::uint32_t row, column; // of the cell
    };
    // One of the classes of a state, and where its (state, class) is in a row or column array.
    struct Place {
        std::size_t cls, at;
    };
    // Of a state.
    struct Places {
        const Place* first;
        const Place* last;
        const Place* begin() const { return first; }
        const Place* end() const { return last; }
        std::size_t size() const { return static_cast<std::size_t>(last - first); }
        const Place& operator[](std::size_t k) const { return first[k]; }
    };

    // `problem` must outlive the use; each of its states and classes has mass on both sides.
    void load(const Problem& problem);

    const Problem& problem() const { return problem_; }
    std::size_t pairs() const { return pairs_; }
    std::size_t rows() const { return row_state_.size(); }
    std::size_t columns() const { return column_state_.size(); }
    const std::vector<Block>& blocks() const { return blocks_; }
    const std::vector<Guest>& guests() const { return guests_; }
    Places places_of_row(std::size_t i) const { return of_state(row_places_, row_first_, i); }
    Places places_of_column(std::size_t j) const {
        return of_state(column_places_, column_first_, j);
    }
    // The state at a place of a row or column array; kNone in the padding.
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    const std::vector<std::size_t>& row_state() const { return row_state_; }
    const std::vector<std::size_t>& column_state() const { return column_state_; }
    // Where (i,y) is, or kNone.
    std::size_t row_at(std::size_t i, std::size_t y) const {
        return row_at_[i * problem_.ky + y];
    }
    std::size_t cell(std::size_t y, std::size_t row) const {
        const Block& block = blocks_[y];
        return block.first_cell + (row - block.first_row) * block.width;
    }

    // From (K1, KY) and (K2, KY) to row and column arrays, and back, where nothing is written to
    // cells without mass.
    void take_rows(const double* from, double* to) const;
    void take_columns(const double* from, double* to) const;
    void give_rows(const double* from, double* to) const;
    void give_columns(const double* from, double* to) const;

private:
    static Places of_state(const std::vector<Place>& places,
                           const std::vector<std::size_t>& first, std::size_t state) {
        return {places.data() + first[state], places.data() + first[state + 1]};
    }
    void lay_out_classes();
    void find_places();
    void find_homes();

    Problem problem_;
    std::size_t pairs_ = 0;
    std::vector<Block> blocks_;
    std::vector<Guest> guests_;
    std::vector<std::size_t> row_state_, column_state_;
    std::vector<std::size_t> row_at_;
    std::vector<Place> row_places_, column_places_;
    std::vector<std::size_t> row_first_, column_first_; // of the places of each state
    std::vector<std::size_t> home_; // of (i,j) for the i at hand, by j; kNone where none yet
};

} // namespace fourfold
