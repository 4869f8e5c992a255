// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/threads.hpp"

#include <algorithm>
#include <atomic>

namespace fourfold {

namespace {
std::atomic<bool> one_thread{false};
}

int effective_threads(int requested) {
#ifdef _OPENMP
    if (one_thread.load())
        return 1;
    const int limit = std::max(omp_get_max_threads(), omp_get_num_procs());
    return requested > 0 ? std::min(requested, limit) : omp_get_max_threads();
#else
    (void)requested;
    return 1;
#endif
}

void limit_to_one_thread() {
    one_thread.store(true);
}

} // namespace fourfold
