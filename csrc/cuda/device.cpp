// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/device.hpp"

#include <stdexcept>

#include "cuda/cuda_error.hpp"

namespace fourfold {

namespace {

int attribute(cudaDeviceAttr which, int device) {
    int value = 0;
    check_cuda(cudaDeviceGetAttribute(&value, which, device), "cudaDeviceGetAttribute");
    return value;
}

} // namespace

int device_count() {
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    if (status == cudaErrorNoDevice || status == cudaErrorInsufficientDriver ||
        status == cudaErrorStubLibrary) {
        cudaGetLastError();
        return 0;
    }
    check_cuda(status, "cudaGetDeviceCount");
    return count;
}

DeviceDescription describe_device(int device) {
    cudaDeviceProp properties{};
    check_cuda(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
    return {properties.name, properties.major, properties.minor, properties.multiProcessorCount,
            properties.totalGlobalMem};
}

DeviceLimits limits_of(int device) {
    DeviceLimits limits;
    limits.shared_bytes =
        static_cast<std::size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
    limits.multiprocessors = attribute(cudaDevAttrMultiProcessorCount, device);
    limits.clock_khz = attribute(cudaDevAttrClockRate, device);
    return limits;
}

int device_of(const void* memory, const char* name) {
    cudaPointerAttributes attributes{};
    check_cuda(cudaPointerGetAttributes(&attributes, memory), "cudaPointerGetAttributes");
    if (attributes.type != cudaMemoryTypeDevice && attributes.type != cudaMemoryTypeManaged)
        throw std::invalid_argument(std::string(name) + ": expected device memory");
    return attributes.device;
}

DeviceGuard::DeviceGuard(int device) {
    check_cuda(cudaGetDevice(&before_), "cudaGetDevice");
    check_cuda(cudaSetDevice(device), "cudaSetDevice");
}

DeviceGuard::~DeviceGuard() {
    cudaSetDevice(before_); // it was the current one, so this does not fail
}

} // namespace fourfold
