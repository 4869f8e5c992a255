// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "cpu/team.hpp"

namespace fourfold {

// Threads for a call that asked for `requested`, at most one for each processor; 0 means as many as
// this process may use by its affinity, by the quota of its cgroup, and by OpenMP's limit
// (OMP_NUM_THREADS, threadpoolctl). Always 1 after limit_to_one_thread().
int effective_threads(int requested);

// A forked child has none of the threads of its parent. Called in the child, this keeps it to the
// one it has.
void limit_to_one_thread();

// Of the calling thread among those of a parallel_for, below its `threads`; 0 for the thread that
// called it.
inline int thread_index() {
    return Team::thread_index();
}

enum class Order { kAny, kAscending };

// body(k) for k in [0, count) on up to `threads` threads, each k once; one thread makes no
// region. What a body throws is thrown on, and no k is begun after it.
template <class Body>
void parallel_for(std::size_t count, int threads, const Body& body, Order order = Order::kAny) {
    if (threads <= 1 || count <= 1) {
        for (std::size_t k = 0; k < count; ++k)
            body(k);
        return;
    }
    const auto call = [](const void* of_items, std::size_t k) {
        (*static_cast<const Body*>(of_items))(k);
    };
    const std::size_t helpers = std::min(static_cast<std::size_t>(threads), count) - 1;
    Team::get().run({count, order == Order::kAscending, call, &body},
                    static_cast<int>(helpers));
}

} // namespace fourfold
