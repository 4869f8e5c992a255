// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/device.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "cuda/cuda_error.hpp"

namespace fourfold {

namespace {

int attribute(cudaDeviceAttr which, int device) {
    int value = 0;
    check_cuda(cudaDeviceGetAttribute(&value, which, device), "cudaDeviceGetAttribute");
    return value;
}

// What a block of the tiled kernel needs in any case, and more.
constexpr std::size_t kLeastSharedBytes = 32768;

// FOURFOLD_CUDA_SHARED_BYTES, for tests and tools: with less shared memory to a block than it has, a device
// meets the kernels of large problems in small ones.
std::size_t shared_bytes_within(std::size_t bytes) {
    const char* const most = std::getenv("FOURFOLD_CUDA_SHARED_BYTES");
    if (most == nullptr)
        return bytes;
    const std::size_t cap = std::strtoull(most, nullptr, 10);
    return std::min(bytes, std::max(cap, kLeastSharedBytes));
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
    limits.shared_bytes = shared_bytes_within(
        static_cast<std::size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, device)));
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

void refuse_capture(cudaStream_t stream) {
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    check_cuda(cudaStreamIsCapturing(stream, &status), "cudaStreamIsCapturing");
    if (status != cudaStreamCaptureStatusNone)
        throw CudaError(
            "the current stream is captured into a CUDA graph, and a decomposition waits "
            "for its results; call it outside of the capture");
}

DeviceGuard::DeviceGuard(int device) : device_(device) {
    check_cuda(cudaGetDevice(&before_), "cudaGetDevice");
    if (device_ != before_)
        check_cuda(cudaSetDevice(device_), "cudaSetDevice");
}

DeviceGuard::~DeviceGuard() {
    if (device_ != before_)
        cudaSetDevice(before_); // it was the current one, so this does not fail
}

} // namespace fourfold
