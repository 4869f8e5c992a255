// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/threads.hpp"

#include <atomic>
#include <cmath>
#include <cstdlib>

#include "cpu/processors.hpp"

#ifdef _OPENMP
#include <omp.h>
#endif

namespace fourfold {

namespace {

std::atomic<bool> one_thread{false};

// OpenMP runs nothing here. Its limit is kept to because others set it: schedulers and loky by
// the variable, threadpoolctl by OpenMP's own function.
int limit_of_openmp(int most) {
#ifdef _OPENMP
    return std::min(omp_get_max_threads(), most);
#else
    const char* const limit = std::getenv("OMP_NUM_THREADS");
    const int threads = limit != nullptr ? std::atoi(limit) : 0;
    return threads > 0 ? std::min(threads, most) : most;
#endif
}

int limit_of_quota(int most) {
    static const double quota = std::ceil(cpu_quota(""));
    return quota < most ? std::max(static_cast<int>(quota), 1) : most;
}

} // namespace

int effective_threads(int requested) {
    if (one_thread.load())
        return 1;
    const int most = processors();
    return requested > 0 ? std::min(requested, most) : limit_of_openmp(limit_of_quota(most));
}

void limit_to_one_thread() {
    one_thread.store(true);
}

} // namespace fourfold
