// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>
#include <utility>

#include "cuda/cuda_error.hpp"

namespace fourfold {

// Entries in the device's memory, or in page-locked memory of the host; freed with their owner.
template <class Entry, bool kOnDevice>
class CudaArray {
public:
    CudaArray() = default;
    // `what` is named where there is not enough memory.
    CudaArray(std::size_t entries, const char* what) : size_(entries) {
        void* memory = nullptr;
        const std::size_t bytes = (entries > 0 ? entries : 1) * sizeof(Entry);
        const cudaError_t status =
            kOnDevice ? cudaMalloc(&memory, bytes) : cudaMallocHost(&memory, bytes);
        if (status == cudaErrorMemoryAllocation) {
            cudaGetLastError();
            throw CudaMemoryError(shortage(bytes, what));
        }
        check_cuda(status, kOnDevice ? "cudaMalloc" : "cudaMallocHost");
        data_ = static_cast<Entry*>(memory);
    }
    CudaArray(CudaArray&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    CudaArray& operator=(CudaArray&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    CudaArray(const CudaArray&) = delete;
    CudaArray& operator=(const CudaArray&) = delete;
    // A failure was reported by the call that caused it.
    ~CudaArray() {
        if (kOnDevice)
            cudaFree(data_);
        else
            cudaFreeHost(data_);
    }

    Entry* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    static std::string megabytes(std::size_t bytes) {
        return std::to_string((bytes + 999999) / 1000000) + " MB";
    }
    static std::string shortage(std::size_t bytes, const char* what) {
        std::string message = std::string(what) + ": needs " + megabytes(bytes) + " of " +
                              (kOnDevice ? "device memory" : "page-locked host memory");
        std::size_t free = 0, total = 0;
        if (kOnDevice && cudaMemGetInfo(&free, &total) == cudaSuccess)
            message += ", " + megabytes(free) + " of " + megabytes(total) + " are free";
        return message;
    }

    Entry* data_ = nullptr;
    std::size_t size_ = 0;
};

template <class Entry>
using DeviceArray = CudaArray<Entry, true>;
template <class Entry>
using PinnedArray = CudaArray<Entry, false>;

} // namespace fourfold
