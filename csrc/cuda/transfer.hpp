// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "cuda/pinned_memory.hpp"

namespace fourfold {

// An event that keeps no time.
class Event {
public:
    Event();
    ~Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    void record(cudaStream_t stream) const;
    void wait() const;

private:
    cudaEvent_t event_ = nullptr;
};

// Copies between the memory of any caller and the device's, by way of two page-locked buffers:
// one is filled or emptied while the other is under way.
class Transfer {
public:
    // `most`: bytes that are copied in all, or more.
    Transfer(cudaStream_t stream, std::size_t most);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // `from` may be changed when this returns. Copies to places one after the other in memory are
    // put together: they are under way after flush(), in order with the stream.
    template <class Entry>
    void to_device(const Entry* from, std::size_t entries, Entry* to) {
        send(reinterpret_cast<const unsigned char*>(from), entries * sizeof(Entry),
             reinterpret_cast<unsigned char*>(to));
    }
    void flush();
    // `to` is complete when this returns.
    template <class Entry>
    void to_host(const Entry* from, std::size_t entries, Entry* to) {
        receive(from, entries * sizeof(Entry), to);
    }

private:
    static constexpr std::size_t kMostBytes = 2u << 20;

    void send(const unsigned char* from, std::size_t bytes, unsigned char* to);
    void receive(const void* from, std::size_t bytes, void* to);

    cudaStream_t stream_;
    std::size_t bytes_; // of a buffer
    PinnedArray<unsigned char> buffers_[2];
    Event done_[2];
    int turn_ = 0;
    unsigned char* to_ = nullptr; // where what is in the buffer of this turn will go
    std::size_t filled_ = 0;      // bytes of it
};

} // namespace fourfold
