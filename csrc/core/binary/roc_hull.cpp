// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/binary/roc_hull.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/binary/compensated_sum.hpp"

namespace fourfold {

namespace {

using Wide = __int128;

// Whether `middle` lies on or below the line from `from` to `to`; exact.
bool is_below(const RocPoint& from, const RocPoint& middle, const RocPoint& to) {
    const Wide left = Wide{middle.x - from.x} * Wide{to.y - middle.y};
    const Wide right = Wide{middle.y - from.y} * Wide{to.x - middle.x};
    return left >= right;
}

bool is_before(const RocPoint& one, const RocPoint& other) {
    return one.x < other.x || (one.x == other.x && one.y < other.y);
}

} // namespace

void RocHull::assign(const std::vector<RocCurve>& curves, double per_unit) {
    per_unit_ = per_unit;
    corners_.assign(1, {RocPoint{}, kAnySource});
    next_.assign(curves.size(), 0);
    // the points of all curves from left to right; each curve has its own in order
    for (;;) {
        std::size_t first = kAnySource;
        for (std::size_t c = 0; c < curves.size(); ++c)
            if (next_[c] < curves[c].size() &&
                (first == kAnySource ||
                 is_before(curves[c].point(next_[c]), curves[first].point(next_[first]))))
                first = c;
        if (first == kAnySource)
            break;
        add(curves[first].point(next_[first]++), first);
    }
    RocPoint end = curves[0].end(), least = end;
    for (const RocCurve& curve : curves) {
        const RocPoint last = curve.end();
        end = {std::max(end.x, last.x), std::max(end.y, last.y)};
        least = {std::min(least.x, last.x), std::min(least.y, last.y)};
    }
    missed_ = static_cast<double>(end.x - least.x + end.y - least.y) / per_unit_;
    add(end, kAnySource);
    find_ranges();
}

void RocHull::add(const RocPoint& point, std::size_t source) {
    while (corners_.size() > 1 &&
           is_below(corners_[corners_.size() - 2].at, corners_.back().at, point))
        corners_.pop_back();
    corners_.push_back({point, source});
}

double RocHull::mass0(std::size_t k) const {
    return static_cast<double>(corners_[k + 1].at.x - corners_[k].at.x) / per_unit_;
}

double RocHull::mass1(std::size_t k) const {
    return static_cast<double>(corners_[k + 1].at.y - corners_[k].at.y) / per_unit_;
}

double RocHull::remaining_entropy() const {
    CompensatedSum sum;
    for (std::size_t k = 0; k + 1 < corners_.size(); ++k) {
        const double zero = mass0(k), one = mass1(k);
        if (zero > 0.0 && one > 0.0)
            sum.add(zero * std::log1p(one / zero) + one * std::log1p(zero / one));
    }
    return sum.value();
}

// By how much I(J;Y) may be below v*. The hull is exact, of points that are not: a curve may lie above
// it by up to
//   - two units of the grid, as sums are rounded to it,
//   - epsilon times the mass, as states whose odds differ by less than that may be in either order,
//   - the mass by which the ends of the curves differ, as p(y) of the two sources does by rounding;
// altogether d. What a source is worth to somebody who bets at threshold s (in units of the loss when
// wrong) is E(s) = max over its curve of (1-s) y - s x, and
//   I(X;Y) = int (E(s) - max(P1 - s, 0)) ds / (s (1-s)),  0 <= E(s) - max(P1 - s, 0) <= min(s, 1-s),
// for masses of the classes P0 + P1 = 1. v* is the same integral of the largest E, which is that of
// the hull plus at most min(d, s, 1-s):
//   2 int_0^(1/2) min(d, s) ds / (s (1-s)) <= 2 d (1 + d) + 2 d log(1/d).
double RocHull::slack() const {
    const RocPoint& end = corners_.back().at;
    const double mass = static_cast<double>(end.x + end.y) / per_unit_;
    if (!(mass > 0.0))
        return 0.0;
    const double d =
        std::numeric_limits<double>::epsilon() + (2.0 / per_unit_ + missed_) / mass;
    return 2.0 * mass * d * (1.0 + d - std::log(d));
}

// A corner serves the odds between those of the edges on its two sides.
void RocHull::find_ranges() {
    ranges_.clear();
    double high = std::numeric_limits<double>::infinity();
    std::size_t source = kAnySource;
    for (std::size_t k = 0; k + 1 < corners_.size(); ++k) {
        const std::size_t next = corners_[k + 1].source;
        if (next == kAnySource || next == source)
            continue;
        // the first corner is on all curves
        if (source != kAnySource) {
            const double low = std::min(high, mass1(k) / mass0(k));
            ranges_.push_back({low, high, source});
            high = low;
        }
        source = next;
    }
    ranges_.push_back({0.0, high, source == kAnySource ? 0 : source});
}

} // namespace fourfold
