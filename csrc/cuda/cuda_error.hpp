// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace fourfold {

// A call of the CUDA run-time, or a kernel, that failed.
class CudaError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The device has not the memory that is needed.
class CudaMemoryError : public CudaError {
public:
    using CudaError::CudaError;
};

// Throws CudaError with the name of what was done unless it went well. A kernel is loaded when it is
// first launched, and that may want for memory as well.
inline void check_cuda(cudaError_t status, const char* what) {
    if (status == cudaSuccess)
        return;
    cudaGetLastError(); // what can be cleared shall not be met again by the next call
    const std::string message = std::string(what) + ": " + cudaGetErrorString(status) + " (" +
                                cudaGetErrorName(status) + ")";
    if (status == cudaErrorMemoryAllocation)
        throw CudaMemoryError(message);
    throw CudaError(message);
}

} // namespace fourfold
