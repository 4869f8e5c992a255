// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/coarse/nearest_mean.hpp"
#include "core/coarse/state_groups.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// What became of the states of one source.
struct GroupedStates {
    std::vector<std::int64_t> group; // (states); 0 of those without mass
    std::vector<double> p;           // masses of the groups (groups, ky)
    double loss = 0.0;               // of I(X;Y), nats, rounding covered

    void read(const StateGroups& groups, std::size_t states, std::size_t ky);
};

// Puts the states of both sources of a problem into few groups that together lose at most `most` nats of
// I(X1;Y) and I(X2;Y): a tree of splits, the group that loses most first, and steps of Lloyd's
// (docs/decisions/coarsening.md). With d1 and d2 what is lost,
//     v*(groups) <= v* <= v*(groups) + d1 + d2                   (docs/embeddings.md, Lemma B).
class SimilarStates {
public:
    // Throws Interrupted.
    SimilarStates(const Problem& problem, double most, NearestMean& nearest,
                  Interrupt& interrupt);

    // X1 and X2 as given.
    const GroupedStates& source(std::size_t k) const { return found_[k]; }
    double loss() const { return found_[0].loss + found_[1].loss; }

private:
    void split_to(double loss, Interrupt& interrupt);
    void choose_again(NearestMean& nearest);
    void read();
    double estimate() const { return sources_[0].loss() + sources_[1].loss(); }

    Problem problem_;
    std::array<StateGroups, 2> sources_;
    std::array<GroupedStates, 2> found_;
};

} // namespace fourfold
