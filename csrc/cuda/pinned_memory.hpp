// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

namespace fourfold {

// Page-locked memory of the host, from what this thread has kept of earlier calls, where that does: to lock
// pages takes longer than a small problem. Throws CudaError, CudaMemoryError.
void* take_pinned(std::size_t bytes);
// By the thread that took it.
void give_pinned(void* memory);

// Entries in page-locked memory of the host; given back with their owner, when nothing that is under way
// reads or writes them. An owner stays with its thread.
template <class Entry>
class PinnedArray {
public:
    PinnedArray() = default;
    explicit PinnedArray(std::size_t entries)
        : data_(static_cast<Entry*>(take_pinned(entries * sizeof(Entry)))) {}
    PinnedArray(PinnedArray&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
    PinnedArray& operator=(PinnedArray&& other) noexcept {
        std::swap(data_, other.data_);
        return *this;
    }
    PinnedArray(const PinnedArray&) = delete;
    PinnedArray& operator=(const PinnedArray&) = delete;
    ~PinnedArray() { give_pinned(data_); }

    Entry* data() const { return data_; }

private:
    Entry* data_ = nullptr;
};

} // namespace fourfold
