// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Which problems are worth a look on the host before they are solved.
#include "cuda/find_reducible.hpp"

#include <algorithm>

#include "core/least_mass.hpp"
#include "core/posterior_signature.hpp"
#include "cuda/cuda_error.hpp"
#include "cuda/device.hpp"
#include "cuda/device_memory.hpp"
#include "cuda/scope.cuh"
#include "cuda/transfer.hpp"

namespace fourfold {

namespace {

constexpr unsigned kThreads = 64;
constexpr unsigned kBlocksEach = 16; // of a multiprocessor
// Of both sources together, whose signatures and masses are in shared memory.
constexpr std::size_t kMostStates = 2048;
// Of signatures that may be those of the same posterior, rounding included.
constexpr double kNear = 8.0 * kSamePosterior;

struct ReducibleLaunch {
    const Problem* problems;
    unsigned count;
    double tol;
    unsigned* reducible; // (count)
};

// Signature and mass of each state, those of X1 first, and what was found.
struct States {
    double* signature; // (k1 + k2)
    double* mass;      // (k1 + k2)
    unsigned* reasons; // (2): states that are reason enough; states of X1 without a like in X2
};

__device__ const double* row_of(const Problem& p, std::size_t state) {
    return state < p.k1 ? p.p1y + state * p.ky : p.p2y + (state - p.k1) * p.ky;
}

__device__ bool class_is_seen(const double* p, std::size_t states, std::size_t ky,
                              std::size_t y, double least) {
    for (std::size_t i = 0; i < states; ++i)
        if (p[i * ky + y] > least)
            return true;
    return false;
}

__device__ void read_states(const Problem& p, double least, const States& states) {
    for (std::size_t s = threadIdx.x; s < p.k1 + p.k2; s += blockDim.x) {
        const double* const row = row_of(p, s);
        double mass = 0.0, weighted = 0.0;
        bool seen = false;
        for (std::size_t y = 0; y < p.ky; ++y) {
            mass += row[y];
            weighted += weight_of_class(y) * row[y];
            seen = seen || row[y] > least;
        }
        states.signature[s] = mass > 0.0 ? weighted / mass : 0.0;
        states.mass[s] = mass;
        if (!seen)
            atomicAdd(states.reasons, 1u);
    }
    for (std::size_t y = threadIdx.x; y < p.ky; y += blockDim.x)
        if (!class_is_seen(p.p1y, p.k1, p.ky, y, least) ||
            !class_is_seen(p.p2y, p.k2, p.ky, y, least))
            atomicAdd(states.reasons, 1u);
}

__device__ void compare_states(const Problem& p, const States& states) {
    const double* const signature = states.signature;
    for (std::size_t s = threadIdx.x; s < p.k1 + p.k2; s += blockDim.x)
        for (std::size_t t = s < p.k1 ? 0 : p.k1; t < s; ++t)
            if (are_near(signature[s], signature[t], kNear)) {
                atomicAdd(states.reasons, 1u);
                break;
            }
    if (p.k1 != p.k2)
        return;
    for (std::size_t s = threadIdx.x; s < p.k1; s += blockDim.x) {
        bool found = false;
        for (std::size_t t = p.k1; t < p.k1 + p.k2 && !found; ++t)
            found = are_near(signature[s], signature[t], kNear) &&
                    are_near(states.mass[s], states.mass[t], kNear);
        if (!found)
            atomicAdd(states.reasons + 1, 1u);
    }
}

// One block of kThreads for a problem after the other.
__global__ void __launch_bounds__(kThreads)
    find_reducible_problems(const __grid_constant__ ReducibleLaunch launch) {
    unsigned char* const shared = dynamic_shared_memory();
    for (unsigned n = blockIdx.x; n < launch.count; n += gridDim.x) {
        const Problem& p = launch.problems[n];
        auto* const signature = reinterpret_cast<double*>(shared + 16);
        const States states{signature, signature + p.k1 + p.k2,
                            reinterpret_cast<unsigned*>(shared)};
        if (threadIdx.x == 0)
            states.reasons[0] = states.reasons[1] = 0;
        __syncthreads();
        read_states(p, least_mass(p, launch.tol), states);
        __syncthreads();
        compare_states(p, states);
        __syncthreads();
        if (threadIdx.x == 0)
            launch.reducible[n] =
                states.reasons[0] > 0 || (p.k1 == p.k2 && states.reasons[1] == 0) ? 1u : 0u;
        __syncthreads();
    }
}

} // namespace

std::vector<std::size_t> find_reducible(const std::vector<Problem>& problems,
                                        const SolveOptions& options, cudaStream_t stream) {
    std::vector<unsigned> reducible(problems.size(), 1u);
    std::vector<Problem> compared;
    std::vector<std::size_t> places;
    std::size_t most = 0;
    for (std::size_t k = 0; k < problems.size(); ++k) {
        const Problem& p = problems[k];
        // two classes are solved on the host
        if (p.k1 + p.k2 > kMostStates || (options.method == Method::kAuto && p.ky <= 2))
            continue;
        compared.push_back(p);
        places.push_back(k);
        most = std::max(most, p.k1 + p.k2);
    }
    if (!compared.empty()) {
        int device = 0;
        check_cuda(cudaGetDevice(&device), "cudaGetDevice");
        const auto count = static_cast<unsigned>(compared.size());
        const auto places_there =
            static_cast<unsigned>(limits_of(device).multiprocessors) * kBlocksEach;
        const DeviceArray<Problem> there(compared.size(), "the list of problems", stream);
        const DeviceArray<unsigned> found(compared.size(), "the list of problems", stream);
        Transfer transfer(stream, compared.size() * sizeof(Problem));
        transfer.to_device(compared.data(), compared.size(), there.data());
        transfer.flush();
        ReducibleLaunch arguments{there.data(), count, options.tol, found.data()};
        void* pointers[] = {&arguments};
        check_cuda(cudaLaunchKernel(find_reducible_problems,
                                    dim3(std::min(count, places_there)), dim3(kThreads),
                                    pointers, 16 + 2 * most * sizeof(double), stream),
                   "kernel find_reducible");
        std::vector<unsigned> flags(compared.size());
        transfer.to_host(found.data(), flags.size(), flags.data());
        for (std::size_t n = 0; n < flags.size(); ++n)
            reducible[places[n]] = flags[n];
    }
    std::vector<std::size_t> chosen;
    for (std::size_t k = 0; k < problems.size(); ++k)
        if (reducible[k] != 0)
            chosen.push_back(k);
    return chosen;
}

} // namespace fourfold
