// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/transfer.hpp"

#include <algorithm>
#include <cstring>

namespace fourfold {

Transfer::Transfer(cudaStream_t stream, std::size_t most)
    : stream_(stream), bytes_(std::clamp<std::size_t>(most, 1, kMostBytes)) {
    for (auto& buffer : buffers_)
        buffer = {bytes_, "a transfer"};
    for (cudaEvent_t& event : done_)
        check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreate");
}

Transfer::~Transfer() {
    cudaStreamSynchronize(stream_); // the buffers may still be read
    for (const cudaEvent_t event : done_)
        if (event != nullptr)
            cudaEventDestroy(event);
}

void Transfer::wait(int buffer) {
    check_cuda(cudaEventSynchronize(done_[buffer]), "cudaEventSynchronize");
}

void Transfer::flush() {
    if (filled_ == 0)
        return;
    check_cuda(
        cudaMemcpyAsync(to_, buffers_[turn_].data(), filled_, cudaMemcpyHostToDevice, stream_),
        "cudaMemcpyAsync");
    check_cuda(cudaEventRecord(done_[turn_], stream_), "cudaEventRecord");
    turn_ ^= 1;
    filled_ = 0;
}

void Transfer::send(const unsigned char* from, std::size_t bytes, unsigned char* to) {
    if (to != to_ + filled_)
        flush();
    while (bytes > 0) {
        if (filled_ == 0) {
            wait(turn_);
            to_ = to;
        }
        const std::size_t part = std::min(bytes_ - filled_, bytes);
        std::memcpy(buffers_[turn_].data() + filled_, from, part);
        filled_ += part;
        from += part;
        to += part;
        bytes -= part;
        if (filled_ == bytes_)
            flush();
    }
}

void Transfer::receive(const void* from, std::size_t bytes, void* to) {
    std::size_t before = 0; // of the part that is under way
    int other = turn_;
    for (std::size_t at = 0; at < bytes + bytes_; at += bytes_) {
        if (at < bytes) {
            wait(turn_);
            check_cuda(cudaMemcpyAsync(
                           buffers_[turn_].data(), static_cast<const unsigned char*>(from) + at,
                           std::min(bytes_, bytes - at), cudaMemcpyDeviceToHost, stream_),
                       "cudaMemcpyAsync");
            check_cuda(cudaEventRecord(done_[turn_], stream_), "cudaEventRecord");
        }
        if (at > 0) {
            wait(other);
            std::memcpy(static_cast<unsigned char*>(to) + before, buffers_[other].data(),
                        std::min(bytes_, bytes - before));
            before = at;
        }
        other = turn_;
        turn_ ^= 1;
    }
}

} // namespace fourfold
