// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <chrono>

#include "fourfold/error.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// Lets Python handle its signals (Ctrl-C) ten times a second while the GIL is released. Where a
// handler raised, the Python error is set when requested() returns true.
class PythonInterrupt : public Interrupt {
public:
    bool requested() override {
        if (raised_)
            return true;
        if (--unasked_ > 0)
            return false;
        const auto now = Clock::now();
        stride_ = now - last_ < kOften ? std::min(2 * stride_, kLongestStride) : 1;
        unasked_ = stride_;
        last_ = now;
        if (now < next_)
            return false;
        next_ = now + kPeriod;
        if (interpreter_ends()) // it would end this thread in the middle of the solve
            return false;
        const pybind11::gil_scoped_acquire gil;
        raised_ = PyErr_CheckSignals() != 0;
        return raised_;
    }

private:
    static bool interpreter_ends() {
#if PY_VERSION_HEX >= 0x030d0000
        return Py_IsFinalizing() != 0;
#else
        return _Py_IsFinalizing() != 0;
#endif
    }

    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kPeriod{100};
    // Where questions come often, reading the clock for each would cost more than some of the
    // stages between them.
    static constexpr std::chrono::milliseconds kOften{1};
    static constexpr int kLongestStride = 32;
    Clock::time_point last_ = Clock::now();
    Clock::time_point next_ = last_ + kPeriod;
    int stride_ = 1;
    int unasked_ = 1; // questions until the clock is read again
    bool raised_ = false;
};

// Calls body(interrupt) without the GIL. What a Python signal handler raised meanwhile is thrown on.
template <class Body>
void without_gil(const Body& body) {
    PythonInterrupt interrupt;
    bool interrupted = false;
    {
        // The inputs are kept alive and unchanged by the caller's references.
        const pybind11::gil_scoped_release release;
        try {
            body(interrupt);
        } catch (const Interrupted&) {
            interrupted = true;
        }
    }
    if (interrupted)
        throw pybind11::error_already_set();
}

} // namespace fourfold
