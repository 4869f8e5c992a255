// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "cuda/device_memory.hpp"

namespace fourfold {

// Copies between the memory of any caller and the device's, by way of two page-locked buffers:
// one is filled or emptied while the other is under way.
class Transfer {
public:
    // `most`: bytes of the largest copy to come.
    Transfer(cudaStream_t stream, std::size_t most);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // `from` may be changed when this returns; the copy is in order with the stream.
    template <class Entry>
    void to_device(const Entry* from, std::size_t entries, Entry* to) {
        send(from, entries * sizeof(Entry), to);
    }
    // `to` is complete when this returns.
    template <class Entry>
    void to_host(const Entry* from, std::size_t entries, Entry* to) {
        receive(from, entries * sizeof(Entry), to);
    }

private:
    static constexpr std::size_t kMostBytes = 16u << 20;

    void send(const void* from, std::size_t bytes, void* to);
    void receive(const void* from, std::size_t bytes, void* to);
    void wait(int buffer);

    cudaStream_t stream_;
    std::size_t bytes_; // of a buffer
    PinnedArray<unsigned char> buffers_[2];
    cudaEvent_t done_[2] = {};
    int turn_ = 0;
};

} // namespace fourfold
