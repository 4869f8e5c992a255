// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// parallel_for: each item once, places of threads, exceptions, regions inside others and beside
// others. .ci/sanitize also builds this alone with ThreadSanitizer.
#include "cpu/threads.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

using Counts = std::unique_ptr<std::atomic<int>[]>;

Counts zeros(std::size_t n) {
    return Counts(new std::atomic<int>[n]());
}

bool all_once(const Counts& counts, std::size_t n) {
    for (std::size_t k = 0; k < n; ++k)
        if (counts[k] != 1)
            return false;
    return true;
}

void check_each_once(int rounds) {
    for (int threads : {1, 2, 3, 8})
        for (std::size_t count : {0, 1, 2, 7, 62, 63, 64, 65, 1000})
            for (int round = 0; round < rounds; ++round) {
                const Counts counts = zeros(count);
                long sum = 0; // written by this thread, after all others
                parallel_for(
                    count, threads, [&](std::size_t k) { ++counts[k]; },
                    round % 2 == 0 ? Order::kAny : Order::kAscending);
                for (std::size_t k = 0; k < count; ++k)
                    sum += counts[k];
                expect(all_once(counts, count) && sum == static_cast<long>(count), count,
                       " items on ", threads, " threads: not each once");
            }
}

// Two threads never have the same index at a time, so that what is kept by index needs no lock.
void check_places() {
    constexpr int kThreads = 4;
    std::atomic<int> in_use[kThreads] = {};
    std::atomic<int> wrong{0};
    const auto caller = std::this_thread::get_id();
    double of_index[kThreads] = {};
    for (int round = 0; round < 200; ++round)
        parallel_for(64, kThreads, [&](std::size_t) {
            const int index = thread_index();
            if (index < 0 || index >= kThreads || in_use[index]++ != 0 ||
                (index == 0) != (std::this_thread::get_id() == caller)) {
                ++wrong;
                return;
            }
            for (int k = 0; k < 1000; ++k)
                of_index[index] += 1.0;
            --in_use[index];
        });
    expect(wrong == 0, "places: ", wrong.load(), " items on a wrong one");
    expect(thread_index() == 0, "places: that of the caller, afterwards");
    double sum = 0.0;
    for (double part : of_index)
        sum += part;
    expect(sum == 200.0 * 64.0 * 1000.0, "places: what they summed is ", sum);
}

// Workers do come: an item waits until another one is on another thread.
void check_help() {
    std::atomic<int> begun{0};
    parallel_for(2, 2, [&](std::size_t) {
        ++begun;
        while (begun < 2)
            std::this_thread::yield();
    });
    expect(begun == 2, "nobody came to help");
}

void check_exceptions() {
    for (int threads : {1, 2, 8})
        for (std::size_t count : {20, 100})
            for (std::size_t thrower : {0, 5, 19})
                for (Order order : {Order::kAny, Order::kAscending}) {
                    const Counts counts = zeros(count);
                    std::string caught;
                    const auto body = [&](std::size_t k) {
                        ++counts[k];
                        if (k >= thrower)
                            throw std::runtime_error("of an item");
                    };
                    try {
                        parallel_for(count, threads, body, order);
                    } catch (const std::runtime_error& error) {
                        caught = error.what();
                    }
                    expect(caught == "of an item", threads, " threads: the exception is lost");
                    int thrown = 0;
                    for (std::size_t k = 0; k < count; ++k) {
                        thrown += k >= thrower ? counts[k].load() : 0;
                        expect(counts[k] <= 1, "item ", k, " was done more than once");
                        expect(order == Order::kAny || k >= thrower || counts[k] == 1, "item ",
                               k, ", before the one that threw, was not done");
                    }
                    expect(thrown >= 1 && thrown <= threads, threads, " threads: ", thrown,
                           " exceptions");
                }
    check_each_once(1); // and all is as before
}

void check_inside() {
    constexpr std::size_t kOuter = 20, kInner = 30;
    const Counts counts = zeros(kOuter * kInner);
    std::atomic<int> wrong{0};
    parallel_for(kOuter, 4, [&](std::size_t outer) {
        const int index = thread_index();
        const auto here = std::this_thread::get_id();
        parallel_for(kInner, 4, [&](std::size_t inner) {
            ++counts[outer * kInner + inner];
            wrong += thread_index() != 0 || std::this_thread::get_id() != here;
        });
        wrong += thread_index() != index;
    });
    expect(all_once(counts, kOuter * kInner), "regions inside a region: not each once");
    expect(wrong == 0, "regions inside a region are done by the thread they are on, index 0");
}

// More at a time than the team has room for; some throw.
void check_beside() {
    constexpr int kCallers = 40;
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller)
        callers.emplace_back([&, caller] {
            const bool throws = caller % 5 == 0; // the last item, so that all are done
            for (int round = 0; round < 50; ++round) {
                const Counts counts = zeros(37);
                const auto body = [&](std::size_t k) {
                    ++counts[k];
                    if (throws && k == 36)
                        throw caller;
                };
                int caught = -1;
                try {
                    parallel_for(37, 1 + caller % 4, body,
                                 throws ? Order::kAscending : Order::kAny);
                } catch (int who) {
                    caught = who;
                }
                wrong += !all_once(counts, 37) || caught != (throws ? caller : -1);
            }
        });
    for (std::thread& caller : callers)
        caller.join();
    expect(wrong == 0, "regions beside each other: ", wrong.load(), " went wrong");
}

// Owners and workers that have gone to sleep are woken.
void check_sleepers() {
    const auto moment = std::chrono::milliseconds(2);
    for (int round = 0; round < 20; ++round) {
        std::this_thread::sleep_for(moment);
        std::atomic<int> begun{0};
        parallel_for(2, 2, [&](std::size_t) {
            ++begun;
            while (begun < 2)
                std::this_thread::yield();
            if (thread_index() != 0)
                std::this_thread::sleep_for(moment);
        });
        expect(begun == 2, "sleepers");
    }
}

} // namespace

int main() {
    check_help();
    check_each_once(20);
    check_places();
    check_exceptions();
    check_inside();
    check_beside();
    check_sleepers();
    return exit_status();
}
