// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/device_pool.hpp"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>

namespace fourfold {

namespace {

// Of what was freed so much stays with the pool; the rest goes back to the device with the next
// synchronisation, for CuPy and others.
constexpr std::uint64_t kKeptBytes = std::uint64_t{256} << 20;

// A pool of Fourfold's own, as the default one belongs to all in the process; null where the device has
// none. Never destroyed: at the end of the process the driver may be gone.
cudaMemPool_t pool_of(int device) {
    static std::mutex mutex;
    static std::map<int, cudaMemPool_t>* const pools = new std::map<int, cudaMemPool_t>;
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = pools->find(device);
    if (found != pools->end())
        return found->second;
    cudaMemPool_t pool = nullptr;
    int supported = 0;
    cudaMemPoolProps properties{};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    properties.location.id = device;
    std::uint64_t kept = kKeptBytes;
    if (cudaDeviceGetAttribute(&supported, cudaDevAttrMemoryPoolsSupported, device) !=
            cudaSuccess ||
        supported == 0 || cudaMemPoolCreate(&pool, &properties) != cudaSuccess ||
        cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &kept) != cudaSuccess)
        cudaGetLastError(); // cudaMalloc does as well
    return (*pools)[device] = pool;
}

// FOURFOLD_CUDA_FILL, for tests: memory is filled with what reads as NaN, so that nothing goes unseen
// that is read before it is written.
constexpr int kUntouched = 0xff;

cudaError_t filled(cudaError_t taken, std::size_t bytes, const DevicePiece& piece) {
    if (taken != cudaSuccess || std::getenv("FOURFOLD_CUDA_FILL") == nullptr)
        return taken;
    return cudaMemsetAsync(piece.memory, kUntouched, bytes, piece.stream);
}

} // namespace

cudaError_t take_from_device(std::size_t bytes, cudaStream_t stream, DevicePiece& piece) {
    int device = 0;
    const cudaError_t status = cudaGetDevice(&device);
    if (status != cudaSuccess)
        return status;
    piece = {nullptr, stream, false};
    cudaMemPool_t const pool = pool_of(device);
    if (pool == nullptr)
        return filled(cudaMalloc(&piece.memory, bytes), bytes, piece);
    cudaError_t taken = cudaMallocFromPoolAsync(&piece.memory, bytes, pool, stream);
    if (taken == cudaErrorMemoryAllocation) { // what is kept may be in pieces that do not fit
        cudaGetLastError();
        cudaStreamSynchronize(stream);
        cudaMemPoolTrimTo(pool, 0);
        taken = cudaMallocFromPoolAsync(&piece.memory, bytes, pool, stream);
    }
    piece.pooled = true;
    return filled(taken, bytes, piece);
}

void give_to_device(const DevicePiece& piece) {
    if (piece.memory == nullptr)
        return;
    if (piece.pooled)
        cudaFreeAsync(piece.memory, piece.stream);
    else
        cudaFree(piece.memory);
}

} // namespace fourfold
