// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>

namespace fourfold {

// Whether steps on active pairs have stopped to lead anywhere, from their certified bounds. On sparse
// counts the pairs that are kept may not be able to carry the marginals, or come back without momentum
// for ever, where steps over all pairs would go on (docs/decisions/active-pairs.md).
class PruneGuard {
public:
    void reset() { *this = PruneGuard(); }

    // To be told of every certificate while pairs are left out, and after which step it was.
    bool gives_up(double lower, double upper, long step) {
        lower_ = std::max(lower_, lower);
        const double gap = upper - lower_;
        if (!(gap > kLeastFall * gap_)) {
            gap_ = gap;
            step_ = step;
            certificates_ = 0;
            return false;
        }
        ++certificates_;
        return certificates_ >= kPatience &&
               static_cast<double>(step) > kPatienceInSteps * static_cast<double>(step_);
    }

private:
    static constexpr double kLeastFall = 0.9;
    static constexpr int kPatience = 4;
    static constexpr double kPatienceInSteps = 1.25;

    double lower_ = -std::numeric_limits<double>::infinity();
    double gap_ = std::numeric_limits<double>::infinity();
    long step_ = 0; // at which the gap last fell
    int certificates_ = 0;
};

} // namespace fourfold
