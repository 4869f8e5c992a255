// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cuda/device_memory.hpp"
#include "cuda/launch.hpp"
#include "cuda/transfer.hpp"

namespace fourfold {

// The reports of so many problems, in memory of the host or the device.
template <class Doubles, class Longs>
ReportArrays report_arrays(Doubles& bounds, Longs& steps, std::size_t count) {
    ReportArrays out;
    out.lower = bounds.data();
    out.upper = bounds.data() + count;
    out.mi1 = bounds.data() + 2 * count;
    out.mi2 = bounds.data() + 3 * count;
    out.iterations = steps.data();
    out.sweeps = steps.data() + count;
    return out;
}

class DeviceReports {
public:
    DeviceReports(std::size_t count, cudaStream_t stream)
        : count_(count), bounds_(4 * count, "the results", stream),
          steps_(2 * count, "the results", stream) {}
    ReportArrays arrays() const { return report_arrays(bounds_, steps_, count_); }

private:
    std::size_t count_;
    DeviceArray<double> bounds_;
    DeviceArray<long> steps_;
};

class HostReports {
public:
    explicit HostReports(std::size_t count)
        : count_(count), bounds_(4 * count), steps_(2 * count) {}
    ReportArrays arrays() { return report_arrays(bounds_, steps_, count_); }

private:
    std::size_t count_;
    std::vector<double> bounds_;
    std::vector<long> steps_;
};

// copy(from, to) for the arrays of each field.
template <class Copy>
void for_fields(const ReportArrays& from, const ReportArrays& to, const Copy& copy) {
    copy(from.lower, to.lower);
    copy(from.upper, to.upper);
    copy(from.mi1, to.mi1);
    copy(from.mi2, to.mi2);
    copy(from.iterations, to.iterations);
    copy(from.sweeps, to.sweeps);
}

inline void fetch_reports(Transfer& transfer, const ReportArrays& from, std::size_t count,
                          const ReportArrays& to) {
    for_fields(from, to,
               [&](const auto* one, auto* other) { transfer.to_host(one, count, other); });
}

} // namespace fourfold
