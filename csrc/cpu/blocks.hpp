// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "cpu/layout.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

// A run of rows or of columns.
struct Block {
    std::size_t begin;
    std::size_t end;
    std::size_t size() const { return end - begin; }
};

// Shares out the rows and the columns of a problem. Rows are cut into chunks, whose number does not
// depend on that of the threads, and sums over chunks are added in order: so no result depends on
// the number of threads, to the last bit. A chunk is worked through in blocks that stay in cache from
// the pass that writes r or a to the one that sums r a over the rows. Every loop that is shared out
// throws Interrupted.
class Blocks {
public:
    Blocks(int threads, StopCheck& stop) : stop_(stop), max_threads_(threads) {}

    // Rows and columns of a block.
    void load(const Layout& layout, std::size_t rows, std::size_t columns);

    int threads() const { return threads_; } // of those given, as many as the problem is worth
    std::size_t chunks() const { return chunks_; }
    Block chunk(std::size_t index) const {
        return {index * chunk_rows_, std::min(k1_, (index + 1) * chunk_rows_)};
    }
    std::size_t block_rows() const { return block_rows_; }
    std::size_t column_blocks() const { return (ld_ + block_columns_ - 1) / block_columns_; }

    // body(index, chunk) for every chunk of rows, in parallel.
    template <class Body>
    void for_chunks(const Body& body) const {
        share_out(chunks_, [&](std::size_t index) { body(index, chunk(index)); });
    }
    // body(block) for the blocks of some rows, one after the other.
    template <class Body>
    void for_parts(Block rows, const Body& body) const {
        // asked between blocks only, as for small problems it would cost more than some stages
        for (std::size_t i = rows.begin; i < rows.end; i += block_rows_) {
            if (i > rows.begin && stop_.requested())
                return;
            body(Block{i, std::min(rows.end, i + block_rows_)});
        }
    }
    // body(index, block) for the blocks of every chunk.
    template <class Body>
    void for_row_blocks(const Body& body) const {
        for_chunks([&](std::size_t index, Block chunk) {
            for_parts(chunk, [&](Block rows) { body(index, rows); });
        });
    }
    // body(index, block) for every block of columns, in parallel.
    template <class Body>
    void for_column_blocks(const Body& body) const {
        share_out(column_blocks(), [&](std::size_t index) {
            body(index,
                 Block{index * block_columns_, std::min(ld_, (index + 1) * block_columns_)});
        });
    }

private:
    template <class Body>
    void share_out(std::size_t count, const Body& body) const {
        parallel_for(count, threads_, [&](std::size_t index) {
            // the first item, as a small problem has no other, asks when it is done
            if (index == 0 ? !stop_.known() : !stop_.requested())
                body(index);
        });
        if (stop_.requested())
            throw Interrupted();
    }

    StopCheck& stop_;
    int max_threads_;
    int threads_ = 1;
    std::size_t k1_ = 0;
    std::size_t ld_ = 0;
    std::size_t chunks_ = 0;
    std::size_t chunk_rows_ = 0;
    std::size_t block_rows_ = 0;
    std::size_t block_columns_ = 0;
};

} // namespace fourfold
