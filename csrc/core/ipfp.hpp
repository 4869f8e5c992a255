// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/certificate.hpp"
#include "core/fit_marginals.hpp"
#include "core/momentum.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// The marginals may be off by this part of what the last outer step moved. A fixed one or two
// sweeps is enough on dense tables, but on sparse counts the iterate then leaves the marginals
// and cycles.
inline constexpr double kViolationPerChange = 0.2;
// The outer step is r <- r * M^kRelaxation. With momentum it diverges from 4/3 on.
inline constexpr double kRelaxation = 1.2;

// Every so many outer steps the factors go into their average: more often gains nothing.
inline constexpr long kAverageEvery = 4;
// The n-th of them with a weight like n^1.5 among those so far: late ones count for more, and
// the average still spans the oscillations of the momentum.
inline constexpr double kAveragePower = 1.5;

// When to pay for the next certificate, which costs about one outer step: right after an average
// is taken, and when the gap may have fallen to the tolerance. Were it to fall like the fifth
// power of the step count, which is more than it does in the long run, that were after
// (gap / tol)^(1/5) times as many steps; but where few pairs are alive it may fall at any time.
FOURFOLD_HOST_DEVICE inline long next_check(long iteration, double gap, double tol) {
    constexpr double kPower = 5.0, kLeast = 13.0 / 12.0, kMost = 1.25;
    const double ratio = std::clamp(std::pow(gap / tol, 1.0 / kPower), kLeast, kMost);
    const auto averages = static_cast<long>((ratio - 1.0) * static_cast<double>(iteration) /
                                            static_cast<double>(kAverageEvery));
    return iteration + kAverageEvery * std::max<long>(1, averages);
}

// Accelerated iterative proportional fitting for v* = min I_q(X1,X2;Y) over the q that keep
// p(x1,y) and p(x2,y). Two nested projections in Kullback-Leibler divergence (Banerjee, Rauh,
// Montufar 2018): the inner one scales r(i,j) to both marginals for every y, the outer one
// replaces r by sum_y q. In factored form the outer one is r <- r * M, a proximal point step; it
// is over-relaxed, and log r is extrapolated with momentum.
//
// What is here is all that a solve holds beside the back end's iterate, so that it can be left and
// taken up again.
class Ipfp {
public:
    // Starts from the back end's iterate, reached in `iterations` steps.
    FOURFOLD_HOST_DEVICE explicit Ipfp(long iterations)
        : start_(iterations), check_at_(iterations) {}

    // Goes on until the gap is at most options.tol, for options.max_iter outer steps, or until
    // give_up(report), asked after each certificate, is true. True then; false where it stopped
    // before outer step `pause_at`, to be called again.
    //
    // `report` continues from what it holds: its lower bound is one known beforehand. Its interval
    // is that of the iterate at which this ended, so `upper` is the value of the coupling in the
    // back end.
    template <class Backend, class GiveUp>
    FOURFOLD_HOST_DEVICE bool run(Backend& backend, const SolveOptions& options,
                                  SolveReport& report, const GiveUp& give_up,
                                  long pause_at = std::numeric_limits<long>::max()) {
        static_assert(is_backend_v<Backend>, "see fourfold/backend.hpp");
        while (report.iterations < pause_at) {
            const bool fits = fit_marginals(backend, kViolationPerChange * change_,
                                            kMostSweeps<Backend>, report);
            const long steps = report.iterations - start_;
            if (steps % kAverageEvery == 0) {
                const double averaged = static_cast<double>(steps / kAverageEvery);
                backend.average((kAveragePower + 1.0) / (averaged + kAveragePower + 1.0));
            }
            const bool last = report.iterations >= options.max_iter;
            if (report.iterations == check_at_ || last) {
                // first the one that is usually higher: the pair of the other is then not written
                raise_lower(backend, backend.averaged_lower(), report);
                backend.shrink();
                const Bounds bounds = backend.certificate();
                raise_lower(backend, bounds.lower, report);
                report.upper = bounds.upper;
                if (report.upper - report.lower <= options.tol || last || give_up(report))
                    return true;
                check_at_ =
                    next_check(report.iterations, report.upper - report.lower, options.tol);
            }
            // The step from an unfinished projection says nothing of where the next one will lead:
            // extrapolating it throws almost disconnected states about for thousands of steps.
            if (!fits)
                momentum_.restart();
            const Step step = backend.step(kRelaxation, momentum_.weight());
            if (step.alignment < 0.0 && momentum_.weight() > 0.0) {
                momentum_.restart();
                backend.restart();
            }
            momentum_.advance();
            change_ = step.change;
            ++report.iterations;
        }
        return false;
    }

private:
    Momentum momentum_;
    double change_ = 1.0;
    long start_;
    long check_at_;
};

// The whole of it.
template <class Backend, class GiveUp>
FOURFOLD_HOST_DEVICE void ipfp(Backend& backend, const SolveOptions& options,
                               SolveReport& report, const GiveUp& give_up) {
    Ipfp(report.iterations).run(backend, options, report, give_up);
}

} // namespace fourfold
