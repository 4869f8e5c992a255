// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/transfer.hpp"

#include <algorithm>
#include <cstring>

#include "cuda/cuda_error.hpp"

namespace fourfold {

Event::Event() {
    check_cuda(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "cudaEventCreate");
}

Event::~Event() {
    cudaEventDestroy(event_);
}

void Event::record(cudaStream_t stream) const {
    check_cuda(cudaEventRecord(event_, stream), "cudaEventRecord");
}

void Event::wait() const {
    check_cuda(cudaEventSynchronize(event_), "cudaEventSynchronize");
}

Transfer::Transfer(cudaStream_t stream, std::size_t most)
    : stream_(stream), bytes_(std::clamp<std::size_t>(most, 1, kMostBytes)) {
    for (auto& buffer : buffers_)
        buffer = PinnedArray<unsigned char>(bytes_);
}

Transfer::~Transfer() {
    cudaStreamSynchronize(stream_); // the buffers may still be read
}

void Transfer::flush() {
    if (filled_ == 0)
        return;
    check_cuda(
        cudaMemcpyAsync(to_, buffers_[turn_].data(), filled_, cudaMemcpyHostToDevice, stream_),
        "cudaMemcpyAsync");
    done_[turn_].record(stream_);
    turn_ ^= 1;
    filled_ = 0;
}

void Transfer::send(const unsigned char* from, std::size_t bytes, unsigned char* to) {
    if (to != to_ + filled_)
        flush();
    while (bytes > 0) {
        if (filled_ == 0) {
            done_[turn_].wait();
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
            done_[turn_].wait();
            check_cuda(cudaMemcpyAsync(
                           buffers_[turn_].data(), static_cast<const unsigned char*>(from) + at,
                           std::min(bytes_, bytes - at), cudaMemcpyDeviceToHost, stream_),
                       "cudaMemcpyAsync");
            done_[turn_].record(stream_);
        }
        if (at > 0) {
            done_[other].wait();
            std::memcpy(static_cast<unsigned char*>(to) + before, buffers_[other].data(),
                        std::min(bytes_, bytes - before));
            before = at;
        }
        other = turn_;
        turn_ ^= 1;
    }
}

} // namespace fourfold
