// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>

#include "fourfold/options.hpp"

namespace fourfold {

// Lets Python handle its signals (Ctrl-C) ten times a second while the GIL is released. Where a
// handler raised, the Python error is set when requested() returns true.
class PythonInterrupt : public Interrupt {
public:
    bool requested() override {
        if (raised_)
            return true;
        const auto now = Clock::now();
        if (now < next_)
            return false;
        next_ = now + kPeriod;
        const pybind11::gil_scoped_acquire gil;
        raised_ = PyErr_CheckSignals() != 0;
        return raised_;
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kPeriod{100};
    Clock::time_point next_ = Clock::now() + kPeriod;
    bool raised_ = false;
};

} // namespace fourfold
