// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/binary/roc_curve.hpp"
#include "core/binary/roc_hull.hpp"

namespace fourfold {

// The dual variables of one source of a binary target in closed form, from the thresholds W that are
// given to it: of a state with odds o, that is at threshold t = o / (1 + o),
//   log a(1) = - int of W above t of ds / s          log a(0) = - int of W below t of ds / (1 - s).
// However all thresholds are shared out among the sources, sum_y prod a(y) <= 1 for any states: with
// log t = - int_t^1 ds/s and log(1-t) = - int_0^t ds/(1-s),
//   t log t + (1-t) log(1-t) >= (1-t) sum log a(0) + t sum log a(1)   for every t,
// as at s the left side has the smaller of t/s and (1-t)/(1-s) and the right side either, both
// negative; and the largest of -(1-t) log(1-t) - t log t + (1-t) A0 + t A1 over t is log(e^A0 + e^A1).
// Shared out by which source is worth most at s, H(Y) + the sum of p log a is v*.
class RocDual {
public:
    // The thresholds of `source` among those of the hull.
    void assign(const std::vector<OddsRange>& ranges, std::size_t source);

    struct Logs {
        double zero, one;
    };
    // Of states whose odds do not grow from one call to the next; each to a few units of its last
    // place, as a sum of terms of one sign.
    Logs next(double odds);

private:
    std::vector<OddsRange> own_; // largest odds first
    std::vector<double> above_;  // int ds/s over those before each of them
    std::vector<double> below_;  // int ds/(1-s) over each and those after it
    std::size_t at_ = 0;         // of own_, the first that is not all above the odds
};

} // namespace fourfold
