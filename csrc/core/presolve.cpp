// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/presolve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/compensated_sum.hpp"
#include "core/infinity.hpp"
#include "core/least_mass.hpp"

namespace fourfold {

namespace {

bool class_has_mass(const double* p, std::size_t states, std::size_t ky, double least,
                    std::size_t y) {
    for (std::size_t i = 0; i < states; ++i)
        if (p[i * ky + y] > least)
            return true;
    return false;
}

// The values (size, classes) of the reduced states, spread over those given (states, ky), where the
// given p has mass.
void spread(const SourceStates& source, const std::vector<std::size_t>& classes,
            const double* reduced, std::size_t states, std::size_t ky, double nothing,
            double* given) {
    std::fill_n(given, states * ky, nothing);
    for (std::size_t k = 0; k < source.kept(); ++k)
        for (std::size_t y = 0; y < classes.size(); ++y)
            given[source.given(k) * ky + classes[y]] =
                reduced[source.group(k) * classes.size() + y];
}

// The other way; a group has the mean of its states.
void gather(const SourceStates& source, const std::vector<std::size_t>& classes,
            const double* given, std::size_t ky, double* reduced) {
    std::fill_n(reduced, source.size() * classes.size(), 0.0);
    for (std::size_t k = 0; k < source.kept(); ++k)
        for (std::size_t y = 0; y < classes.size(); ++y)
            reduced[source.group(k) * classes.size() + y] +=
                source.share(k) * given[source.given(k) * ky + classes[y]];
}

} // namespace

void Presolve::assign(const Problem& given, double tol) {
    given_ = given;
    const auto [k1, k2, ky, p1y, p2y] = given_;
    const double least = least_mass(given_, tol);
    classes_.clear();
    for (std::size_t y = 0; y < ky; ++y)
        if (class_has_mass(p1y, k1, ky, least, y) && class_has_mass(p2y, k2, ky, least, y))
            classes_.push_back(y);
    first_.assign(p1y, k1, ky, least, classes_);
    second_.assign(p2y, k2, ky, least, classes_);
    slack_ = kSlackPerMass * (first_.left_out() + second_.left_out());
    orient();
}

void Presolve::merge_equal_states() {
    first_.merge_equal();
    second_.merge_equal();
    orient();
}

void Presolve::orient() {
    swapped_ = second_.size() > first_.size();
    reduced_ = {rows().size(), columns().size(), classes_.size(), rows().p(), columns().p()};
}

void Presolve::expand(const Factors& reduced, const Factors& given) const {
    const std::size_t row_step = swapped_ ? 1 : given_.k2;
    const std::size_t column_step = swapped_ ? given_.k2 : 1;
    std::fill_n(given.log_r, given_.k1 * given_.k2, -kInfinity);
    std::vector<double> log_shares(columns().kept());
    for (std::size_t j = 0; j < columns().kept(); ++j)
        log_shares[j] = std::log(columns().share(j));
    for (std::size_t i = 0; i < rows().kept(); ++i) {
        const double* const log_r = reduced.log_r + rows().group(i) * reduced_.k2;
        double* const out = given.log_r + rows().given(i) * row_step;
        const double log_share = std::log(rows().share(i));
        for (std::size_t j = 0; j < columns().kept(); ++j)
            out[columns().given(j) * column_step] =
                log_r[columns().group(j)] + log_share + log_shares[j];
    }
    spread(first_, classes_, swapped_ ? reduced.b : reduced.a, given_.k1, given_.ky, 0.0,
           given.a);
    spread(second_, classes_, swapped_ ? reduced.a : reduced.b, given_.k2, given_.ky, 0.0,
           given.b);
}

void Presolve::expand(const Dual& reduced, const Dual& given) const {
    spread(first_, classes_, swapped_ ? reduced.log_b : reduced.log_a, given_.k1, given_.ky,
           -kInfinity, given.log_a);
    spread(second_, classes_, swapped_ ? reduced.log_a : reduced.log_b, given_.k2, given_.ky,
           -kInfinity, given.log_b);
}

void Presolve::restrict(const Start& given, const Factors& reduced) const {
    const std::size_t row_step = swapped_ ? 1 : given_.k2;
    const std::size_t column_step = swapped_ ? given_.k2 : 1;
    std::fill_n(reduced.log_r, reduced_.k1 * reduced_.k2, 0.0);
    for (std::size_t i = 0; i < rows().kept(); ++i)
        for (std::size_t j = 0; j < columns().kept(); ++j)
            reduced.log_r[rows().group(i) * reduced_.k2 + columns().group(j)] +=
                given.r[rows().given(i) * row_step + columns().given(j) * column_step];
    gather(first_, classes_, given.a, given_.ky, swapped_ ? reduced.b : reduced.a);
    gather(second_, classes_, given.b, given_.ky, swapped_ ? reduced.a : reduced.b);
}

void Presolve::couple_equal_sources(const Factors& reduced) const {
    const auto [k1, k2, ky, p1y, p2y] = reduced_;
    // root <- the root of the posterior; returns the mass
    const auto posterior_root = [ky = ky](const double* p, double* root) {
        const double mass = std::accumulate(p, p + ky, 0.0);
        std::transform(p, p + ky, root, [mass](double x) { return std::sqrt(x / mass); });
        return mass;
    };
    std::fill_n(reduced.log_r, k1 * k2, -kInfinity);
    for (std::size_t i = 0; i < k1; ++i)
        reduced.log_r[i * k2 + match_[i]] =
            std::log(posterior_root(p1y + i * ky, reduced.a + i * ky));
    for (std::size_t j = 0; j < k2; ++j)
        posterior_root(p2y + j * ky, reduced.b + j * ky);
}

double Presolve::mass_apart() const {
    const std::size_t ky = reduced_.ky;
    CompensatedSum apart;
    for (std::size_t i = 0; i < reduced_.k1; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            apart.add(std::abs(reduced_.p1y[i * ky + y] - reduced_.p2y[match_[i] * ky + y]));
    return apart.value();
}

} // namespace fourfold
