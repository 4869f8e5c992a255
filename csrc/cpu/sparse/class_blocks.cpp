// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/class_blocks.hpp"

#include <utility>

#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"

namespace fourfold {

void ClassBlocks::load(const Problem& problem) {
    problem_ = problem;
    lay_out_classes();
    find_places();
    find_homes();
}

void ClassBlocks::lay_out_classes() {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    blocks_.clear();
    row_state_.clear();
    column_state_.clear();
    pairs_ = 0;
    for (std::size_t y = 0; y < ky; ++y) {
        Block block{row_state_.size(), 0, column_state_.size(), 0, 0, pairs_};
        for (std::size_t i = 0; i < k1; ++i)
            if (p1y[i * ky + y] > 0.0)
                row_state_.push_back(i);
        std::size_t largest = block.first_column;
        for (std::size_t j = 0; j < k2; ++j)
            if (p2y[j * ky + y] > 0.0) {
                column_state_.push_back(j);
                if (p2y[j * ky + y] > p2y[column_state_[largest] * ky + y])
                    largest = column_state_.size() - 1;
            }
        block.rows = row_state_.size() - block.first_row;
        block.columns = column_state_.size() - block.first_column;
        block.width = rounded_up(block.columns, kPadding);
        if (block.columns > 0)
            std::swap(column_state_[largest], column_state_.back());
        column_state_.resize(block.first_column + block.width, kNone);
        pairs_ += block.rows * block.width;
        blocks_.push_back(block);
    }
}

void ClassBlocks::find_places() {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    row_at_.assign(k1 * ky, kNone);
    std::vector<std::size_t>& column_at = home_; // until find_homes()
    column_at.assign(k2 * ky, kNone);
    for (std::size_t y = 0; y < ky; ++y) {
        const Block& block = blocks_[y];
        for (std::size_t k = 0; k < block.rows; ++k)
            row_at_[row_state_[block.first_row + k] * ky + y] = block.first_row + k;
        for (std::size_t k = 0; k < block.columns; ++k)
            column_at[column_state_[block.first_column + k] * ky + y] = block.first_column + k;
    }
    const auto collect = [ky = ky](std::size_t states, const std::vector<std::size_t>& at,
                                   std::vector<Place>& places,
                                   std::vector<std::size_t>& first) {
        places.clear();
        first.assign(1, 0);
        for (std::size_t state = 0; state < states; ++state) {
            for (std::size_t y = 0; y < ky; ++y)
                if (at[state * ky + y] != kNone)
                    places.push_back({y, at[state * ky + y]});
            first.push_back(places.size());
        }
    };
    collect(k1, row_at_, row_places_, row_first_);
    collect(k2, column_at, column_places_, column_first_);
}

void ClassBlocks::find_homes() {
    guests_.clear();
    for (std::size_t i = 0; i < problem_.k1; ++i) {
        home_.assign(problem_.k2, kNone);
        for (const Place& place : places_of_row(i)) {
            const Block& block = blocks_[place.cls];
            const std::size_t cells = cell(place.cls, place.at);
            for (std::size_t k = 0; k < block.columns; ++k) {
                std::size_t& home = home_[column_state_[block.first_column + k]];
                if (home == kNone)
                    home = cells + k;
                else
                    guests_.push_back({static_cast<std::uint32_t>(cells + k),
                                       static_cast<std::uint32_t>(home),
                                       static_cast<std::uint32_t>(place.at),
                                       static_cast<std::uint32_t>(block.first_column + k)});
            }
        }
    }
}

void ClassBlocks::take_rows(const double* from, double* to) const {
    for (std::size_t i = 0; i < problem_.k1; ++i)
        for (const Place& place : places_of_row(i))
            to[place.at] = from[i * problem_.ky + place.cls];
}

void ClassBlocks::take_columns(const double* from, double* to) const {
    for (std::size_t k = 0; k < columns(); ++k)
        to[k] = 0.0;
    for (std::size_t j = 0; j < problem_.k2; ++j)
        for (const Place& place : places_of_column(j))
            to[place.at] = from[j * problem_.ky + place.cls];
}

void ClassBlocks::give_rows(const double* from, double* to) const {
    for (std::size_t i = 0; i < problem_.k1; ++i)
        for (const Place& place : places_of_row(i))
            to[i * problem_.ky + place.cls] = from[place.at];
}

void ClassBlocks::give_columns(const double* from, double* to) const {
    for (std::size_t j = 0; j < problem_.k2; ++j)
        for (const Place& place : places_of_column(j))
            to[j * problem_.ky + place.cls] = from[place.at];
}

} // namespace fourfold
