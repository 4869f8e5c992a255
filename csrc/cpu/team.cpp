// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/team.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "cpu/processors.hpp"

namespace fourfold {

namespace {

using Clock = std::chrono::steady_clock;

// How long a worker looks out for the next region, and an owner for the end of items that others
// have begun, before it sleeps: to sleep and be woken takes tens of microseconds.
constexpr std::chrono::microseconds kLookOut{50};
constexpr int kLooks = 16; // between two looks at the clock

constexpr int kMostSeats = 0x7fff;

struct Place {
    int index = 0;
    bool in_region = false;
};
thread_local Place place;

// The calling thread's place for as long as this lives.
class AtPlace {
public:
    explicit AtPlace(int index) : before_(place) { place = {index, true}; }
    ~AtPlace() { place = before_; }
    AtPlace(const AtPlace&) = delete;
    AtPlace& operator=(const AtPlace&) = delete;

private:
    Place before_;
};

void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Whether it comes true before that time.
template <class Condition>
bool comes_true(Clock::time_point end, const Condition& condition) {
    do {
        for (int k = 0; k < kLooks; ++k) {
            if (condition())
                return true;
            pause();
        }
    } while (Clock::now() < end);
    return false;
}

void do_alone(const Items& items) {
    const AtPlace here(0);
    for (std::size_t k = 0; k < items.count; ++k)
        items.call(items.body, k);
}

} // namespace

bool Region::reserve() {
    return !reserved_.load(std::memory_order_relaxed) && !reserved_.exchange(true);
}

void Region::open(const Items& items, int seats) {
    items_ = items;
    seats_ = seats;
    next_.store(0, std::memory_order_relaxed);
    state_.store(kOpen + static_cast<std::uint32_t>(seats) * kSeat, std::memory_order_release);
}

void Region::work_and_close() {
    work(0);
    wait_for_workers();
    const std::exception_ptr error = std::exchange(error_, nullptr);
    reserved_.store(false, std::memory_order_release);
    if (error)
        std::rethrow_exception(error);
}

bool Region::help() {
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    do {
        if ((state & kOpen) == 0 || (state & kSeats) == 0)
            return false;
    } while (!state_.compare_exchange_weak(state, state - kSeat + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed));
    // from here until it leaves, the region is the one that was open
    work(seats_ - static_cast<int>((state & kSeats) / kSeat) + 1);
    state = state_.fetch_sub(1, std::memory_order_acq_rel);
    if ((state & kInside) == 1 && (state & kOwnerSleeps) != 0) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
        }
        left_.notify_one();
    }
    return true;
}

void Region::work(int index) {
    const AtPlace here(index);
    for (;;) {
        const std::size_t k = next_.fetch_add(1, std::memory_order_relaxed);
        if (k >= items_.count)
            return;
        try {
            items_.call(items_.body, k);
        } catch (...) {
            next_.store(items_.count, std::memory_order_relaxed);
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!error_)
                error_ = std::current_exception();
        }
    }
}

void Region::wait_for_workers() {
    // nobody comes any more
    state_.fetch_and(kInside, std::memory_order_relaxed);
    const auto nobody_inside = [this] {
        return (state_.load(std::memory_order_acquire) & kInside) == 0;
    };
    if (comes_true(Clock::now() + kLookOut, nobody_inside))
        return;
    state_.fetch_or(kOwnerSleeps, std::memory_order_acq_rel);
    std::unique_lock<std::mutex> lock(mutex_);
    left_.wait(lock, nobody_inside);
}

Team& Team::get() {
    static Team& team = *new Team;
    return team;
}

int Team::thread_index() {
    return place.index;
}

void Team::run(const Items& items, int helpers) {
    Region* const region = place.in_region ? nullptr : free_region();
    if (region == nullptr)
        return do_alone(items);
    helpers = std::min(helpers, kMostSeats);
    grow(helpers);
    region->open(items, helpers);
    opened_.fetch_add(1);
    call_workers(helpers);
    struct Seats {
        ~Seats() { wanted.fetch_sub(count, std::memory_order_relaxed); }
        std::atomic<int>& wanted;
        int count;
    } const seats{wanted_, helpers};
    region->work_and_close();
}

Region* Team::free_region() {
    for (Region& region : regions_)
        if (region.reserve())
            return &region;
    return nullptr;
}

// Enough workers for all regions, but, beyond those that this one asks for, not more than there are
// processors: several Python threads that solve at a time each ask for all of them.
void Team::grow(int helpers) {
    const int all = wanted_.fetch_add(helpers, std::memory_order_relaxed) + helpers;
    if (workers_.load(std::memory_order_relaxed) >= all)
        return;
    const int needed = std::min(all, std::max(helpers, processors() - 1));
    const std::lock_guard<std::mutex> lock(mutex_);
    try {
        for (; workers_ < needed; ++workers_)
            std::thread([this] { work(); }).detach();
    } catch (const std::exception&) {
        // the system has no more threads: those that are there do the work
    }
}

// Wakes those that are needed beside the ones that look out for a region.
void Team::call_workers(int helpers) {
    const int sleeping = sleeping_.load();
    helpers -= looking_.load();
    if (sleeping == 0 || helpers <= 0)
        return;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
    }
    if (helpers >= sleeping)
        awake_.notify_all();
    else
        for (int k = 0; k < helpers; ++k)
            awake_.notify_one();
}

void Team::work() {
    // regions that open without a seat for it do not keep a worker awake
    auto bedtime = Clock::now() + kLookOut;
    for (;;) {
        const std::uint64_t seen = opened_.load(std::memory_order_acquire);
        bool helped = false;
        for (Region& region : regions_)
            helped = region.help() || helped;
        const auto opens = [&] { return opened_.load() != seen; };
        if (!helped) {
            looking_.fetch_add(1);
            const bool opened = comes_true(bedtime, opens);
            looking_.fetch_sub(1);
            if (opened)
                continue;
            std::unique_lock<std::mutex> lock(mutex_);
            sleeping_.fetch_add(1);
            awake_.wait(lock, opens);
            sleeping_.fetch_sub(1);
        }
        bedtime = Clock::now() + kLookOut;
    }
}

} // namespace fourfold
