// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace fourfold {

// Threads for a call that asked for `requested`, at most one for each processor; 0 means
// OpenMP's own limit (OMP_NUM_THREADS, threadpoolctl). Always 1 after limit_to_one_thread() or
// without OpenMP.
int effective_threads(int requested);

// A forked child inherits OpenMP's records of threads that do not exist there, and would wait
// for them forever. Called in the child, this keeps it to the one thread it has.
void limit_to_one_thread();

inline int thread_index() {
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

// body(k) for k in [0, count) on up to `threads` threads, each k once; one thread makes no
// region.
template <class Body>
void parallel_for(std::size_t count, int threads, const Body& body) {
    const auto n = static_cast<std::ptrdiff_t>(count);
    if (threads <= 1 || n <= 1) {
        for (std::ptrdiff_t k = 0; k < n; ++k)
            body(static_cast<std::size_t>(k));
        return;
    }
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(dynamic)
#endif
    for (std::ptrdiff_t k = 0; k < n; ++k)
        body(static_cast<std::size_t>(k));
}

} // namespace fourfold
