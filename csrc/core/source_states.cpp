// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/source_states.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/posterior_signature.hpp"

namespace fourfold {

void SourceStates::assign(const double* p, std::size_t states, std::size_t ky, double least,
                          const std::vector<std::size_t>& classes) {
    merged_ = false;
    ky_ = classes.size();
    kept_.clear();
    for (std::size_t i = 0; i < states; ++i)
        if (std::any_of(classes.begin(), classes.end(),
                        [&](std::size_t y) { return p[i * ky + y] > least; }))
            kept_.push_back(i);
    groups_ = kept_.size();
    left_out_ = 0.0;
    complete_ = groups_ == states && ky_ == ky &&
                std::all_of(p, p + states * ky,
                            [least](double mass) { return mass > least || mass == 0.0; });
    if (complete_) { // a copy of large tables would be the larger part of the memory of a solve
        p_ = p;
        return;
    }
    kept_p_.clear();
    kept_p_.reserve(groups_ * ky_);
    for (std::size_t i : kept_)
        for (std::size_t y : classes) {
            const double mass = p[i * ky + y];
            kept_p_.push_back(mass > least ? mass : 0.0);
        }
    p_ = kept_p_.data();
    for (std::size_t k = 0; k < states * ky; ++k)
        if (!(p[k] > least))
            left_out_ += p[k];
    // a larger cell goes as well where its whole class has too little mass on the other side
    for (std::size_t y = 0; y < ky; ++y)
        if (!std::binary_search(classes.begin(), classes.end(), y))
            for (std::size_t i = 0; i < states; ++i)
                if (p[i * ky + y] > least)
                    left_out_ += p[i * ky + y];
}

// mass_ and signature_ of each state, a weighted sum of its posterior; order_ is that of the signatures.
void SourceStates::sort_by_signature() {
    mass_.resize(groups_);
    signature_.resize(groups_);
    order_.resize(groups_);
    std::vector<double>& weights = share_; // has the room, and is not in use yet
    weights.resize(std::max(groups_, ky_));
    for (std::size_t y = 0; y < ky_; ++y)
        weights[y] = weight_of_class(y);
    for (std::size_t k = 0; k < groups_; ++k) {
        const double* const row = p_ + k * ky_;
        double mass = 0.0, weighted = 0.0;
        for (std::size_t y = 0; y < ky_; ++y) {
            mass += row[y];
            weighted += weights[y] * row[y];
        }
        mass_[k] = mass;
        signature_[k] = weighted / mass;
    }
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(), [this](std::size_t k, std::size_t l) {
        return signature_[k] < signature_[l] || (signature_[k] == signature_[l] && k < l);
    });
}

bool SourceStates::same_posterior(std::size_t k, std::size_t l) const {
    const double* const one = p_ + k * ky_;
    const double* const other = p_ + l * ky_;
    const double ratio = mass_[k] / mass_[l];
    for (std::size_t y = 0; y < ky_; ++y)
        if (!are_near(one[y], ratio * other[y], kSamePosterior))
            return false;
    return true;
}

bool SourceStates::merge_equal() {
    merged_ = false;
    sort_by_signature();
    group_.resize(groups_);
    first_.clear(); // the first state of each group; groups in the order of their signatures
    for (std::size_t n = 0; n < order_.size(); ++n) {
        const std::size_t k = order_[n];
        std::size_t found = first_.size();
        for (std::size_t back = 1; back <= std::min(kMostCompared, first_.size()); ++back) {
            const std::size_t candidate = first_[first_.size() - back];
            // posteriors that are near in each class have sums that are
            if (!are_near(signature_[k], signature_[candidate], 2.0 * kSamePosterior))
                break;
            if (same_posterior(k, candidate)) {
                found = first_.size() - back;
                break;
            }
        }
        if (found == first_.size())
            first_.push_back(k);
        group_[k] = found;
    }
    if (first_.size() == groups_)
        return false;
    // groups in the order of their first states, so that what is solved does not hang on signatures;
    // order_ remains that of the signatures
    const std::size_t none = groups_;
    std::vector<std::size_t>& number = order_;
    number.assign(first_.size(), none);
    std::size_t next = 0;
    for (std::size_t k = 0; k < groups_; ++k) {
        std::size_t& of_group = number[group_[k]];
        if (of_group == none)
            of_group = next++;
        group_[k] = of_group;
    }
    merged_ = true;
    complete_ = false;
    sum_groups();
    return true;
}

void SourceStates::sum_groups() {
    groups_ = first_.size();
    // plain sums of a hundred thousand states would be off by more than the bounds allow for
    sums_.assign(groups_ * (ky_ + 1), CompensatedSum());
    for (std::size_t k = 0; k < kept_.size(); ++k) {
        CompensatedSum* const sums = sums_.data() + group_[k] * (ky_ + 1);
        for (std::size_t y = 0; y < ky_; ++y)
            sums[y].add(p_[k * ky_ + y]);
        sums[ky_].add(mass_[k]);
    }
    merged_p_.resize(groups_ * ky_);
    for (std::size_t g = 0; g < groups_; ++g)
        for (std::size_t y = 0; y < ky_; ++y)
            merged_p_[g * ky_ + y] = sums_[g * (ky_ + 1) + y].value();
    share_.resize(kept_.size());
    for (std::size_t k = 0; k < kept_.size(); ++k)
        share_[k] = mass_[k] / sums_[group_[k] * (ky_ + 1) + ky_].value();
    p_ = merged_p_.data();
}

bool SourceStates::matches(const SourceStates& other, std::vector<std::size_t>& match) const {
    if (groups_ != other.groups_)
        return false;
    match.resize(groups_);
    for (std::size_t n = 0; n < groups_; ++n) {
        const std::size_t i = order_[n], j = other.order_[n];
        for (std::size_t y = 0; y < ky_; ++y)
            if (!are_near(p_[i * ky_ + y], other.p_[j * ky_ + y], 2.0 * kSamePosterior))
                return false;
        match[i] = j;
    }
    return true;
}

} // namespace fourfold
