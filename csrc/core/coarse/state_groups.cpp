// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/coarse/state_groups.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/compensated_sum.hpp"

namespace fourfold {

namespace {

// sum_y p log(p / sum p) of a row (ky), and the sum of the sizes of its terms.
struct RowInformation {
    double value = 0.0, magnitude = 0.0;
};

RowInformation row_information(const double* row, std::size_t ky, double mass) {
    RowInformation out;
    const double log_mass = mass > 0.0 ? std::log(mass) : 0.0;
    for (std::size_t y = 0; y < ky; ++y)
        if (row[y] > 0.0) {
            const double term = row[y] * (std::log(row[y]) - log_mass);
            out.value += term;
            out.magnitude += std::abs(term) + row[y];
        }
    return out;
}

} // namespace

void StateGroups::assign(const double* p, std::size_t states, std::size_t ky) {
    p_ = p;
    states_ = states;
    ky_ = ky;
    mass_.resize(states);
    information_.resize(states);
    roots_.resize(states * ky);
    order_.clear();
    for (std::size_t i = 0; i < states; ++i) {
        const double* const row = p + i * ky;
        const double mass = std::accumulate(row, row + ky, 0.0);
        mass_[i] = mass;
        information_[i] = row_information(row, ky, mass).value;
        for (std::size_t y = 0; y < ky; ++y)
            roots_[i * ky + y] = mass > 0.0 ? std::sqrt(row[y] / mass) : 0.0;
        if (mass > 0.0)
            order_.push_back(i);
    }
    spare_.resize(order_.size());
    along_.resize(order_.size());
    groups_.clear();
    loss_ = 0.0;
    if (!order_.empty())
        push(group_of(0, order_.size()));
}

// sums_ (ky) <- the masses of states [begin, end) of order_
void StateGroups::add_masses(std::size_t begin, std::size_t end) {
    sums_.assign(ky_, 0.0);
    for (std::size_t k = begin; k < end; ++k) {
        const double* const row = p_ + order_[k] * ky_;
        for (std::size_t y = 0; y < ky_; ++y)
            sums_[y] += row[y];
    }
}

StateGroups::Group StateGroups::group_of(std::size_t begin, std::size_t end) {
    if (end - begin == 1)
        return {begin, end, 0.0};
    add_masses(begin, end);
    double apart = 0.0;
    for (std::size_t k = begin; k < end; ++k)
        apart += information_[order_[k]];
    const double mass = std::accumulate(sums_.begin(), sums_.end(), 0.0);
    return {begin, end, std::max(apart - row_information(sums_.data(), ky_, mass).value, 0.0)};
}

namespace {

// Of two groups that lose the same the one with the first states goes first.
constexpr auto loses_less = [](const auto& one, const auto& other) {
    return one.loss < other.loss || (one.loss == other.loss && one.begin > other.begin);
};

} // namespace

void StateGroups::push(const Group& group) {
    groups_.push_back(group);
    std::push_heap(groups_.begin(), groups_.end(), loses_less);
    loss_ += group.loss;
}

double StateGroups::largest_loss() const {
    return groups_.empty() ? 0.0 : groups_.front().loss;
}

void StateGroups::split_largest() {
    std::pop_heap(groups_.begin(), groups_.end(), loses_less);
    const Group group = groups_.back();
    groups_.pop_back();
    loss_ -= group.loss;
    const std::size_t n = group.end - group.begin;
    std::size_t* const states = order_.data() + group.begin;
    direction_.find(n, states, ky_, roots_.data(), mass_.data());
    std::size_t above = 0, rest = 0;
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t i = states[k];
        if (direction_.along(roots_.data() + i * ky_) > 0.0)
            states[above++] = i;
        else
            spare_[rest++] = i;
    }
    std::copy_n(spare_.data(), rest, states + above);
    if (above == 0 || rest == 0) // rounding
        above = n / 2;
    push(group_of(group.begin, group.begin + above));
    push(group_of(group.begin + above, group.end));
}

void StateGroups::choose_again(NearestMean& nearest) {
    const std::size_t count = groups_.size();
    if (count < 2)
        return;
    const std::size_t ld =
        (count + NearestMean::kLine - 1) / NearestMean::kLine * NearestMean::kLine;
    logs_.resize(ky_ * ld);
    for (std::size_t g = 0; g < count; ++g) {
        add_masses(groups_[g].begin, groups_[g].end);
        const double mass = std::accumulate(sums_.begin(), sums_.end(), 0.0);
        for (std::size_t y = 0; y < ky_; ++y)
            logs_[y * ld + g] =
                sums_[y] > 0.0 ? std::max(std::log(sums_[y] / mass), kLeastLog) : kLeastLog;
    }
    for (std::size_t y = 0; y < ky_; ++y)
        std::fill(logs_.begin() + static_cast<std::ptrdiff_t>(y * ld + count),
                  logs_.begin() + static_cast<std::ptrdiff_t>((y + 1) * ld), logs_[y * ld]);
    chosen_.resize(states_);
    nearest.find(states_, ld, ky_, p_, logs_.data(), chosen_.data());
    // the states of each group together, in their order
    std::vector<std::size_t>& next = spare_;
    std::vector<std::size_t> begins(count + 1, 0);
    for (std::size_t i : order_)
        ++begins[std::min<std::size_t>(chosen_[i], count - 1) + 1];
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    std::vector<std::size_t> at(begins.begin(), begins.end() - 1);
    std::sort(order_.begin(), order_.end());
    for (std::size_t i : order_)
        next[at[std::min<std::size_t>(chosen_[i], count - 1)]++] = i;
    order_.swap(spare_);
    groups_.clear();
    loss_ = 0.0;
    for (std::size_t g = 0; g < count; ++g)
        if (begins[g] < begins[g + 1])
            push(group_of(begins[g], begins[g + 1]));
}

void StateGroups::separate() {
    groups_.clear();
    loss_ = 0.0;
    for (std::size_t k = 0; k < order_.size(); ++k)
        push({k, k + 1, 0.0});
}

void StateGroups::number(std::int64_t* group) const {
    std::vector<std::int64_t> found(states_, -1);
    for (std::size_t g = 0; g < groups_.size(); ++g)
        for (std::size_t k = groups_[g].begin; k < groups_[g].end; ++k)
            found[order_[k]] = static_cast<std::int64_t>(g);
    std::vector<std::int64_t> number(groups_.size(), -1);
    std::int64_t next = 0;
    for (std::size_t i = 0; i < states_; ++i) {
        if (found[i] < 0) {
            group[i] = 0;
            continue;
        }
        std::int64_t& of_group = number[static_cast<std::size_t>(found[i])];
        if (of_group < 0)
            of_group = next++;
        group[i] = of_group;
    }
}

double StateGroups::sum(const std::int64_t* group, double* p) const {
    const std::size_t count = groups_.size();
    // plain sums of a hundred thousand states would be off by more than the bounds allow for
    std::vector<CompensatedSum> masses(count * ky_), apart(count);
    std::vector<double> magnitude(count, 0.0);
    std::vector<std::size_t> members(count, 0);
    for (std::size_t i = 0; i < states_; ++i) {
        if (!(mass_[i] > 0.0))
            continue;
        const auto g = static_cast<std::size_t>(group[i]);
        const RowInformation own = row_information(p_ + i * ky_, ky_, mass_[i]);
        for (std::size_t y = 0; y < ky_; ++y)
            masses[g * ky_ + y].add(p_[i * ky_ + y]);
        apart[g].add(own.value);
        magnitude[g] += own.magnitude;
        ++members[g];
    }
    CompensatedSum loss;
    for (std::size_t g = 0; g < count; ++g) {
        double* const row = p + g * ky_;
        for (std::size_t y = 0; y < ky_; ++y)
            row[y] = masses[g * ky_ + y].value();
        if (members[g] < 2)
            continue;
        const RowInformation together =
            row_information(row, ky_, std::accumulate(row, row + ky_, 0.0));
        loss.add(std::max(apart[g].value() - together.value, 0.0));
        loss.add(16.0 * std::numeric_limits<double>::epsilon() *
                 (magnitude[g] + together.magnitude));
    }
    return loss.value();
}

} // namespace fourfold
