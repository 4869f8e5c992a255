// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>

namespace fourfold {

// Whether steps on active pairs have stopped to lead anywhere, from their certified bounds. On sparse
// counts the pairs that are kept may not carry the marginals, or fall apart into parts whose factors drift
// against each other, where steps over all pairs would go on (docs/decisions/active-pairs.md).
class PruneGuard {
public:
    enum class Verdict {
        kGoOn,
        kAllPairs, // from where the iterate is
        kAnew      // from the start: the factors have lost what they had reached
    };

    void reset() { *this = PruneGuard(); }

    // To be told of every certificate while pairs are left out, and after which step it was.
    Verdict after(double lower, double upper, long step) {
        lower_ = std::max(lower_, lower);
        const double gap = upper - lower_;
        if (upper - lower > kMostGrown * gap && gap_ < std::numeric_limits<double>::infinity())
            return Verdict::kAnew;
        if (!(gap > kLeastFall * gap_)) {
            gap_ = gap;
            step_ = step;
            certificates_ = 0;
            return Verdict::kGoOn;
        }
        ++certificates_;
        const bool long_ago =
            static_cast<double>(step) > kPatienceInSteps * static_cast<double>(step_);
        return certificates_ >= kPatience && long_ago ? Verdict::kAllPairs : Verdict::kGoOn;
    }

private:
    // A bound of the iterate and of its average is hardly ever worse than an earlier one by this factor
    // of the gap, but where factors drift by several decades of it.
    static constexpr double kMostGrown = 4.0;
    static constexpr double kLeastFall = 0.9;
    static constexpr int kPatience = 4;
    static constexpr double kPatienceInSteps = 1.25;

    double lower_ = -std::numeric_limits<double>::infinity();
    double gap_ = std::numeric_limits<double>::infinity();
    long step_ = 0; // at which the gap last fell
    int certificates_ = 0;
};

} // namespace fourfold
