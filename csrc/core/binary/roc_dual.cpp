// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/binary/roc_dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/compensated_sum.hpp"

namespace fourfold {

namespace {

// int ds/s between thresholds of these odds, 0 <= low < high, of which either may be infinite
double log_ratio_of_one(double low, double high) {
    if (low == 0.0)
        return std::numeric_limits<double>::infinity();
    return std::log1p(std::isinf(high) ? 1.0 / low : (high - low) / (low * (1.0 + high)));
}

// int ds/(1-s)
double log_ratio_of_zero(double low, double high) {
    return std::log1p((high - low) / (1.0 + low));
}

} // namespace

void RocDual::assign(const std::vector<OddsRange>& ranges, std::size_t source) {
    own_.clear();
    for (const OddsRange& range : ranges)
        if (range.source == source && range.low < range.high)
            own_.push_back(range);
    const std::size_t n = own_.size();
    above_.assign(n + 1, 0.0);
    below_.assign(n + 1, 0.0);
    CompensatedSum above, below;
    for (std::size_t k = 0; k < n; ++k) {
        above.add(log_ratio_of_one(own_[k].low, own_[k].high));
        above_[k + 1] = above.value();
    }
    for (std::size_t k = n; k-- > 0;) {
        below.add(log_ratio_of_zero(own_[k].low, own_[k].high));
        below_[k] = below.value();
    }
    at_ = 0;
}

RocDual::Logs RocDual::next(double odds) {
    while (at_ < own_.size() && own_[at_].low >= odds)
        ++at_;
    if (at_ == own_.size() || own_[at_].high <= odds)
        return {-below_[at_], -above_[at_]};
    return {-(below_[at_ + 1] + log_ratio_of_zero(own_[at_].low, odds)),
            -(above_[at_] + log_ratio_of_one(odds, own_[at_].high))};
}

} // namespace fourfold
