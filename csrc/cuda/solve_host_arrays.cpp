// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/solve_host_arrays.hpp"

#include <algorithm>

#include "cuda/device_memory.hpp"
#include "cuda/transfer.hpp"

namespace fourfold {

namespace {

// A stream of its own, which need not wait for the work of others.
class Stream {
public:
    Stream() {
        check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking),
                   "cudaStreamCreate");
    }
    ~Stream() { cudaStreamDestroy(stream_); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    cudaStream_t get() const { return stream_; }

private:
    cudaStream_t stream_ = nullptr;
};

// Takes consecutive pieces of an array.
class Pieces {
public:
    explicit Pieces(double* memory) : next_(memory) {}
    double* take(std::size_t entries) {
        double* const piece = next_;
        next_ += entries;
        return piece;
    }

private:
    double* next_;
};

std::size_t rows_of(const Problem& p) {
    return p.k1 * p.ky;
}
std::size_t columns_of(const Problem& p) {
    return p.k2 * p.ky;
}
std::size_t factor_entries(const Problem& p) {
    return p.k1 * p.k2 + rows_of(p) + columns_of(p);
}

} // namespace

std::vector<Regime> solve_host_arrays(const std::vector<Problem>& problems,
                                      const SolveOptions& options, const ReportArrays& out,
                                      const Factors* factors, const Start& start,
                                      Interrupt& interrupt) {
    if (problems.empty())
        return {};
    const std::size_t count = problems.size();
    const Problem& first = problems.front();
    std::size_t entries = 0;
    for (const Problem& p : problems)
        entries += rows_of(p) + columns_of(p);
    const bool with_start = start.r != nullptr, with_factors = factors != nullptr;

    const Stream stream;
    const DeviceArray<double> tables(entries, "the tables");
    const DeviceArray<double> started(with_start ? factor_entries(first) : 0, "the start");
    const DeviceArray<double> found(with_factors ? factor_entries(first) : 0, "the factors");
    const DeviceArray<double> bounds(4 * count, "the results");
    const DeviceArray<long> steps(2 * count, "the results");
    const std::size_t largest =
        std::max(entries, with_start || with_factors ? factor_entries(first) : 0);
    Transfer transfer(stream.get(), largest * sizeof(double));

    std::vector<Problem> on_device = problems;
    Pieces pieces(tables.data());
    const auto send = [&](const double* from, std::size_t size, Pieces& to) -> const double* {
        double* const place = to.take(size);
        transfer.to_device(from, size, place);
        return place;
    };
    for (Problem& p : on_device) {
        p.p1y = send(p.p1y, rows_of(p), pieces);
        p.p2y = send(p.p2y, columns_of(p), pieces);
    }
    Start start_on_device;
    if (with_start) {
        Pieces of_start(started.data());
        start_on_device.r = send(start.r, first.k1 * first.k2, of_start);
        start_on_device.a = send(start.a, rows_of(first), of_start);
        start_on_device.b = send(start.b, columns_of(first), of_start);
    }
    transfer.flush();
    Factors factors_on_device;
    if (with_factors) {
        Pieces of_factors(found.data());
        factors_on_device.log_r = of_factors.take(first.k1 * first.k2);
        factors_on_device.a = of_factors.take(rows_of(first));
        factors_on_device.b = of_factors.take(columns_of(first));
    }
    ReportArrays reports;
    reports.lower = bounds.data();
    reports.upper = bounds.data() + count;
    reports.mi1 = bounds.data() + 2 * count;
    reports.mi2 = bounds.data() + 3 * count;
    reports.iterations = steps.data();
    reports.sweeps = steps.data() + count;

    const std::vector<Regime> regimes =
        solve_cuda(on_device, options, reports, with_factors ? &factors_on_device : nullptr,
                   start_on_device, interrupt, stream.get());
    transfer.to_host(reports.lower, count, out.lower);
    transfer.to_host(reports.upper, count, out.upper);
    transfer.to_host(reports.mi1, count, out.mi1);
    transfer.to_host(reports.mi2, count, out.mi2);
    transfer.to_host(reports.iterations, count, out.iterations);
    transfer.to_host(reports.sweeps, count, out.sweeps);
    if (with_factors) {
        transfer.to_host(factors_on_device.log_r, first.k1 * first.k2, factors->log_r);
        transfer.to_host(factors_on_device.a, rows_of(first), factors->a);
        transfer.to_host(factors_on_device.b, columns_of(first), factors->b);
    }
    return regimes;
}

} // namespace fourfold
