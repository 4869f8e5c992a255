// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

namespace fourfold {

// Spreads the bits of a key over all of them (the last steps of MurmurHash3).
inline std::uint64_t mixed(std::uint64_t key) {
    key = (key ^ (key >> 33)) * 0xff51afd7ed558ccdu;
    key = (key ^ (key >> 33)) * 0xc4ceb9fe1a85ec53u;
    return key ^ (key >> 33);
}

// Of this process alone: nobody can make labels whose hashes are alike, for which looking one up would
// take as long as there are labels. No number depends on it.
inline std::uint64_t hash_seed() {
    static const std::uint64_t seed = [] {
        std::random_device device;
        const std::uint64_t high = device();
        return high << 32 | device();
    }();
    return seed;
}

// Numbers 0, 1, ... for different things, in the order in which they are first seen. Things are told
// apart by a key of 64 bits, and by `same(number)`, whether the thing is the one of that number,
// where keys may be equal by chance. Open addressing, never more than half full.
class NumberIndex {
public:
    NumberIndex() : slots_(kLeast) {}

    std::size_t size() const { return size_; }

    std::uint64_t hash(std::uint64_t key) const { return mixed(key ^ seed_); }

    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask()]); }

    // Of a thing with that key and the hash of it; the number is size() - 1 of now where it is new.
    template <class Same>
    std::uint32_t number(std::uint64_t key, std::uint64_t hash, const Same& same) {
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            Slot& slot = slots_[at];
            if (slot.number == kNone) {
                if (size_ == kNone)
                    throw std::length_error("more than 2^32 - 2 different labels or cells");
                const std::uint32_t added = size_++;
                slot = {key, added};
                if (2 * std::size_t{size_} > slots_.size())
                    grow();
                return added;
            }
            if (slot.key == key && same(slot.number))
                return slot.number;
        }
    }

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    static constexpr std::size_t kLeast = 1024;

    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t number = kNone;
    };

    std::size_t mask() const { return slots_.size() - 1; }

    void grow() {
        std::vector<Slot> old(4 * slots_.size());
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.number != kNone) {
                std::size_t at = hash(slot.key) & mask();
                while (slots_[at].number != kNone)
                    at = (at + 1) & mask();
                slots_[at] = slot;
            }
    }

    std::vector<Slot> slots_;
    std::uint64_t seed_ = hash_seed();
    std::uint32_t size_ = 0;
};

} // namespace fourfold
