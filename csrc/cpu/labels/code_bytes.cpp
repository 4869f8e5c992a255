// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/labels/code_bytes.hpp"

#include <cstring>

#include "cpu/labels/number_index.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kUnasked = 16384; // rows between two looks at the interrupt

// Two factors of 64 bits, folded; only who knows the secret can tell which words are alike.
std::uint64_t folded(std::uint64_t word, std::uint64_t secret) {
    const unsigned __int128 product = static_cast<unsigned __int128>(word) * secret;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t key_of(const char* p, std::size_t width, std::uint64_t secret) {
    std::uint64_t key = ~secret, word;
    for (; width >= sizeof word; width -= sizeof word, p += sizeof word) {
        std::memcpy(&word, p, sizeof word);
        key = folded(key ^ word, secret);
    }
    word = 0;
    for (; width > 0; --width, ++p)
        word = word << 8 | static_cast<unsigned char>(*p);
    return key ^ word;
}

} // namespace

std::vector<std::int64_t> code_bytes(const char* data, std::ptrdiff_t stride, std::size_t width,
                                     std::size_t n, std::uint32_t* codes,
                                     Interrupt& interrupt) {
    const auto item = [&](std::int64_t row) { return data + row * stride; };
    std::vector<std::int64_t> first;
    NumberIndex index;
    const std::uint64_t secret = hash_seed() | 1;
    for (std::size_t k = 0; k < n; ++k) {
        if (k % kUnasked == 0 && interrupt.requested())
            throw Interrupted();
        const auto row = static_cast<std::int64_t>(k);
        const char* const p = item(row);
        const std::uint64_t key = key_of(p, width, secret);
        codes[k] = index.number(key, index.hash(key), [&](std::uint32_t number) {
            return width == 0 || std::memcmp(item(first[number]), p, width) == 0;
        });
        if (codes[k] == first.size())
            first.push_back(row);
    }
    return first;
}

} // namespace fourfold
