// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>

#include "cuda/launch.hpp"

namespace fourfold {

// Devices that can be used; none where there is no driver, or one older than this build's run-time.
int device_count();

// What a person wants to know of a device.
struct DeviceDescription {
    std::string name;
    int major = 0, minor = 0; // compute capability
    int multiprocessors = 0;
    std::size_t memory = 0; // bytes
};
DeviceDescription describe_device(int device);

DeviceLimits limits_of(int device);

// The device on which `memory` lies; throws std::invalid_argument, with the argument's name, where
// it is not device memory.
int device_of(const void* memory, const char* name);

// Throws CudaError where what goes into the stream is recorded into a graph, as anything that waits for
// the stream would make that recording useless.
void refuse_capture(cudaStream_t stream);

// Makes a device the current one of this thread for as long as it lives. Where it is that already nothing
// is set: the caller's context need not be the primary one, which cudaSetDevice would put in its place.
class DeviceGuard {
public:
    explicit DeviceGuard(int device);
    ~DeviceGuard();
    DeviceGuard(const DeviceGuard&) = delete;
    DeviceGuard& operator=(const DeviceGuard&) = delete;

private:
    int device_;
    int before_ = 0;
};

} // namespace fourfold
