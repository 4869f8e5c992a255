// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The emulated device: two multiprocessors with little shared memory, so that small problems meet every
// regime, and the host's memory for its own.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "cuda_runtime_api.h"

namespace {

constexpr int kMultiprocessors = 2;
constexpr int kSharedBytes = 65536;
constexpr int kClockKilohertz = 1000;
constexpr int kUntouched = 0xff; // as a double, not a number

std::mutex mutex;
std::map<void*, std::size_t> allocated;
std::size_t in_use = 0;

std::size_t memory_of_device() {
    const char* const bytes = std::getenv("FOURFOLD_EMULATION_MEMORY");
    return bytes != nullptr ? std::strtoull(bytes, nullptr, 10) : std::size_t(4) << 30;
}

// Whether calls that wait for all streams of the device fail.
bool nothing_waits() {
    return std::getenv("FOURFOLD_EMULATION_NO_MALLOC") != nullptr;
}

cudaError_t take(void** memory, std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (in_use + bytes > memory_of_device())
        return cudaErrorMemoryAllocation;
    *memory = std::malloc(bytes);
    if (*memory == nullptr)
        return cudaErrorMemoryAllocation;
    std::memset(*memory, kUntouched, bytes);
    allocated[*memory] = bytes;
    in_use += bytes;
    return cudaSuccess;
}

cudaError_t give(void* memory) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (memory == nullptr)
        return cudaSuccess;
    const auto entry = allocated.find(memory);
    if (entry == allocated.end())
        return cudaErrorInvalidValue;
    in_use -= entry->second;
    allocated.erase(entry);
    std::free(memory);
    return cudaSuccess;
}

} // namespace

const char* cudaGetErrorString(cudaError_t error) {
    switch (error) {
    case cudaSuccess:
        return "no error";
    case cudaErrorMemoryAllocation:
        return "out of memory";
    case cudaErrorLaunchFailure:
        return "unspecified launch failure";
    case cudaErrorCooperativeLaunchTooLarge:
        return "too many blocks in cooperative launch";
    default:
        return "invalid argument";
    }
}
const char* cudaGetErrorName(cudaError_t error) {
    switch (error) {
    case cudaSuccess:
        return "cudaSuccess";
    case cudaErrorMemoryAllocation:
        return "cudaErrorMemoryAllocation";
    case cudaErrorLaunchFailure:
        return "cudaErrorLaunchFailure";
    case cudaErrorCooperativeLaunchTooLarge:
        return "cudaErrorCooperativeLaunchTooLarge";
    default:
        return "cudaErrorInvalidValue";
    }
}
cudaError_t cudaGetLastError() {
    return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
    *count = std::getenv("FOURFOLD_EMULATION_NO_DRIVER") != nullptr ? 0 : 1;
    return *count > 0 ? cudaSuccess : cudaErrorInsufficientDriver;
}
cudaError_t cudaGetDevice(int* device) {
    *device = 0;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
    return device == 0 ? cudaSuccess : cudaErrorInvalidValue;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    *properties = {};
    std::snprintf(properties->name, sizeof properties->name, "emulated on the host, no GPU");
    properties->multiProcessorCount = kMultiprocessors;
    properties->totalGlobalMem = memory_of_device();
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int) {
    *value = which == cudaDevAttrMultiProcessorCount    ? kMultiprocessors
             : which == cudaDevAttrClockRate            ? kClockKilohertz
             : which == cudaDevAttrMemoryPoolsSupported ? 1
                                                        : kSharedBytes;
    return cudaSuccess;
}
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void*) {
    *attributes = {cudaMemoryTypeDevice, 0};
    return cudaSuccess;
}
cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
    return nothing_waits() ? cudaErrorInvalidValue : take(memory, bytes);
}
cudaError_t cudaFree(void* memory) {
    return nothing_waits() && memory != nullptr ? cudaErrorInvalidValue : give(memory);
}
cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps*) {
    static char place;
    *pool = reinterpret_cast<cudaMemPool_t>(&place);
    return cudaSuccess;
}
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
    return cudaSuccess;
}
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, std::size_t) {
    return cudaSuccess;
}
cudaError_t cudaMallocFromPoolAsync(void** memory, std::size_t bytes, cudaMemPool_t,
                                    cudaStream_t) {
    return take(memory, bytes);
}
cudaError_t cudaFreeAsync(void* memory, cudaStream_t) {
    return give(memory);
}
cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
    if (nothing_waits())
        return cudaErrorInvalidValue;
    *memory = std::malloc(bytes);
    return *memory != nullptr ? cudaSuccess : cudaErrorMemoryAllocation;
}
cudaError_t cudaFreeHost(void* memory) {
    if (nothing_waits())
        return cudaErrorInvalidValue;
    std::free(memory);
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
    const std::lock_guard<std::mutex> lock(mutex);
    *total = memory_of_device();
    *free = *total - in_use;
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind,
                            cudaStream_t) {
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t) {
    std::memset(memory, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    *stream = nullptr;
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t) {
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) {
    return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = nullptr;
    return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t) {
    return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) {
    return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t) {
    return cudaSuccess;
}
cudaError_t cudaStreamIsCapturing(cudaStream_t, cudaStreamCaptureStatus* status) {
    *status = std::getenv("FOURFOLD_EMULATION_CAPTURE") != nullptr
                  ? cudaStreamCaptureStatusActive
                  : cudaStreamCaptureStatusNone;
    return cudaSuccess;
}
