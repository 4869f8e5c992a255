// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/coarse/nearest_mean.hpp"
#include "core/coarse/principal_direction.hpp"

namespace fourfold {

// States of one source in groups of similar posteriors, each to become one state. A group g with masses
// P(g,y) loses, of I(X;Y) in nats,
//     sum over its states and y of p(i,y) log p(y|i)  -  sum_y P(g,y) log P(y|g),
// the mean divergence of its states' posteriors from that of the group.
class StateGroups {
public:
    // One group of all states of p (states, ky) that have mass; p must outlive the use.
    void assign(const double* p, std::size_t states, std::size_t ky);

    std::size_t size() const { return groups_.size(); }
    double loss() const { return loss_; }

    // What the group that loses most does; 0 where nothing is left to be gained.
    double largest_loss() const;

    // Splits that group in two, along the direction in which the roots of its posteriors are spread.
    void split_largest();

    // Lets each state choose the group of the nearest mean; groups that none chose are gone. No loss
    // is larger after it.
    void choose_again(NearestMean& nearest);

    // Makes each state a group.
    void separate();

    // The number of each state's group (states), in the order of the groups' first states; 0 of states
    // without mass.
    void number(std::int64_t* group) const;

    // The masses of the groups (size(), ky), so numbered. Returns their loss in nats, and what rounding
    // may hide of it: exactly 0 where each state is a group.
    double sum(const std::int64_t* group, double* p) const;

private:
    struct Group {
        std::size_t begin, end; // of order_
        double loss;
    };

    static constexpr double kLeastLog = -700.0;

    Group group_of(std::size_t begin, std::size_t end);
    void push(const Group& group);
    void add_masses(std::size_t begin, std::size_t end);
    double information_of(const double* row) const;

    const double* p_ = nullptr;
    std::size_t states_ = 0, ky_ = 0;
    double loss_ = 0.0;
    std::vector<std::size_t> order_, spare_; // states, those of a group together
    std::vector<Group> groups_;              // a heap, the largest loss first
    std::vector<double> roots_, mass_, information_;
    std::vector<double> sums_, logs_, along_;
    std::vector<std::uint32_t> chosen_;
    PrincipalDirection direction_;
};

} // namespace fourfold
