// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// What a kernel may use, for builds with FOURFOLD_CUDA=EMULATED: see README.md.
#pragma once

#include <cmath>
#include <cstring>
#include <functional>

#include "cuda_runtime_api.h"

#define __global__
#define __device__
#define __host__
#define __launch_bounds__(...)
#define __grid_constant__
#define __builtin_assume(what)
// a block is a thread of the operating system, its threads are fibers in it
#define __shared__ thread_local

namespace cuda_emulation {

struct ThreadIndices {
    dim3 thread, block, block_size, grid_size;
};
const ThreadIndices& indices();

void synchronise_block();
void synchronise_grid();
// values[lane of this thread] = value for all lanes of its warp; returns that of `lane`.
double exchange(double value, unsigned lane);

cudaError_t launch(const std::function<void()>& kernel, dim3 blocks, dim3 threads,
                   std::size_t shared_bytes, bool cooperative);

} // namespace cuda_emulation

#define threadIdx (cuda_emulation::indices().thread)
#define blockIdx (cuda_emulation::indices().block)
#define blockDim (cuda_emulation::indices().block_size)
#define gridDim (cuda_emulation::indices().grid_size)

struct alignas(16) double2 {
    double x, y;
};

inline void __syncthreads() {
    cuda_emulation::synchronise_block();
}
inline void __threadfence() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
inline double __shfl_xor_sync(unsigned, double value, unsigned mask) {
    return cuda_emulation::exchange(value, (threadIdx.x % 32) ^ mask);
}
inline unsigned atomicAdd(unsigned* to, unsigned value) {
    return __atomic_fetch_add(to, value, __ATOMIC_SEQ_CST);
}
inline unsigned long long atomicMax(unsigned long long* to, unsigned long long value) {
    unsigned long long before = __atomic_load_n(to, __ATOMIC_SEQ_CST);
    while (before < value && !__atomic_compare_exchange_n(to, &before, value, false,
                                                          __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    return before;
}
long long clock64();
inline long long __double_as_longlong(double value) {
    long long bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
inline double __longlong_as_double(long long bits) {
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
using std::isfinite;

template <class Arguments>
cudaError_t cudaLaunchKernel(void (*kernel)(Arguments), dim3 blocks, dim3 threads,
                             void** arguments, std::size_t shared_bytes, cudaStream_t) {
    return cuda_emulation::launch(
        [=] { kernel(*static_cast<std::remove_const_t<Arguments>*>(arguments[0])); }, blocks,
        threads, shared_bytes, false);
}
template <class Arguments>
cudaError_t cudaLaunchCooperativeKernel(void (*kernel)(Arguments), dim3 blocks, dim3 threads,
                                        void** arguments, std::size_t shared_bytes,
                                        cudaStream_t) {
    return cuda_emulation::launch(
        [=] { kernel(*static_cast<std::remove_const_t<Arguments>*>(arguments[0])); }, blocks,
        threads, shared_bytes, true);
}
template <class Kernel>
cudaError_t cudaFuncSetAttribute(Kernel*, cudaFuncAttribute, int) {
    return cudaSuccess;
}
template <class Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel*, int,
                                                          std::size_t) {
    *blocks = 1;
    return cudaSuccess;
}
