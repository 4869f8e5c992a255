// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Columns of integers counted in a table and by hashing, on every instruction set and on several
// threads, against plain loops; numbers of things with equal keys.
#include "cpu/labels/count_cells.hpp"

#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "check.hpp"
#include "cpu/labels/code_bytes.hpp"
#include "cpu/labels/number_index.hpp"
#include "fourfold/error.hpp"
#include "fourfold/options.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

class Never : public Interrupt {
public:
    bool requested() override { return false; }
};

class Always : public Interrupt {
public:
    bool requested() override { return true; }
};

// n integers of one type `gap` bytes apart, after one byte, so that they are not aligned.
template <class Integer>
struct Column {
    Column(const std::vector<Integer>& values, std::size_t gap)
        : bytes(1 + values.size() * (sizeof(Integer) + gap)) {
        for (std::size_t k = 0; k < values.size(); ++k)
            std::memcpy(&bytes[1 + k * (sizeof(Integer) + gap)], &values[k], sizeof(Integer));
        column = {bytes.data() + 1, static_cast<std::ptrdiff_t>(sizeof(Integer) + gap),
                  sizeof(Integer), std::numeric_limits<Integer>::is_signed};
    }

    std::vector<char> bytes;
    IntegerColumn column;
};

template <class Integer>
void check_kernels(Uniform& uniform, const std::string& level) {
    constexpr std::size_t n = 77;
    const Integer lowest = std::numeric_limits<Integer>::min();
    const Integer highest = std::numeric_limits<Integer>::max();
    std::vector<Integer> values(n);
    for (const bool wide : {false, true}) {
        for (Integer& value : values) {
            const auto step = static_cast<Integer>(uniform() * 9.0);
            value =
                static_cast<Integer>(wide && uniform() < 0.5 ? highest - step : lowest + step);
        }
        for (const std::size_t gap : {0, 3}) {
            const Column<Integer> of(values, gap);
            const IntegerRange range = kernels().labels.range(of.column, n);
            Integer low = values[0], high = values[0];
            for (const Integer value : values) {
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
            const auto span =
                static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
            expect(range.last - range.first == span, level, ": a range of another width");
            expect(range.origin(of.column.is_signed) == static_cast<std::uint64_t>(low), level,
                   ": a range that begins elsewhere");
            std::vector<std::uint64_t> flat(n, 3);
            std::vector<std::uint32_t> narrow(n, 3);
            const bool inside = kernels().labels.append_64(of.column, n, range, flat.data()) &&
                                kernels().labels.append_32(of.column, n, range, narrow.data());
            expect(inside, level, ": an integer outside the range of all");
            for (std::size_t k = 0; k < n; ++k) {
                const std::uint64_t expected = 3 * (span + 1) +
                                               static_cast<std::uint64_t>(values[k]) -
                                               static_cast<std::uint64_t>(low);
                expect(flat[k] == expected, level, ": another number in 64 bits");
                expect(narrow[k] == static_cast<std::uint32_t>(expected), level,
                       ": another number in 32 bits");
            }
            if (span == 0)
                continue;
            IntegerRange shorter = range;
            --shorter.last;
            expect(!kernels().labels.append_32(of.column, n, shorter, narrow.data()), level,
                   ": the highest is not missed");
            shorter = range;
            ++shorter.first;
            expect(!kernels().labels.append_64(of.column, n, shorter, flat.data()), level,
                   ": the lowest is not missed");
        }
    }
}

// Rows with one rare label in a row that no sample has.
void check_counts() {
    constexpr std::size_t n = 300'001;
    Uniform uniform;
    std::vector<std::int64_t> one(n);
    std::vector<std::uint8_t> two(n);
    for (std::size_t k = 0; k < n; ++k) {
        one[k] = static_cast<std::int64_t>(uniform() * 50.0) - 20;
        two[k] = static_cast<std::uint8_t>(uniform() * 7.0);
    }
    Never never;
    Always always;
    for (const std::size_t rare : {n, std::size_t{1}, n - 2}) {
        if (rare < n)
            one[rare] = -1000;
        const Column<std::int64_t> first(one, 0);
        const Column<std::uint8_t> second(two, 1);
        const std::vector<IntegerColumn> columns{first.column, second.column};
        std::map<std::uint64_t, std::int64_t> expected;
        const std::int64_t low = rare < n ? -1000 : -20;
        for (std::size_t k = 0; k < n; ++k)
            ++expected[static_cast<std::uint64_t>(one[k] - low) * 7 + two[k]];
        for (const int threads : {1, 2, 3}) {
            std::vector<std::uint32_t> rows(n);
            const CellCounts table =
                count_in_table(columns, n, 1 << 20, rows.data(), threads, never);
            expect(table.counted && table.cells.size() == expected.size(),
                   "a table with other cells");
            std::size_t place = 0;
            for (const auto& [cell, count] : expected) {
                expect(table.cells[place] == cell && table.counts[place] == count,
                       "a table with other counts");
                ++place;
            }
            for (std::size_t k = 0; k < n; ++k)
                expect(rows[k] == static_cast<std::uint64_t>(one[k] - low) * 7 + two[k],
                       "another cell of a row");
            const CellCounts narrow = count_in_table(columns, n, 100, nullptr, threads, never);
            expect(!narrow.counted && narrow.ranges[0].span() == (rare < n ? 1030u : 50u),
                   "a table that has no room for its cells");
            bool interrupted = false;
            try {
                count_in_table(columns, n, 1 << 20, nullptr, threads, always);
            } catch (const Interrupted&) {
                interrupted = true;
            }
            expect(interrupted, "an interrupt that nobody sees");
        }
        std::vector<std::uint32_t> rows(n);
        const CellCounts all = count_in_table(columns, n, 0, nullptr, 1, never);
        const CellCounts hashed = count_by_hash(columns, all.ranges, n, rows.data(), never);
        expect(hashed.cells.size() == expected.size(), "other cells by hashing");
        for (std::size_t k = 0; k < hashed.cells.size(); ++k)
            expect(expected[hashed.cells[k]] == hashed.counts[k], "other counts by hashing");
        for (std::size_t k = 0; k < n; ++k)
            expect(hashed.cells[rows[k]] ==
                       static_cast<std::uint64_t>(one[k] - low) * 7 + two[k],
                   "another cell of a row by hashing");
        std::vector<std::uint64_t> numbers(all.ranges[0].span() * 7), out(n);
        for (std::size_t k = 0; k < numbers.size(); ++k)
            numbers[k] = k * k;
        count_in_table(columns, n, 1 << 20, rows.data(), 1, never);
        renumber(rows.data(), n, numbers.data(), 8, out.data(), 2);
        for (std::size_t k = 0; k < n; ++k)
            expect(out[k] == numbers[rows[k]], "another number of a row");
    }
}

// Things whose keys are equal are told apart by what they are; those beyond the first room as well.
void check_numbers() {
    NumberIndex index;
    constexpr std::uint32_t kThings = 5000, kKeys = 1000;
    for (int round = 0; round < 2; ++round)
        for (std::uint32_t thing = 0; thing < kThings; ++thing) {
            const std::uint64_t key = thing % kKeys;
            const std::uint32_t number = index.number(
                key, index.hash(key), [&](std::uint32_t other) { return other == thing; });
            expect(number == thing, "thing ", thing, " has the number ", number);
        }
    expect(index.size() == kThings, "another number of things");
}

// The key that mixed() makes `hash` of.
std::uint64_t unmixed(std::uint64_t hash) {
    const auto inverse = [](std::uint64_t odd) {
        std::uint64_t found = odd;
        for (int k = 0; k < 6; ++k) // twice as many bits each time
            found *= 2 - odd * found;
        return found;
    };
    hash = (hash ^ (hash >> 33)) * inverse(0xc4ceb9fe1a85ec53u);
    hash = (hash ^ (hash >> 33)) * inverse(0xff51afd7ed558ccdu);
    return hash ^ (hash >> 33);
}

// Labels that were made to fall into one slot do not, as nobody knows the seed.
void check_seed() {
    const NumberIndex index;
    std::set<std::uint64_t> slots;
    for (std::uint64_t k = 0; k < 256; ++k) {
        const std::uint64_t key = unmixed(k << 40);
        expect(mixed(key) == k << 40, "another key of the hash ", k);
        slots.insert(index.hash(key) % (1u << 20));
    }
    expect(slots.size() > 128, "256 labels fall into ", slots.size(), " slots");
}

void check_bytes() {
    Never never;
    for (const std::size_t width : {0, 1, 5, 8, 12, 16, 21}) {
        constexpr std::size_t n = 1000, kWords = 17;
        std::vector<char> bytes(n * (width + 2), '?');
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t at = 0; at < width; ++at) // differs in the last byte alone
                bytes[k * (width + 2) + at] =
                    static_cast<char>(at + 1 == width ? k * k % kWords : 0);
        std::vector<std::uint32_t> codes(n);
        const std::vector<std::int64_t> first =
            code_bytes(bytes.data(), static_cast<std::ptrdiff_t>(width + 2), width, n,
                       codes.data(), never);
        expect(first.size() == (width == 0 ? 1 : 9), "width ", width, ": ", first.size(),
               " words");
        for (std::size_t k = 0; k < n; ++k) {
            const auto row = static_cast<std::size_t>(first[codes[k]]);
            expect(row <= k && (width == 0 || row * row % kWords == k * k % kWords), "width ",
                   width, ": another word");
        }
    }
}

} // namespace

int main() {
    for_levels([](const std::string& level) {
        Uniform uniform;
        check_kernels<std::int8_t>(uniform, level);
        check_kernels<std::uint8_t>(uniform, level);
        check_kernels<std::int16_t>(uniform, level);
        check_kernels<std::uint16_t>(uniform, level);
        check_kernels<std::int32_t>(uniform, level);
        check_kernels<std::uint32_t>(uniform, level);
        check_kernels<std::int64_t>(uniform, level);
        check_kernels<std::uint64_t>(uniform, level);
    });
    check_counts();
    check_numbers();
    check_seed();
    check_bytes();
    return exit_status();
}
