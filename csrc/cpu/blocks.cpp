// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/blocks.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kMostChunks = 16;
constexpr std::size_t kLeastChunkRows = 32;
// A thread must have this many multiply-adds in a product, about 40 microseconds: less is lost
// to waking it, and on a busy machine a region waits for whichever thread was descheduled.
constexpr double kWorkPerThread = 250e3;

} // namespace

void Blocks::load(const Layout& layout, std::size_t rows, std::size_t columns) {
    k1_ = layout.k1;
    ld_ = layout.ld;
    block_rows_ = rows;
    block_columns_ = columns;
    const double work = static_cast<double>(k1_) * static_cast<double>(layout.columns());
    const int worth = std::max(static_cast<int>(std::min(work / kWorkPerThread, 1e6)), 1);
    threads_ = std::min(worth, max_threads_);
    const std::size_t most = worth > 1 ? kMostChunks : 1;
    chunk_rows_ = std::max(kLeastChunkRows, (k1_ + most - 1) / most);
    // one even where no state is left of a table of negligible cells
    chunks_ = std::max<std::size_t>((k1_ + chunk_rows_ - 1) / chunk_rows_, 1);
}

} // namespace fourfold
