// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>
#include <utility>

#include "cuda/cuda_error.hpp"
#include "cuda/device_pool.hpp"

namespace fourfold {

// Entries in the device's memory, for work in one stream; given back, in order with that, with their
// owner.
template <class Entry>
class DeviceArray {
public:
    DeviceArray() = default;
    // `what` is named where there is not enough memory.
    DeviceArray(std::size_t entries, const char* what, cudaStream_t stream) : size_(entries) {
        if (entries == 0)
            return;
        const std::size_t bytes = entries * sizeof(Entry);
        const cudaError_t status = take_from_device(bytes, stream, piece_);
        if (status == cudaErrorMemoryAllocation) {
            cudaGetLastError();
            throw CudaMemoryError(shortage(bytes, what));
        }
        check_cuda(status, "cudaMalloc");
    }
    DeviceArray(DeviceArray&& other) noexcept
        : piece_(std::exchange(other.piece_, {})), size_(std::exchange(other.size_, 0)) {}
    DeviceArray& operator=(DeviceArray&& other) noexcept {
        std::swap(piece_, other.piece_);
        std::swap(size_, other.size_);
        return *this;
    }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;
    ~DeviceArray() { give_to_device(piece_); }

    Entry* data() const { return static_cast<Entry*>(piece_.memory); } // null of no entries
    std::size_t size() const { return size_; }

private:
    static std::string megabytes(std::size_t bytes) {
        return std::to_string((bytes + 999999) / 1000000) + " MB";
    }
    static std::string shortage(std::size_t bytes, const char* what) {
        std::string message =
            std::string(what) + ": needs " + megabytes(bytes) + " of device memory";
        std::size_t free = 0, total = 0;
        if (cudaMemGetInfo(&free, &total) == cudaSuccess)
            message += ", " + megabytes(free) + " of " + megabytes(total) + " are free";
        return message;
    }

    DevicePiece piece_;
    std::size_t size_ = 0;
};

} // namespace fourfold
