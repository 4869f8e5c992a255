// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/binary/roc_curve.hpp"
#include "core/binary/roc_hull.hpp"

namespace fourfold {

// A source drawn from the hull of several, whose curve lies nowhere above it: which mass of which edge
// goes to which state, so that each state has its posterior. State by state, by odds, each takes the one
// stretch of what the others have left of the hull that has its mass and its mean (the left-curtain
// martingale coupling of Beiglboeck and Juillet 2016): one entry for each edge and two for each
// state at most, but for what rounding splits.
class LeftCurtain {
public:
    struct Share {
        std::uint32_t edge;
        std::uint32_t state;
        double mass;
    };

    void assign(const RocHull& hull, const RocCurve& curve);

    const std::vector<Share>& shares() const { return shares_; }

private:
    struct Piece {
        std::size_t edge;
        double mass;
    };

    void draw_hull(const RocHull& hull);
    void take(std::size_t state, double mass, double zero);
    void pass(double mass, double zero);
    void give(std::size_t edge, std::size_t state, double mass);
    double give_left(std::size_t state, double mass);
    std::size_t edge_at(double mass) const;
    double zero_up_to(double mass) const;
    double zero_of(std::size_t edge, double begin, double mass) const;
    double rounding_of(std::size_t edge, double begin, double mass) const;
    double solve(double part, double target, double low, double high) const;

    // Along the hull: mass and mass of class 0 up to each corner, and the part of class 0 on each edge,
    // which grows.
    std::vector<double> mass_, zero_, part_;
    // Of the hull up to `reached_`, on the edge `edge_`, this is left; from there on it is whole.
    std::vector<Piece> left_;
    double reached_ = 0.0;
    std::size_t edge_ = 0;
    std::vector<Share> shares_;
};

} // namespace fourfold
