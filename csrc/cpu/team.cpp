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
// have begun, before it sleeps. To sleep and be woken takes tens of microseconds; but where both
// are on one processor, looking out keeps the other from what is waited for.
constexpr std::chrono::microseconds kLong{50};
constexpr std::chrono::microseconds kShort{5};
constexpr int kMostShortOnes = 15;
constexpr int kLooks = 16; // between two looks at the clock

constexpr int kMostSeats = 0x7fff;

struct Place {
    int index = 0;
    bool in_region = false;
};
thread_local Place place;
thread_local std::size_t worker = 0; // its number, from 1; 0 for threads that have items

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

// Long, but after one in vain short for once, after another one in vain three times, and so on.
class LookOut {
public:
    void begin() { until_ = Clock::now() + (short_ones_ > 0 ? kShort : kLong); }

    // Whether it comes true in time.
    template <class Condition>
    bool sees(const Condition& condition) {
        do {
            for (int k = 0; k < kLooks; ++k) {
                if (condition())
                    return true;
                pause();
            }
        } while (Clock::now() < until_);
        if (short_ones_ > 0)
            --short_ones_;
        else
            short_ones_ = in_vain_ = std::min(2 * in_vain_ + 1, kMostShortOnes);
        return false;
    }

    void was_worth_it() { short_ones_ = in_vain_ = 0; }

private:
    Clock::time_point until_;
    int in_vain_ = 0;
    int short_ones_ = 0;
};

thread_local LookOut of_owner;

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
    taken_.store(0, std::memory_order_relaxed);
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
    try {
        if (!items_.in_order && items_.count <= kMostNear)
            take_near();
        else
            take_in_order();
    } catch (...) {
        // all of them, whichever way they are taken
        taken_.store(~std::uint64_t{0} >> 1, std::memory_order_relaxed);
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!error_)
            error_ = std::current_exception();
    }
}

void Region::take_in_order() {
    for (;;) {
        const std::uint64_t k = taken_.fetch_add(1, std::memory_order_relaxed);
        if (k >= items_.count)
            return;
        items_.call(items_.body, k);
    }
}

// A bit for each item. A thread begins with its own share, the same in every region: what it wrote in
// the last one is in its cache.
void Region::take_near() {
    const std::size_t count = items_.count;
    const std::size_t threads = static_cast<std::size_t>(seats_) + 1;
    const std::size_t first = worker % threads * count / threads;
    for (std::size_t n = 0; n < count; ++n) {
        const std::size_t k = first + n < count ? first + n : first + n - count;
        const std::uint64_t bit = std::uint64_t{1} << k;
        if ((taken_.load(std::memory_order_relaxed) & bit) == 0 &&
            (taken_.fetch_or(bit, std::memory_order_relaxed) & bit) == 0)
            items_.call(items_.body, k);
    }
}

void Region::wait_for_workers() {
    // nobody comes any more
    state_.fetch_and(kInside, std::memory_order_relaxed);
    const auto nobody_inside = [this] {
        return (state_.load(std::memory_order_acquire) & kInside) == 0;
    };
    if (nobody_inside())
        return;
    of_owner.begin();
    if (of_owner.sees(nobody_inside))
        return of_owner.was_worth_it();
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
            std::thread([this, number = workers_ + 1] { work(number); }).detach();
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

void Team::work(int number) {
    worker = static_cast<std::size_t>(number);
    LookOut look_out;
    bool slept = false;
    look_out.begin();
    for (;;) {
        const std::uint64_t seen = opened_.load(std::memory_order_acquire);
        bool helped = false;
        for (Region& region : regions_)
            helped = region.help() || helped;
        if (helped) {
            if (!slept)
                look_out.was_worth_it();
            slept = false;
            look_out.begin();
            continue;
        }
        // regions that open without a seat for it do not keep a worker awake
        const auto opens = [&] { return opened_.load() != seen; };
        looking_.fetch_add(1);
        const bool opened = look_out.sees(opens);
        looking_.fetch_sub(1);
        if (opened)
            continue;
        std::unique_lock<std::mutex> lock(mutex_);
        sleeping_.fetch_add(1);
        awake_.wait(lock, opens);
        sleeping_.fetch_sub(1);
        slept = true;
        look_out.begin();
    }
}

} // namespace fourfold
