// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/binary/left_curtain.hpp"

#include <algorithm>
#include <limits>

namespace fourfold {

void LeftCurtain::assign(const RocHull& hull, const RocCurve& curve) {
    draw_hull(hull);
    left_.clear();
    shares_.clear();
    reached_ = 0.0;
    edge_ = 0;
    for (std::size_t k = 0; k < curve.size(); ++k) {
        const auto [zero, one] = curve.masses(k);
        if (zero + one > 0.0)
            take(curve.state(k), zero + one, zero);
    }
}

void LeftCurtain::draw_hull(const RocHull& hull) {
    const std::size_t edges = hull.corners().size() - 1;
    mass_.assign(1, 0.0);
    zero_.assign(1, 0.0);
    part_.clear();
    for (std::size_t k = 0; k < edges; ++k) {
        const double zero = hull.mass0(k), mass = hull.mass(k);
        mass_.push_back(mass_.back() + mass);
        zero_.push_back(zero_.back() + zero);
        part_.push_back(zero / mass);
    }
}

// The edge on which so much mass of the hull is reached; the last one at its end.
std::size_t LeftCurtain::edge_at(double mass) const {
    const auto next = std::upper_bound(mass_.begin() + 1, mass_.end() - 1, mass);
    return static_cast<std::size_t>(next - mass_.begin()) - 1;
}

double LeftCurtain::zero_up_to(double mass) const {
    const std::size_t k = edge_at(mass);
    return zero_[k] + part_[k] * (mass - mass_[k]);
}

// Class 0 of so much mass of the hull from `begin` on, a place on edge k. A mass that no sum would
// notice has its own as well.
double LeftCurtain::zero_of(std::size_t k, double begin, double mass) const {
    const double end = begin + mass;
    if (end <= mass_[k + 1])
        return part_[k] * mass;
    return zero_up_to(end) - (zero_[k] + part_[k] * (begin - mass_[k]));
}

// By how much that may be off.
double LeftCurtain::rounding_of(std::size_t k, double begin, double mass) const {
    constexpr double kUnits = 8.0 * std::numeric_limits<double>::epsilon();
    return kUnits * (begin + mass <= mass_[k + 1] ? mass : mass_.back());
}

// Where zero_up_to(z) - part z, which does not fall between low and high, comes to the target.
double LeftCurtain::solve(double part, double target, double low, double high) const {
    std::size_t first = edge_at(low), last = edge_at(high) + 1; // corners on either side
    while (first + 1 < last) {
        const std::size_t middle = first + (last - first) / 2;
        if (zero_[middle] - part * mass_[middle] <= target)
            first = middle;
        else
            last = middle;
    }
    const double slope = part_[first] - part;
    const double more = std::max(target - (zero_[first] - part * mass_[first]), 0.0);
    const double z = slope > 0.0 ? mass_[first] + more / slope : mass_[first];
    return std::clamp(std::min(z, mass_[last]), low, high);
}

void LeftCurtain::give(std::size_t edge, std::size_t state, double mass) {
    if (mass > 0.0)
        shares_.push_back(
            {static_cast<std::uint32_t>(edge), static_cast<std::uint32_t>(state), mass});
}

// Gives a state at most so much of what was left last; returns how much.
double LeftCurtain::give_left(std::size_t state, double mass) {
    Piece& piece = left_.back();
    const double taken = std::min(piece.mass, mass);
    give(piece.edge, state, taken);
    piece.mass -= taken;
    if (!(piece.mass > 0.0))
        left_.pop_back();
    return taken;
}

// Moves `reached_` on to where a stretch of this mass has so much of class 0, and leaves what it passes.
void LeftCurtain::pass(double mass, double zero) {
    const double total = mass_.back();
    for (; edge_ + 1 < part_.size(); ++edge_) {
        const double corner = mass_[edge_ + 1];
        if (corner + mass > total || zero_of(edge_ + 1, corner, mass) >= zero)
            break;
        left_.push_back({edge_, corner - reached_});
        reached_ = corner;
    }
    const double part = part_[edge_];
    const double target = zero + zero_up_to(reached_) - part * (reached_ + mass);
    const double high = std::min(mass_[edge_ + 1] + mass, total);
    const double end = solve(part, target, std::min(reached_ + mass, high), high);
    const double passed = std::min(end - mass, mass_[edge_ + 1]) - reached_;
    if (passed > 0.0) {
        left_.push_back({edge_, passed});
        reached_ += passed;
    }
}

// The stretch of the last state was where what is left and what is whole meet. Posteriors being in
// order, this one is about that place, or further on.
void LeftCurtain::take(std::size_t state, double mass, double zero) {
    const double total = mass_.back();
    double whole = mass; // of the stretch, what is to come from the whole part
    double needed = zero;
    const auto take_left = [&](double most) {
        const double part = part_[left_.back().edge];
        const double taken = give_left(state, most);
        whole -= taken;
        needed -= part * taken;
    };
    while (reached_ + whole > total && !left_.empty())
        take_left(reached_ + whole - total);
    if (reached_ + whole <= total) {
        const double rounding = rounding_of(edge_, reached_, whole);
        const double found = zero_of(edge_, reached_, whole);
        if (found < needed - rounding)
            pass(whole, needed);
        else if (found > needed + rounding)
            while (!left_.empty() && whole > 0.0) {
                const auto [edge, piece] = left_.back();
                const double part = part_[edge];
                if (piece <= whole &&
                    zero_of(edge_, reached_, whole - piece) >= needed - part * piece) {
                    take_left(piece);
                    continue;
                }
                const double end = reached_ + whole;
                const double target = needed + zero_up_to(reached_) - part * end;
                const double least = std::max(end - piece, reached_);
                take_left(end - solve(part, target, least, end));
                break;
            }
    }
    const double end = std::min(reached_ + whole, total);
    while (edge_ + 1 < part_.size() && mass_[edge_ + 1] <= end) {
        give(edge_, state, mass_[edge_ + 1] - reached_);
        whole -= mass_[edge_ + 1] - reached_;
        reached_ = mass_[++edge_];
    }
    give(edge_, state, whole);
    reached_ = std::max(end, reached_);
}

} // namespace fourfold
