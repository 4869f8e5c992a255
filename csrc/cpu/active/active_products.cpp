// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/active/active_products.hpp"

#include <algorithm>

namespace fourfold {

namespace {

constexpr std::size_t kMostParts = 16;
// Multiply-adds of a product that a part must have, as a thread in Blocks.
constexpr std::size_t kWorkOfPart = 250'000;

} // namespace

void ActiveProducts::take_pairs(const ActivePairs& pairs) {
    pairs_ = &pairs;
    const std::size_t worth = pairs.size() * layout_.ky / kWorkOfPart;
    const std::size_t parts = std::clamp<std::size_t>(worth, 1, kMostParts);
    rows_ = ActivePairs::cut(pairs.by_rows(), parts);
    columns_ = ActivePairs::cut(pairs.by_columns(), parts);
    by_columns_.reserve(pairs.size());
}

void ActiveProducts::take_r(const double* r) {
    by_rows_ = r;
    double* const to = by_columns_.get();
    const std::uint32_t* const places = pairs_->places().data();
    for (std::size_t k = 0; k < pairs_->size(); ++k)
        to[k] = r[places[k]];
}

} // namespace fourfold
