// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>

namespace fourfold {

// call(body, k) for k in [0, count)
struct Items {
    std::size_t count;
    bool in_order; // or any, where another is quicker
    void (*call)(const void* body, std::size_t k);
    const void* body;
};

// Items that are being done by the thread that has them, and by workers that come to help. Nobody
// waits for a worker that has not come: it takes a seat when it is there, and the one who opened
// the region does what is left, closes it, and waits for the items that others have begun. A
// region is used again and again, and is never destroyed.
class alignas(64) Region {
public:
    // For the one who has the items. Throws what an item threw; the ones after it are not begun.
    bool reserve(); // false where another thread has it
    void open(const Items& items, int seats);
    void work_and_close();

    // For a worker: works if there is a seat. Returns whether there was.
    bool help();

private:
    // state_: whether workers may come, whether the owner sleeps, seats left, workers inside
    static constexpr std::uint32_t kOpen = 1u << 31;
    static constexpr std::uint32_t kOwnerSleeps = 1u << 30;
    static constexpr std::uint32_t kSeat = 1u << 15;
    static constexpr std::uint32_t kSeats = 0x7fffu * kSeat;
    static constexpr std::uint32_t kInside = kSeat - 1;

    static constexpr std::size_t kMostNear = 63;

    void work(int index);
    void take_in_order();
    void take_near();
    void wait_for_workers();

    std::atomic<std::uint32_t> state_{0};
    std::atomic<bool> reserved_{false};
    int seats_ = 0; // of those who help, at first
    Items items_{};
    alignas(64) std::atomic<std::uint64_t> taken_{0}; // how many items, or which
    std::exception_ptr error_;
    std::mutex mutex_; // of error_ and left_
    std::condition_variable left_;
};

// The threads of the process, started when they are first needed and never joined: they sleep,
// and touch nothing that ends before the process. They help wherever a region is open.
class Team {
public:
    // The only one.
    static Team& get();

    // Items done by the calling thread and up to `helpers` others. Inside a region of this thread,
    // or where there are too many regions, by the calling thread alone.
    void run(const Items& items, int helpers);

    // Of the thread that asks, within its innermost region; 0 for the one that opened it.
    static int thread_index();

private:
    static constexpr std::size_t kMostRegions = 32;

    Region* free_region();
    void grow(int helpers);
    void call_workers(int helpers);
    [[noreturn]] void work(int number);

    std::array<Region, kMostRegions> regions_;
    alignas(64) std::atomic<std::uint64_t> opened_{0}; // regions, so far
    alignas(64) std::atomic<int> looking_{0}; // workers that are awake and have no region
    std::atomic<int> sleeping_{0};
    std::atomic<int> wanted_{0}; // seats of the regions in use
    std::atomic<int> workers_{0};
    std::mutex mutex_; // of workers_ and awake_
    std::condition_variable awake_;
};

} // namespace fourfold
