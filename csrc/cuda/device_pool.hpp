// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace fourfold {

// Memory of the current device in the order of a stream, kept between calls: cudaMalloc and cudaFree wait
// for all that runs on the device, of others too.
struct DevicePiece {
    void* memory = nullptr;
    cudaStream_t stream = nullptr;
    bool pooled = false; // else the device has no pools
};

// cudaErrorMemoryAllocation where the device has not as much.
cudaError_t take_from_device(std::size_t bytes, cudaStream_t stream, DevicePiece& piece);
// A failure was reported by the call that caused it.
void give_to_device(const DevicePiece& piece);

} // namespace fourfold
