// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <thread>

#include "fourfold/options.hpp"

namespace fourfold {

// One interrupt seen by all threads of a solve: the thread that made this asks, the others look.
class StopCheck {
public:
    explicit StopCheck(Interrupt& interrupt) : interrupt_(interrupt) {}

    // Asks nobody: what is known of it.
    bool known() const { return stopped_.load(std::memory_order_relaxed); }

    bool requested() {
        if (!stopped_.load(std::memory_order_relaxed) && std::this_thread::get_id() == owner_ &&
            interrupt_.requested())
            stopped_.store(true, std::memory_order_relaxed);
        return stopped_.load(std::memory_order_relaxed);
    }

private:
    Interrupt& interrupt_;
    const std::thread::id owner_ = std::this_thread::get_id();
    std::atomic<bool> stopped_{false};
};

// The same, for code that knows nothing of threads.
class SharedInterrupt : public Interrupt {
public:
    explicit SharedInterrupt(StopCheck& stop) : stop_(stop) {}
    bool requested() override { return stop_.requested(); }

private:
    StopCheck& stop_;
};

} // namespace fourfold
