// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace fourfold {

// xoshiro256++ of Blackman and Vigna (2021), seeded by SplitMix64: the same numbers everywhere for a
// seed and the number of a stream.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t stream) {
        std::uint64_t mixed = mix(seed) ^ mix(~stream);
        for (std::uint64_t& word : state_)
            word = mix(mixed += kGolden);
    }

    std::uint64_t bits() {
        const std::uint64_t out = rotated(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotated(state_[3], 45);
        return out;
    }

    // in [0, 1)
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

private:
    static constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15u;

    static std::uint64_t mix(std::uint64_t x) {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }
    static std::uint64_t rotated(std::uint64_t x, int by) {
        return (x << by) | (x >> (64 - by));
    }

    std::uint64_t state_[4];
};

// Of 32 random bits a number below `end`, which is below 2^32; not even to the last bit.
inline std::uint32_t below(std::uint32_t end, std::uint32_t bits) {
    return static_cast<std::uint32_t>((std::uint64_t{bits} * end) >> 32);
}

} // namespace fourfold
