// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/binary/roc_curve.hpp"

// Theorem. Of a target Y with two classes and any number of sources, v* = I(J;Y), where J is the
// source whose ROC curve is the upper concave hull of those of all sources.
//
// Proof. Write Z >= X where X can be drawn from Z alone (Blackwell). Of two classes that is so exactly
// where the curve of Z lies nowhere below that of X. (>=) Under any q with the given marginals
// (X1, ..., Xn) >= each Xi, so its curve lies on or above all of them, and, being concave, above
// their hull: I_q(X1,...,Xn;Y) >= I(J;Y). (<=) J >= each Xi: draw the Xi from J, independently. That
// keeps each p(xi,y), and I(X1,...,Xn;Y) <= I(J;Y).                                              QED
//
// In docs/binary-targets.md with its sources.
namespace fourfold {

// A run of thresholds, in odds low to high, at which one source is worth most: where the hull's corner
// that serves somebody with these odds at stake is one of that source's curve.
struct OddsRange {
    double low = 0.0;
    double high = 0.0;
    std::size_t source = 0;
};

// The upper concave hull of ROC curves. Buffers are reused by the next assign().
class RocHull {
public:
    static constexpr std::size_t kAnySource = static_cast<std::size_t>(-1);
    struct Corner {
        RocPoint at;
        std::size_t source; // on whose curve it is; kAnySource at both ends
    };

    // Of curves on one grid.
    void assign(const std::vector<RocCurve>& curves, double per_unit);

    // From (0, 0) to the masses of the classes; edges are by their odds, largest first.
    const std::vector<Corner>& corners() const { return corners_; }
    // Mass of class 0 and of class 1 on the edge from corner k to the next.
    double mass0(std::size_t k) const;
    double mass1(std::size_t k) const;
    double mass(std::size_t k) const { return mass0(k) + mass1(k); }

    // H(Y | J), nats.
    double remaining_entropy() const;

    // By how much I(J;Y) may be below v*, as points of curves are rounded, nats: see roc_hull.cpp.
    double slack() const;

    // Thresholds by the source that is worth most there, largest odds first, from infinite ones to 0.
    const std::vector<OddsRange>& ranges() const { return ranges_; }

private:
    void add(const RocPoint& point, std::size_t source);
    void find_ranges();

    std::vector<Corner> corners_;
    std::vector<OddsRange> ranges_;
    std::vector<std::size_t> next_;
    double per_unit_ = 1.0;
    double missed_ = 0.0; // mass by which the ends of the curves differ
};

} // namespace fourfold
