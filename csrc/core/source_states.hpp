// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/compensated_sum.hpp"

namespace fourfold {

// The states of one source that a solve is to tell apart: those with mass, and of those whose posteriors
// p(y | state) are the same only one, which stands for the group. v* depends on a source through its
// posteriors only: whoever knows the group can draw the state by its share of the group's mass.
class SourceStates {
public:
    // The states of p (states, ky) with a cell above `least` in one of `classes`; smaller cells are
    // left out. p must outlive the use.
    void assign(const double* p, std::size_t states, std::size_t ky, double least,
                const std::vector<std::size_t>& classes);

    // Makes one state of those with the same posterior: equal zeros, and no class off by more than
    // kSamePosterior of itself. What merging loses of I(X;Y) is of second order in that, below 1e-25
    // of H(Y): nothing beside the margin that the bounds keep for rounding. Returns whether there were any. Costs a sort.
    bool merge_equal();

    // (size(), classes): what was given where nothing is left out or merged.
    const double* p() const { return p_; }
    std::size_t size() const { return groups_; }

    // Whether the states are those that were given, one for one, and all of their cells.
    bool is_complete() const { return complete_; }
    double left_out() const { return left_out_; } // mass of the cells that are

    // Of the k-th state with mass: its number among the given ones, its group, its share of that.
    std::size_t kept() const { return kept_.size(); }
    std::size_t given(std::size_t k) const { return kept_[k]; }
    std::size_t group(std::size_t k) const { return merged_ ? group_[k] : k; }
    double share(std::size_t k) const { return merged_ ? share_[k] : 1.0; }

    // After merge_equal() of both: the state of `other` that each state equals, in posterior and in
    // mass; false where there is none for one of them.
    bool matches(const SourceStates& other, std::vector<std::size_t>& match) const;

private:
    // Of the groups whose signatures are as near, so many are compared.
    static constexpr std::size_t kMostCompared = 8;

    void sort_by_signature();
    bool same_posterior(std::size_t k, std::size_t l) const;
    void sum_groups();

    std::size_t ky_ = 0; // classes that stay
    std::size_t groups_ = 0;
    const double* p_ = nullptr;
    bool complete_ = false, merged_ = false;
    double left_out_ = 0.0;
    std::vector<std::size_t> kept_, group_, first_;
    std::vector<std::size_t> order_; // groups by signature
    std::vector<double> share_, mass_, signature_, kept_p_, merged_p_;
    std::vector<CompensatedSum> sums_; // of the groups: each class, and the mass
};

} // namespace fourfold
