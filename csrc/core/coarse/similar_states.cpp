// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/coarse/similar_states.hpp"

#include <algorithm>

#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// Steps of Lloyd's. Three take about a third off what a tree loses, more hardly any more.
constexpr int kSteps = 3;
// How far the tree is grown before these, and the groups after them, before the last one: of what may
// be lost.
constexpr double kTreeLoses = 1.45;
constexpr double kThenLoses = 1.03;

void check(Interrupt& interrupt) {
    if (interrupt.requested())
        throw Interrupted();
}

} // namespace

void GroupedStates::read(const StateGroups& groups, std::size_t states, std::size_t ky) {
    group.resize(states);
    p.resize(groups.size() * ky);
    groups.number(group.data());
    loss = groups.sum(group.data(), p.data());
}

SimilarStates::SimilarStates(const Problem& problem, double most, NearestMean& nearest,
                             Interrupt& interrupt)
    : problem_(problem) {
    sources_[0].assign(problem.p1y, problem.k1, problem.ky);
    sources_[1].assign(problem.p2y, problem.k2, problem.ky);
    if (estimate() > most) {
        split_to(kTreeLoses * most, interrupt);
        for (int step = 0; step < kSteps; ++step)
            choose_again(nearest);
        if (estimate() > kThenLoses * most) {
            split_to(kThenLoses * most, interrupt);
            choose_again(nearest);
        }
    }
    split_to(most, interrupt);
    read();
    // rounding
    for (double target = most; loss() > most && target > 0.0;) {
        target -= 1.01 * (loss() - most);
        split_to(std::max(target, 0.0), interrupt);
        read();
    }
    if (loss() > most) {
        for (StateGroups& source : sources_)
            source.separate();
        read();
    }
}

void SimilarStates::choose_again(NearestMean& nearest) {
    for (StateGroups& source : sources_)
        source.choose_again(nearest);
}

void SimilarStates::read() {
    found_[0].read(sources_[0], problem_.k1, problem_.ky);
    found_[1].read(sources_[1], problem_.k2, problem_.ky);
}

void SimilarStates::split_to(double most, Interrupt& interrupt) {
    while (estimate() > most) {
        check(interrupt);
        StateGroups& larger =
            sources_[sources_[1].largest_loss() > sources_[0].largest_loss() ? 1 : 0];
        if (!(larger.largest_loss() > 0.0))
            return;
        larger.split_largest();
    }
}

} // namespace fourfold
