// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "fourfold/problem.hpp"

namespace fourfold {

// Mass below which a cell is left out of the iteration. The loss is invisible in either bound:
// a cell of mass m can always be given a dual variable log a = -100 that leaves M <= 1 as it
// stands to 40 digits, at a cost of 100 m, and the primal, filled up by the remainder, changes
// by at most m log(K_Y / m). With a million such cells both are below 1e-21 nats, while
// everything that stays lies within the range of a double, products included.
inline constexpr double kNegligibleMass = 1e-30;

// A problem restricted to the states that have mass, and with the sources swapped where X2 has
// more states than X1: the Newton system is of the size of X2. Buffers are reused by the next
// assign().
class Support {
public:
    void assign(const Problem& given);

    const Problem& problem() const { return reduced_; }

    // Spreads factors of the reduced problem over the states of the full one; states without
    // mass get log_r = -inf, a = b = 0.
    void expand(const Factors& reduced, const Factors& given) const;

private:
    Problem full_; // sources swapped like those of reduced_
    Problem reduced_;
    bool swapped_ = false;
    std::vector<std::size_t> rows_, columns_, classes_;
    std::vector<double> p1y_, p2y_;
};

} // namespace fourfold
