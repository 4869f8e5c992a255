// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace fourfold {

// A sum of doubles that also keeps what each addition rounded away (Knuth 1969): of a million terms of
// one sign it is right to two units in the last place.
class CompensatedSum {
public:
    void add(double x) {
        const double sum = sum_ + x;
        const double added = sum - sum_;
        rest_ += (sum_ - (sum - added)) + (x - added);
        sum_ = sum;
    }
    // Of infinite terms nothing was rounded away.
    double value() const { return std::isinf(sum_) ? sum_ : sum_ + rest_; }
    double high() const { return sum_; }
    double low() const { return rest_; } // of a finite sum

private:
    double sum_ = 0.0;
    double rest_ = 0.0;
};

} // namespace fourfold
