// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Runs kernels on the host: each block of a launch in a thread of its own, and the threads of a block
// as fibers in that, one after the other from barrier to barrier.
#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cuda_runtime.h"

namespace fourfold {

// As large as that of any device.
constexpr std::size_t kMostSharedBytes = 232448;
extern thread_local double2 fourfold_shared_memory[kMostSharedBytes / sizeof(double2) + 1];
thread_local double2 fourfold_shared_memory[kMostSharedBytes / sizeof(double2) + 1];

} // namespace fourfold

namespace cuda_emulation {

namespace {

constexpr unsigned kWarpSize = 32;
constexpr std::size_t kStackBytes = 256 * 1024;
constexpr unsigned char kUntouched = 0xff; // as a double, not a number

[[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "cuda_emulation: %s\n", why);
    std::abort();
}

enum class Waiting { kNothing, kWarp, kBlock, kGrid, kEnd };

struct Fiber {
    ucontext_t context; // to start with; afterwards a jump does, in a tenth of the time
    jmp_buf place;
    bool started = false;
    std::unique_ptr<char[]> stack{new char[kStackBytes]};
    Waiting waiting = Waiting::kNothing;
    ThreadIndices indices;
    unsigned exchanges = 0;
};

// Says at the end of the process, where that is asked for, how many barriers grids have passed.
class BarrierCount {
public:
    ~BarrierCount() {
        if (std::getenv("FOURFOLD_EMULATION_BARRIERS") != nullptr)
            std::fprintf(stderr, "cuda_emulation: %ld barriers of a grid\n", count.load());
    }
    std::atomic<long> count{0};
};
BarrierCount barriers;

// A barrier of the blocks of a cooperative launch.
class GridBarrier {
public:
    explicit GridBarrier(unsigned blocks) : blocks_(blocks) {}
    void arrive() {
        std::unique_lock<std::mutex> lock(mutex_);
        const unsigned round = round_;
        if (++arrived_ == blocks_) {
            arrived_ = 0;
            ++round_;
            ++barriers.count;
            all_arrived_.notify_all();
        } else {
            all_arrived_.wait(lock, [&] { return round_ != round; });
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable all_arrived_;
    unsigned blocks_, arrived_ = 0, round_ = 0;
};

// The order in which the fibers of a block take their turns between two barriers: forward, reverse
// or random. Where the result depends on it there is a race.
class Order {
public:
    explicit Order(unsigned threads) : order_(threads) {
        std::iota(order_.begin(), order_.end(), 0u);
        const char* const name = std::getenv("FOURFOLD_EMULATION_ORDER");
        random_ = name != nullptr && std::string(name) == "random";
        if (name != nullptr && std::string(name) == "reverse")
            std::reverse(order_.begin(), order_.end());
    }
    const std::vector<unsigned>& next() {
        if (random_)
            std::shuffle(order_.begin(), order_.end(), generator_);
        return order_;
    }

private:
    std::vector<unsigned> order_;
    bool random_ = false;
    std::minstd_rand generator_{1};
};

class Block {
public:
    Block(const std::function<void()>& kernel, unsigned index, dim3 blocks, dim3 threads,
          std::size_t shared_bytes, GridBarrier* grid)
        : kernel_(kernel), fibers_(threads.x), exchanged_(2 * threads.x), order_(threads.x),
          shared_bytes_(shared_bytes), grid_(grid) {
        for (unsigned k = 0; k < threads.x; ++k)
            fibers_[k].indices = {dim3(k), dim3(index), threads, blocks};
    }

    void run() {
        current_block_ = this;
        auto* const shared = reinterpret_cast<unsigned char*>(fourfold::fourfold_shared_memory);
        std::fill_n(shared, sizeof fourfold::fourfold_shared_memory, kUntouched);
        for (Fiber& fiber : fibers_) {
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.get();
            fiber.context.uc_stack.ss_size = kStackBytes;
            fiber.context.uc_link = nullptr;
            makecontext(&fiber.context, &Block::enter, 0);
        }
        while (!all(Waiting::kEnd))
            turn();
        for (std::size_t k = shared_bytes_; k < sizeof fourfold::fourfold_shared_memory; ++k)
            if (shared[k] != kUntouched)
                give_up("a block wrote beyond its shared memory");
    }

    void wait(Waiting what) {
        current_->waiting = what;
        if (_setjmp(current_->place) == 0)
            _longjmp(scheduler_, 1);
    }

    double exchange(double value, unsigned lane) {
        const unsigned thread = current_->indices.thread.x;
        // two turns: a lane may come back while others have not read yet
        double* const values = exchanged_.data() + current_->exchanges++ % 2 * fibers_.size();
        values[thread] = value;
        wait(Waiting::kWarp);
        return values[thread / kWarpSize * kWarpSize + lane];
    }

    const ThreadIndices& indices() const { return current_->indices; }
    static Block& current() { return *current_block_; }

private:
    static void enter() {
        Block& block = current();
        block.kernel_();
        block.current_->waiting = Waiting::kEnd;
        _longjmp(block.scheduler_, 1);
    }

    // Until it waits for something.
    __attribute__((noinline)) void resume(Fiber& fiber) {
        current_ = &fiber;
        if (_setjmp(scheduler_) != 0)
            return;
        if (fiber.started)
            _longjmp(fiber.place, 1);
        fiber.started = true;
        setcontext(&fiber.context);
    }

    bool all(Waiting what) const {
        return std::all_of(fibers_.begin(), fibers_.end(),
                           [=](const Fiber& fiber) { return fiber.waiting == what; });
    }
    void release() {
        for (Fiber& fiber : fibers_)
            fiber.waiting = Waiting::kNothing;
    }

    // Runs every fiber that can run, then lifts the barriers that all have reached.
    void turn() {
        bool ran = false;
        for (const unsigned k : order_.next())
            if (fibers_[k].waiting == Waiting::kNothing) {
                ran = true;
                resume(fibers_[k]);
            }
        if (all(Waiting::kBlock)) {
            release();
        } else if (all(Waiting::kGrid)) {
            if (grid_ == nullptr)
                give_up("a barrier of the grid in a launch that is not cooperative");
            grid_->arrive();
            release();
        } else {
            for (std::size_t first = 0; first < fibers_.size(); first += kWarpSize)
                ran = release_warp(first) || ran;
            if (!ran)
                give_up("threads of a block wait for different barriers");
        }
    }

    bool release_warp(std::size_t first) {
        const auto begin = fibers_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto waits = [](const Fiber& fiber) { return fiber.waiting == Waiting::kWarp; };
        if (!std::all_of(begin, begin + kWarpSize, waits))
            return false;
        std::for_each(begin, begin + kWarpSize,
                      [](Fiber& fiber) { fiber.waiting = Waiting::kNothing; });
        return true;
    }

    const std::function<void()>& kernel_;
    std::vector<Fiber> fibers_;
    std::vector<double> exchanged_; // (2, threads)
    Order order_;
    std::size_t shared_bytes_;
    GridBarrier* grid_;
    jmp_buf scheduler_;
    Fiber* current_ = nullptr;
    static thread_local Block* current_block_;
};

thread_local Block* Block::current_block_ = nullptr;

} // namespace

const ThreadIndices& indices() {
    return Block::current().indices();
}

void synchronise_block() {
    Block::current().wait(Waiting::kBlock);
}

void synchronise_grid() {
    Block::current().wait(Waiting::kGrid);
}

double exchange(double value, unsigned lane) {
    return Block::current().exchange(value, lane);
}

cudaError_t launch(const std::function<void()>& kernel, dim3 blocks, dim3 threads,
                   std::size_t shared_bytes, bool cooperative) {
    if (const char* const how = std::getenv("FOURFOLD_EMULATION_FAIL"))
        return std::string(how) == "memory" ? cudaErrorMemoryAllocation
                                            : cudaErrorLaunchFailure;
    const char* const most = std::getenv("FOURFOLD_EMULATION_MOST_BLOCKS");
    if (cooperative && most != nullptr && blocks.x > std::strtoul(most, nullptr, 10))
        return cudaErrorCooperativeLaunchTooLarge;
    if (threads.x % kWarpSize != 0 || shared_bytes > fourfold::kMostSharedBytes)
        return cudaErrorInvalidValue;
    GridBarrier grid(blocks.x);
    std::vector<std::thread> running;
    for (unsigned k = 0; k < blocks.x; ++k)
        running.emplace_back([&, k] {
            Block(kernel, k, blocks, threads, shared_bytes, cooperative ? &grid : nullptr)
                .run();
        });
    for (std::thread& thread : running)
        thread.join();
    return cudaSuccess;
}

} // namespace cuda_emulation

// Fast for the clock rate of the emulated device, so that launches are short and many.
long long clock64() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count() / 20;
}
