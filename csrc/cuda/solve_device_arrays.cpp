// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/solve_device_arrays.hpp"

#include <algorithm>
#include <optional>

#include "cuda/find_reducible.hpp"
#include "cuda/reports.hpp"
#include "cuda/transfer.hpp"

namespace fourfold {

namespace {

// A transfer of its own takes as long as so many bytes more of another one.
constexpr std::size_t kGapBytes = 65536;

// Copies of tables on the device, in memory of the host. What lies close together comes in one transfer.
class Fetched {
public:
    Fetched(const std::vector<Problem>& problems, const std::vector<std::size_t>& chosen,
            cudaStream_t stream) {
        std::size_t bytes = 0;
        for (std::size_t k : chosen) {
            const Problem& p = problems[k];
            copies_.push_back(p);
            bytes += (p.k1 + p.k2) * p.ky * sizeof(double);
        }
        Transfer transfer(stream, bytes);
        memory_.reserve(copies_.size());
        fetch(transfer, &Problem::p1y, &Problem::k1);
        fetch(transfer, &Problem::p2y, &Problem::k2);
    }

    const std::vector<Problem>& problems() const { return copies_; }

private:
    // One source of all problems.
    void fetch(Transfer& transfer, const double* Problem::* table,
               std::size_t Problem::* states) {
        for (std::size_t first = 0; first < copies_.size();) {
            const double* const begin = copies_[first].*table;
            const double* end = begin;
            std::size_t last = first;
            for (; last < copies_.size(); ++last) {
                const Problem& p = copies_[last];
                const double* const next = p.*table;
                if (last > first && (next < end || static_cast<std::size_t>(next - end) >
                                                       kGapBytes / sizeof(double)))
                    break;
                end = next + p.*states * p.ky;
            }
            memory_.emplace_back(static_cast<std::size_t>(end - begin));
            transfer.to_host(begin, memory_.back().size(), memory_.back().data());
            for (; first < last; ++first)
                copies_[first].*table = memory_.back().data() + (copies_[first].*table - begin);
        }
    }

    std::vector<Problem> copies_;
    std::vector<std::vector<double>> memory_;
};

std::vector<Outcome> outcomes_of(const std::vector<Problem>& problems,
                                 const std::vector<Regime>& regimes) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(problems.size());
    for (std::size_t k = 0; k < problems.size(); ++k)
        outcomes.push_back({regimes[k], problems[k].k1, problems[k].k2, problems[k].ky});
    return outcomes;
}

void send_factors(Transfer& transfer, const Problem& p, const Factors& from,
                  const Factors& to) {
    transfer.to_device(from.log_r, p.k1 * p.k2, to.log_r);
    transfer.to_device(from.a, p.k1 * p.ky, to.a);
    transfer.to_device(from.b, p.k2 * p.ky, to.b);
}

// A single problem that was reduced or solved; `here` is its copy on the host.
std::vector<Outcome> solve_single(const Problem& here, Reduction& reduction,
                                  const SolveOptions& options, const ReportArrays& out,
                                  const Factors& factors, const Start& start,
                                  Interrupt& interrupt, cudaStream_t stream) {
    Transfer transfer(stream, here.k1 * here.k2 * sizeof(double));
    const bool solved = reduction.problems()[0].is_solved();
    std::optional<FactorArrays> found, started;
    if (factors.log_r != nullptr)
        found.emplace(here);
    if (start.r != nullptr && !solved) {
        started.emplace(here);
        const Factors copy = started->get();
        transfer.to_host(start.r, here.k1 * here.k2, copy.log_r);
        transfer.to_host(start.a, here.k1 * here.ky, copy.a);
        transfer.to_host(start.b, here.k2 * here.ky, copy.b);
    }
    HostReports reports(1);
    std::vector<Outcome> outcomes;
    if (solved && found) // once more, now that it is known to have them
        Reduction({here}, options, found->get(), true);
    outcomes =
        solve_reduced(reduction, options, reports.arrays(), found ? found->get() : Factors{},
                      started ? started->as_start() : Start{}, interrupt);
    for_fields(reports.arrays(), out,
               [&](const auto* from, auto* to) { transfer.to_device(from, 1, to); });
    if (found)
        send_factors(transfer, here, found->get(), factors);
    transfer.flush();
    return outcomes;
}

} // namespace

std::vector<Outcome> solve_device_arrays(const std::vector<Problem>& problems,
                                         const SolveOptions& options, const ReportArrays& out,
                                         const Factors& factors, const Start& start,
                                         Interrupt& interrupt, cudaStream_t stream) {
    const std::size_t count = problems.size();
    const bool single = count == 1;
    const auto as_given = [&] {
        return outcomes_of(
            problems, solve_cuda(problems, options, out, factors, start, interrupt, stream));
    };
    // one problem's marginals are small beside its solve
    const std::vector<std::size_t> chosen =
        single ? std::vector<std::size_t>{0} : find_reducible(problems, options, stream);
    if (chosen.empty())
        return as_given();
    const Fetched here(problems, chosen, stream);
    Reduction reduction(here.problems(), options, Factors{}, start.r == nullptr || single);
    if (single) {
        const Reduced& reduced = reduction.problems()[0];
        if (reduced.whole && !reduced.is_solved())
            return as_given();
        return solve_single(here.problems()[0], reduction, options, out, factors, start,
                            interrupt, stream);
    }
    std::optional<FactorArrays> started; // the same for all
    if (start.r != nullptr) {
        started.emplace(problems[0]);
        const Problem& p = problems[0];
        Transfer transfer(stream, p.k1 * p.k2 * sizeof(double));
        transfer.to_host(start.r, p.k1 * p.k2, started->get().log_r);
        transfer.to_host(start.a, p.k1 * p.ky, started->get().a);
        transfer.to_host(start.b, p.k2 * p.ky, started->get().b);
    }
    HostReports of_chosen(chosen.size()), all(count);
    const std::vector<Outcome> found =
        solve_reduced(reduction, options, of_chosen.arrays(), Factors{},
                      started ? started->as_start() : Start{}, interrupt);
    std::vector<Problem> others;
    std::vector<std::size_t> places;
    for (std::size_t k = 0, n = 0; k < count; ++k) {
        if (n < chosen.size() && chosen[n] == k) {
            ++n;
            continue;
        }
        others.push_back(problems[k]);
        places.push_back(k);
    }
    std::vector<Outcome> outcomes(count);
    const auto put = [&](const ReportArrays& from, const std::vector<std::size_t>& to,
                         const std::vector<Outcome>& how) {
        for_fields(from, all.arrays(), [&](const auto* one, auto* whole) {
            for (std::size_t n = 0; n < to.size(); ++n)
                whole[to[n]] = one[n];
        });
        for (std::size_t n = 0; n < to.size(); ++n)
            outcomes[to[n]] = how[n];
    };
    put(of_chosen.arrays(), chosen, found);
    Transfer transfer(stream, count * sizeof(double));
    if (!others.empty()) {
        const DeviceReports there(others.size(), stream);
        HostReports of_others(others.size());
        const std::vector<Regime> regimes =
            solve_cuda(others, options, there.arrays(), Factors{}, start, interrupt, stream);
        fetch_reports(transfer, there.arrays(), others.size(), of_others.arrays());
        put(of_others.arrays(), places, outcomes_of(others, regimes));
    }
    for_fields(all.arrays(), out,
               [&](const auto* from, auto* to) { transfer.to_device(from, count, to); });
    transfer.flush();
    return outcomes;
}

} // namespace fourfold
