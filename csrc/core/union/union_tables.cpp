// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/union_tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/compensated_sum.hpp"
#include "core/least_mass.hpp"

namespace fourfold {

namespace {

bool has_class(const UnionSource& source, std::size_t classes, std::size_t y) {
    for (std::size_t x = 0; x < source.states; ++x)
        if (source.p[x * classes + y] > kLeastMass)
            return true;
    return false;
}

std::vector<double> class_masses(const SourceStates& source, std::size_t classes) {
    std::vector<CompensatedSum> sums(classes);
    for (std::size_t x = 0; x < source.size(); ++x)
        for (std::size_t y = 0; y < classes; ++y)
            sums[y].add(source.p()[x * classes + y]);
    std::vector<double> out(classes);
    std::transform(sums.begin(), sums.end(), out.begin(),
                   [](const CompensatedSum& sum) { return sum.value(); });
    return out;
}

} // namespace

std::vector<std::size_t> classes_with_mass(const std::vector<UnionSource>& sources,
                                           std::size_t classes) {
    std::vector<std::size_t> out;
    for (std::size_t y = 0; y < classes; ++y)
        if (std::all_of(sources.begin(), sources.end(), [&](const UnionSource& source) {
                return has_class(source, classes, y);
            }))
            out.push_back(y);
    return out;
}

void UnionTables::assign(const std::vector<UnionSource>& given, std::size_t classes) {
    given_ = given;
    given_classes_ = classes;
    classes_ = classes_with_mass(given, classes);
    reduced_.resize(given.size());
    slack_ = 0.0;
    for (std::size_t k = 0; k < given.size(); ++k) {
        reduced_[k].assign(given[k].p, given[k].states, classes, kLeastMass, classes_);
        reduced_[k].merge_equal();
        slack_ += kSlackPerMass * reduced_[k].left_out();
    }
    order_.resize(given.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [this](std::size_t k, std::size_t l) {
        return reduced_[k].size() > reduced_[l].size();
    });
    first_.assign(1, 0);
    for (std::size_t k : order_)
        first_.push_back(first_.back() + reduced_[k].size());

    // one p(y) for all: a coupling cannot keep two
    const std::size_t ky = classes_.size();
    class_mass_ = class_masses(reduced_[0], ky);
    p_.clear();
    p_.reserve(cells());
    for (std::size_t k : order_) {
        const std::vector<double> own = class_masses(reduced_[k], ky);
        for (std::size_t x = 0; x < reduced_[k].size(); ++x)
            for (std::size_t y = 0; y < ky; ++y)
                p_.push_back(reduced_[k].p()[x * ky + y] * (class_mass_[y] / own[y]));
        for (std::size_t y = 0; y < ky; ++y)
            slack_ += kSlackPerMass * std::abs(class_mass_[y] - own[y]);
    }
    mass_.assign(states(), 0.0);
    for (std::size_t x = 0; x < states(); ++x)
        mass_[x] = std::accumulate(p_.begin() + static_cast<std::ptrdiff_t>(x * ky),
                                   p_.begin() + static_cast<std::ptrdiff_t>((x + 1) * ky), 0.0);
    entropy_ = 0.0;
    for (double mass : class_mass_)
        entropy_ -= mass * std::log(mass);
    entropy_ = std::max(entropy_, 0.0);
}

double UnionTables::tuples() const {
    double out = 1.0;
    for (std::size_t i = 0; i < sources(); ++i)
        out *= static_cast<double>(size(i));
    return out;
}

void UnionTables::expand(const double* log_a, const std::vector<double*>& out) const {
    constexpr double kNothing = -std::numeric_limits<double>::infinity();
    const std::size_t ky = classes_.size();
    for (std::size_t i = 0; i < sources(); ++i) {
        const std::size_t number = order_[i];
        const SourceStates& source = reduced_[number];
        double* const to = out[number];
        std::fill_n(to, given_[number].states * given_classes_, kNothing);
        std::vector<double> largest(ky, kNothing);
        for (std::size_t x = first(i); x < first(i + 1); ++x)
            for (std::size_t y = 0; y < ky; ++y)
                if (p_[x * ky + y] > 0.0)
                    largest[y] = std::max(largest[y], log_a[x * ky + y]);
        for (std::size_t k = 0; k < source.kept(); ++k)
            for (std::size_t y = 0; y < ky; ++y) {
                const std::size_t cell = source.given(k) * given_classes_ + classes_[y];
                const std::size_t from = (first(i) + source.group(k)) * ky + y;
                if (p_[from] > 0.0)
                    to[cell] = log_a[from];
                else if (given_[number].p[cell] > 0.0) // see kLeastMass
                    to[cell] = largest[y] + kLogOfLeftOut;
            }
    }
}

} // namespace fourfold
