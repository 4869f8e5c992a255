// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace fourfold {

// A sum of doubles that also keeps what each addition rounded away: of a million terms of one sign it
// is right to two units in the last place (Neumaier 1974).
class CompensatedSum {
public:
    void add(double x) {
        const double sum = sum_ + x;
        if (std::isinf(sum)) { // of which nothing was rounded away
            sum_ = sum;
            return;
        }
        rest_ += std::abs(sum_) >= std::abs(x) ? (sum_ - sum) + x : (x - sum) + sum_;
        sum_ = sum;
    }
    double value() const { return sum_ + rest_; }
    double high() const { return sum_; }
    double low() const { return rest_; }

private:
    double sum_ = 0.0;
    double rest_ = 0.0;
};

} // namespace fourfold
