// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/labels/count_cells.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include "cpu/dispatch.hpp"
#include "cpu/labels/number_index.hpp"
#include "cpu/stop_check.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kBlock = 1024;        // rows whose numbers stay in the cache
constexpr std::size_t kChunk = 64 * kBlock; // rows that a thread takes at a time
constexpr std::size_t kSampled = 1024;      // rows whose range is tried first
constexpr std::size_t kPrefetched = 16;     // rows ahead

using Columns = std::vector<IntegerColumn>;
using Ranges = std::vector<IntegerRange>;

// The product of the spans, or `most` + 1 where it is larger.
std::size_t room_for(const Ranges& ranges, std::size_t most) {
    std::size_t room = 1;
    for (const IntegerRange& range : ranges) {
        const std::uint64_t span = range.span();
        if (span == 0 || span > most / room)
            return most + 1;
        room *= static_cast<std::size_t>(span);
    }
    return room;
}

IntegerColumn from_row(IntegerColumn column, std::size_t row) {
    column.data += static_cast<std::ptrdiff_t>(row) * column.stride;
    return column;
}

void widen(IntegerRange& range, const IntegerRange& other) {
    range = {std::min(range.first, other.first), std::max(range.last, other.last)};
}

// Takes the rows [begin, end) into the ranges, every `step`-th of them.
void widen(const Columns& columns, std::size_t begin, std::size_t end, std::size_t step,
           Ranges& ranges) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
        IntegerColumn column = from_row(columns[c], begin);
        column.stride *= static_cast<std::ptrdiff_t>(step);
        widen(ranges[c], kernels().labels.range(column, (end - begin + step - 1) / step));
    }
}

template <class Flat>
bool number_rows(const Columns& columns, const Ranges& ranges, std::size_t begin, std::size_t n,
                 Flat* flat) {
    const LabelKernels& passes = kernels().labels;
    std::fill_n(flat, n, Flat{0});
    bool inside = true;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const IntegerColumn column = from_row(columns[c], begin);
        if constexpr (sizeof(Flat) == 4)
            inside = passes.append_32(column, n, ranges[c], flat) && inside;
        else
            inside = passes.append_64(column, n, ranges[c], flat) && inside;
    }
    return inside;
}

// What one thread has counted, and the ranges of the rows that it has not.
struct Share {
    std::vector<std::int64_t> counts;
    Ranges missed;
};

// One pass over the rows. Counts them all and returns true, or takes what is outside into the ranges.
bool count_within(const Columns& columns, std::size_t n, Ranges& ranges, std::size_t room,
                  std::uint32_t* of_rows, int threads, std::vector<std::int64_t>& counts,
                  StopCheck& stop) {
    std::vector<Share> shares(static_cast<std::size_t>(threads));
    std::atomic<bool> missed{false};
    parallel_for((n + kChunk - 1) / kChunk, threads, [&](std::size_t chunk) {
        if (stop.requested())
            return;
        Share& share = shares[static_cast<std::size_t>(thread_index())];
        if (share.counts.empty()) {
            share.counts.resize(room);
            share.missed.resize(columns.size());
        }
        std::array<std::uint32_t, kBlock> flat;
        const std::size_t end = std::min(n, (chunk + 1) * kChunk);
        for (std::size_t begin = chunk * kChunk; begin < end; begin += kBlock) {
            const std::size_t rows = std::min(kBlock, end - begin);
            if (!missed.load(std::memory_order_relaxed)) {
                if (number_rows(columns, ranges, begin, rows, flat.data())) {
                    std::int64_t* const table = share.counts.data();
                    for (std::size_t k = 0; k < rows; ++k)
                        ++table[flat[k]];
                    if (of_rows != nullptr)
                        std::copy_n(flat.data(), rows, of_rows + begin);
                    continue;
                }
                missed.store(true, std::memory_order_relaxed);
            }
            widen(columns, begin, begin + rows, 1, share.missed);
        }
    });
    if (stop.requested())
        throw Interrupted();
    if (missed) {
        for (const Share& share : shares)
            for (std::size_t c = 0; c < share.missed.size(); ++c)
                widen(ranges[c], share.missed[c]);
        return false;
    }
    counts.clear();
    for (Share& share : shares) {
        if (counts.empty()) // no second table where there was one thread
            counts.swap(share.counts);
        for (std::size_t cell = 0; cell < share.counts.size(); ++cell)
            counts[cell] += share.counts[cell];
    }
    return true;
}

void widen_all(const Columns& columns, std::size_t n, Ranges& ranges, int threads,
               StopCheck& stop) {
    std::vector<Ranges> shares(static_cast<std::size_t>(threads), Ranges(columns.size()));
    parallel_for((n + kChunk - 1) / kChunk, threads, [&](std::size_t chunk) {
        if (stop.requested())
            return;
        Ranges& share = shares[static_cast<std::size_t>(thread_index())];
        const std::size_t end = std::min(n, (chunk + 1) * kChunk);
        widen(columns, chunk * kChunk, end, 1, share);
    });
    if (stop.requested())
        throw Interrupted();
    for (const Ranges& share : shares)
        for (std::size_t c = 0; c < columns.size(); ++c)
            widen(ranges[c], share[c]);
}

// Tables of more threads together no larger than what is counted.
int threads_for(std::size_t n, std::size_t room, int num_threads) {
    const std::size_t useful = std::min(n / kChunk, n / room) + 1;
    const auto threads = static_cast<std::size_t>(effective_threads(num_threads));
    return static_cast<int>(std::min(useful, threads));
}

} // namespace

CellCounts count_in_table(const Columns& columns, std::size_t n, std::size_t most,
                          std::uint32_t* of_rows, int num_threads, Interrupt& interrupt) {
    most = std::min<std::size_t>(most, std::numeric_limits<std::uint32_t>::max());
    StopCheck stop(interrupt);
    CellCounts out;
    out.ranges.resize(columns.size());
    widen(columns, 0, n, std::max<std::size_t>(n / kSampled, 1), out.ranges);
    std::vector<std::int64_t> table;
    std::size_t room = room_for(out.ranges, most);
    while (room <= most && !out.counted) {
        out.counted = count_within(columns, n, out.ranges, room, of_rows,
                                   threads_for(n, room, num_threads), table, stop);
        room = room_for(out.ranges, most);
    }
    if (!out.counted) { // whatever was missed is not all of it where the sample was too wide already
        widen_all(columns, n, out.ranges, threads_for(n, 1, num_threads), stop);
        return out;
    }
    const auto occupied = static_cast<std::size_t>(std::count_if(
        table.begin(), table.end(), [](std::int64_t count) { return count > 0; }));
    out.cells.reserve(occupied);
    out.counts.reserve(occupied);
    for (std::size_t cell = 0; cell < table.size(); ++cell)
        if (table[cell] > 0) {
            out.cells.push_back(cell);
            out.counts.push_back(table[cell]);
        }
    return out;
}

CellCounts count_by_hash(const Columns& columns, const Ranges& ranges, std::size_t n,
                         std::uint32_t* of_rows, Interrupt& interrupt) {
    StopCheck stop(interrupt);
    CellCounts out;
    out.ranges = ranges;
    NumberIndex index;
    const auto same = [](std::uint32_t) { return true; };
    std::array<std::uint64_t, kBlock> flat, hash;
    for (std::size_t begin = 0; begin < n; begin += kBlock) {
        if (stop.requested())
            throw Interrupted();
        const std::size_t rows = std::min(kBlock, n - begin);
        number_rows(columns, ranges, begin, rows, flat.data());
        for (std::size_t k = 0; k < rows; ++k)
            hash[k] = index.hash(flat[k]);
        for (std::size_t k = 0; k < rows; ++k) {
            if (k + kPrefetched < rows)
                index.prefetch(hash[k + kPrefetched]);
            const std::uint32_t number = index.number(flat[k], hash[k], same);
            if (number == out.counts.size()) {
                out.cells.push_back(flat[k]);
                out.counts.push_back(0);
            }
            ++out.counts[number];
            if (of_rows != nullptr)
                of_rows[begin + k] = number;
        }
    }
    out.counted = true;
    return out;
}

namespace {

template <class Number>
void renumber_as(const std::uint32_t* of_rows, std::size_t n, const void* numbers, void* out,
                 int threads) {
    const auto* const from = static_cast<const Number*>(numbers);
    auto* const to = static_cast<Number*>(out);
    parallel_for((n + kChunk - 1) / kChunk, threads, [&](std::size_t chunk) {
        const std::size_t end = std::min(n, (chunk + 1) * kChunk);
        for (std::size_t k = chunk * kChunk; k < end; ++k)
            to[k] = from[of_rows[k]];
    });
}

} // namespace

void renumber(const std::uint32_t* of_rows, std::size_t n, const void* numbers, int bytes,
              void* out, int num_threads) {
    const int threads = threads_for(n, 1, num_threads);
    if (bytes == 1)
        renumber_as<std::uint8_t>(of_rows, n, numbers, out, threads);
    else if (bytes == 2)
        renumber_as<std::uint16_t>(of_rows, n, numbers, out, threads);
    else if (bytes == 4)
        renumber_as<std::uint32_t>(of_rows, n, numbers, out, threads);
    else
        renumber_as<std::uint64_t>(of_rows, n, numbers, out, threads);
}

} // namespace fourfold
