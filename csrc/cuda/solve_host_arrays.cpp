// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/solve_host_arrays.hpp"

#include <algorithm>
#include <optional>

#include "cuda/device_memory.hpp"
#include "cuda/reports.hpp"
#include "cuda/transfer.hpp"
#include "fourfold/error.hpp"

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

// Solves problems of the host on the device: `out` and `factors` are there again when this returns.
std::vector<Regime> solve_there(const std::vector<Problem>& problems,
                                const SolveOptions& options, const ReportArrays& out,
                                const Factors& factors, const Start& start,
                                Interrupt& interrupt) {
    const std::size_t count = problems.size();
    const Problem& first = problems.front();
    std::size_t entries = 0;
    for (const Problem& p : problems)
        entries += rows_of(p) + columns_of(p);
    const bool with_start = start.r != nullptr, with_factors = factors.log_r != nullptr;

    const Stream stream;
    const DeviceArray<double> tables(entries, "the tables", stream.get());
    const DeviceArray<double> started(with_start ? factor_entries(first) : 0, "the start",
                                      stream.get());
    const DeviceArray<double> found(with_factors ? factor_entries(first) : 0, "the factors",
                                    stream.get());
    const DeviceReports reports(count, stream.get());
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
    const std::vector<Regime> regimes =
        solve_cuda(on_device, options, reports.arrays(), factors_on_device, start_on_device,
                   interrupt, stream.get());
    fetch_reports(transfer, reports.arrays(), count, out);
    if (with_factors) {
        transfer.to_host(factors_on_device.log_r, first.k1 * first.k2, factors.log_r);
        transfer.to_host(factors_on_device.a, rows_of(first), factors.a);
        transfer.to_host(factors_on_device.b, columns_of(first), factors.b);
    }
    return regimes;
}

// The report of a problem from that of what was left of it.
void report_reduced(const Reduced& reduced, const ReportArrays& found, std::size_t n,
                    const ReportArrays& out, std::size_t k) {
    out.iterations[k] = found.iterations[n];
    out.sweeps[k] = found.sweeps[n];
    const bool known = reduced.with_information;
    out.mi1[k] =
        known ? reduced.mi1 / kNatsPerBit : (reduced.swapped ? found.mi2 : found.mi1)[n];
    out.mi2[k] =
        known ? reduced.mi2 / kNatsPerBit : (reduced.swapped ? found.mi1 : found.mi2)[n];
    const double slack = reduced.slack / kNatsPerBit;
    out.lower[k] = std::max({found.lower[n] - slack, out.mi1[k], out.mi2[k]});
    out.upper[k] = found.upper[n] + slack;
}

void report_solved(const Reduced& reduced, const ReportArrays& out, std::size_t k) {
    out.iterations[k] = out.sweeps[k] = 0;
    out.mi1[k] = reduced.mi1 / kNatsPerBit;
    out.mi2[k] = reduced.mi2 / kNatsPerBit;
    out.lower[k] = reduced.lower / kNatsPerBit;
    out.upper[k] = reduced.upper / kNatsPerBit;
}

} // namespace

std::vector<Outcome> solve_reduced(Reduction& reduction, const SolveOptions& options,
                                   const ReportArrays& out, const Factors& factors,
                                   const Start& start, Interrupt& interrupt) {
    const std::vector<Reduced>& all = reduction.problems();
    std::vector<Outcome> outcomes(all.size());
    std::vector<Problem> left;
    std::vector<std::size_t> places; // of those that are left, among all
    left.reserve(all.size());
    places.reserve(all.size());
    bool as_given = true; // they are all problems, whole
    for (std::size_t k = 0; k < all.size(); ++k) {
        outcomes[k] = {all[k].regime, all[k].k1, all[k].k2, all[k].ky};
        as_given = as_given && all[k].whole && !all[k].is_solved();
        if (all[k].is_solved()) {
            report_solved(all[k], out, k);
        } else {
            left.push_back(all[k].problem);
            places.push_back(k);
        }
    }
    if (left.empty())
        return outcomes;
    if (interrupt.requested())
        throw Interrupted();
    std::vector<Regime> regimes;
    if (as_given) {
        regimes = solve_there(left, options, out, factors, start, interrupt);
    } else {
        HostReports reports(left.size());
        const bool expands = factors.log_r != nullptr;
        Start restricted = start;
        if (start.r != nullptr && all.size() == 1)
            restricted = reduction.restricted(start);
        std::optional<FactorArrays> found;
        if (expands)
            found.emplace(left.front());
        regimes = solve_there(left, options, reports.arrays(),
                              expands ? found->get() : Factors{}, restricted, interrupt);
        for (std::size_t n = 0; n < left.size(); ++n)
            report_reduced(all[places[n]], reports.arrays(), n, out, places[n]);
        if (expands)
            reduction.expand(found->get(), factors);
    }
    for (std::size_t n = 0; n < left.size(); ++n)
        outcomes[places[n]].regime = regimes[n];
    return outcomes;
}

std::vector<Outcome> solve_host_arrays(const std::vector<Problem>& problems,
                                       const SolveOptions& options, const ReportArrays& out,
                                       const Factors& factors, const Start& start,
                                       Interrupt& interrupt) {
    Reduction reduction(problems, options, factors, start.r == nullptr || problems.size() == 1);
    return solve_reduced(reduction, options, out, factors, start, interrupt);
}

} // namespace fourfold
