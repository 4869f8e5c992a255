// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/union/pricing.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/dispatch.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// Tuples of one group, whose factors are held, and of both.
constexpr double kMostOfGroup = 4e6;
constexpr double kMostNumbered = 9e18;

// Sources before the cut that makes the sum of the groups least.
std::size_t cut_of(const UnionTables& tables, double& largest) {
    std::size_t best = 1;
    double least = 0.0;
    for (std::size_t cut = 1; cut <= tables.sources(); ++cut) {
        double left = 1.0, right = 1.0;
        for (std::size_t i = 0; i < tables.sources(); ++i)
            (i < cut ? left : right) *= static_cast<double>(tables.size(i));
        if (cut == 1 || left + right < least) {
            best = cut;
            least = left + right;
            largest = std::max(left, right);
        }
    }
    return best;
}

} // namespace

bool Pricing::can(const UnionTables& tables) {
    double largest = 0.0;
    cut_of(tables, largest);
    return largest <= kMostOfGroup && tables.tuples() <= kMostNumbered;
}

Pricing::Pricing(const UnionTables& tables, int threads, StopCheck& stop)
    : tables_(tables), kernels_(kernels()), threads_(threads), stop_(stop) {
    double largest = 0.0;
    const std::size_t cut = cut_of(tables, largest);
    left_ = group(0, cut);
    right_ = group(cut, tables.sources());
    strips_.resize((right_.size + kColumns - 1) / kColumns);
    const std::size_t width = right_.end - right_.begin;
    right_states_.resize(right_.size * width);
    for (std::size_t t = 0; t < right_.size; ++t)
        states_of(right_, t, right_states_.data() + t * width);
    found_.resize(static_cast<std::size_t>(threads));
    row_max_.resize(left_.size);
    largest_.resize(tables.states());
}

Pricing::Group Pricing::group(std::size_t begin, std::size_t end) const {
    Group out{begin, end};
    for (std::size_t i = begin; i < end; ++i)
        out.size *= tables_.size(i);
    return out;
}

void Pricing::states_of(const Group& group, std::size_t t, std::uint32_t* out) const {
    for (std::size_t i = group.end; i-- > group.begin;) {
        out[i - group.begin] =
            static_cast<std::uint32_t>(tables_.first(i) + t % tables_.size(i));
        t /= tables_.size(i);
    }
}

// out (classes) <- product of the factors of the group's states
void Pricing::factor(const Group& group, std::size_t t, const double* a, double* out) const {
    const std::size_t ky = tables_.classes();
    std::fill_n(out, ky, 1.0);
    for (std::size_t i = group.end; i-- > group.begin;) {
        const double* const of_state = a + (tables_.first(i) + t % tables_.size(i)) * ky;
        t /= tables_.size(i);
        for (std::size_t y = 0; y < ky; ++y)
            out[y] *= of_state[y];
    }
}

void Pricing::fill_strips(const double* a) {
    const std::size_t ky = tables_.classes();
    std::vector<double> row(ky);
    for (std::size_t strip = 0; strip < strips_.size(); ++strip) {
        double* const out = strips_[strip].reserve(ky * kColumns);
        std::fill_n(out, ky * kColumns, 0.0);
        const std::size_t end = std::min(right_.size, (strip + 1) * kColumns);
        for (std::size_t t = strip * kColumns; t < end; ++t) {
            factor(right_, t, a, row.data());
            for (std::size_t y = 0; y < ky; ++y)
                out[y * kColumns + t % kColumns] = row[y];
        }
    }
}

void Pricing::scan(const std::vector<double>& a, double floor, std::size_t per_state) {
    floor = std::max(floor, 0.0); // the padding has 0
    fill_strips(a.data());
    for (Found& found : found_) {
        found.of_state.assign(tables_.states(), {});
        found.column_max.assign(strips_.size() * kColumns, 0.0);
    }
    std::fill(row_max_.begin(), row_max_.end(), 0.0);
    const std::size_t blocks = (left_.size + kRows - 1) / kRows;
    parallel_for(blocks, threads_, [&](std::size_t block) {
        if (!stop_.requested())
            scan_rows(block * kRows, a.data(), floor, per_state,
                      found_[static_cast<std::size_t>(thread_index())]);
    });
    if (stop_.requested())
        throw Interrupted();
    gather(per_state);
}

void Pricing::scan_rows(std::size_t begin, const double* a, double floor, std::size_t per_state,
                        Found& found) {
    const std::size_t ky = tables_.classes(), rows = std::min(kRows, left_.size - begin);
    const std::size_t width = left_.end - left_.begin;
    double* const factors = found.rows.reserve(kRows * ky);
    double* const block = found.block.reserve(kRows * kColumns);
    std::vector<std::uint32_t> states(rows * width);
    for (std::size_t k = 0; k < rows; ++k) {
        factor(left_, begin + k, a, factors + k * ky);
        states_of(left_, begin + k, states.data() + k * width);
    }
    std::vector<double> in_strip(rows);
    for (std::size_t strip = 0; strip < strips_.size(); ++strip) {
        kernels_.newton.products(rows, kColumns, ky, factors, strips_[strip].get(), block);
        std::fill(in_strip.begin(), in_strip.end(), 0.0);
        kernels_.certificate.stored_maxima(rows, kColumns, kColumns, block, in_strip.data(),
                                           found.column_max.data() + strip * kColumns);
        for (std::size_t k = 0; k < rows; ++k) {
            row_max_[begin + k] = std::max(row_max_[begin + k], in_strip[k]);
            if (!(in_strip[k] > floor))
                continue;
            for (std::size_t j = 0; j < kColumns; ++j)
                if (block[k * kColumns + j] > floor)
                    offer(begin + k, strip * kColumns + j, block[k * kColumns + j], per_state,
                          states.data() + k * width, found);
        }
    }
}

void Pricing::offer(std::size_t row, std::size_t column, double s, std::size_t per_state,
                    const std::uint32_t* row_states, Found& found) const {
    const Candidate candidate{s, static_cast<std::uint64_t>(row) * right_.size + column};
    const auto offer_to = [&](std::uint32_t state) {
        std::vector<Candidate>& heap = found.of_state[state];
        if (heap.size() == per_state) {
            if (!(candidate < heap.front()))
                return;
            std::pop_heap(heap.begin(), heap.end());
            heap.back() = candidate;
        } else {
            heap.push_back(candidate);
        }
        std::push_heap(heap.begin(), heap.end());
    };
    for (std::size_t i = 0; i < left_.end - left_.begin; ++i)
        offer_to(row_states[i]);
    const std::size_t width = right_.end - right_.begin;
    for (std::size_t i = 0; i < width; ++i)
        offer_to(right_states_[column * width + i]);
}

void Pricing::gather(std::size_t per_state) {
    std::fill(largest_.begin(), largest_.end(), 0.0);
    std::vector<std::uint32_t> states(tables_.sources());
    for (std::size_t l = 0; l < left_.size; ++l) {
        states_of(left_, l, states.data());
        for (std::size_t i = 0; i < left_.end; ++i)
            largest_[states[i]] = std::max(largest_[states[i]], row_max_[l]);
    }
    const std::size_t width = right_.end - right_.begin;
    for (std::size_t r = 0; r < right_.size; ++r)
        for (const Found& found : found_)
            for (std::size_t i = 0; i < width; ++i) {
                double& largest = largest_[right_states_[r * width + i]];
                largest = std::max(largest, found.column_max[r]);
            }
    std::vector<std::uint64_t> numbers;
    std::vector<Candidate> candidates;
    for (std::size_t x = 0; x < tables_.states(); ++x) {
        candidates.clear();
        for (const Found& found : found_)
            candidates.insert(candidates.end(), found.of_state[x].begin(),
                              found.of_state[x].end());
        std::sort(candidates.begin(), candidates.end());
        for (std::size_t k = 0; k < std::min(per_state, candidates.size()); ++k)
            numbers.push_back(candidates[k].tuple);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    best_.clear();
    for (std::uint64_t number : numbers) {
        states_of(left_, number / right_.size, states.data());
        states_of(right_, number % right_.size, states.data() + left_.end);
        best_.insert(best_.end(), states.begin(), states.end());
    }
}

} // namespace fourfold
