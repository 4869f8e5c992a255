// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/support.hpp"

#include <algorithm>
#include <limits>

namespace fourfold {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// States i of p (states, ky) with a cell above `least` in one of the classes, in order.
void states_with_mass(const double* p, std::size_t states, std::size_t ky, double least,
                      const std::vector<std::size_t>& classes, std::vector<std::size_t>& kept) {
    kept.clear();
    for (std::size_t i = 0; i < states; ++i)
        if (std::any_of(classes.begin(), classes.end(),
                        [&](std::size_t y) { return p[i * ky + y] > least; }))
            kept.push_back(i);
}

bool class_has_mass(const double* p, std::size_t states, std::size_t ky, double least,
                    std::size_t y) {
    for (std::size_t i = 0; i < states; ++i)
        if (p[i * ky + y] > least)
            return true;
    return false;
}

// Whether no cell of p (states, ky) has a mass, but too little of it.
bool keeps_every_cell(const double* p, std::size_t states, std::size_t ky, double least) {
    return std::all_of(p, p + states * ky,
                       [least](double mass) { return mass > least || mass == 0.0; });
}

// The kept cells of p in order; returns the mass of those that are not.
double gather(const double* p, std::size_t all_states, std::size_t ky, double least,
              const std::vector<std::size_t>& states, const std::vector<std::size_t>& classes,
              std::vector<double>& out) {
    out.clear();
    out.reserve(states.size() * classes.size());
    for (std::size_t i : states)
        for (std::size_t y : classes) {
            const double mass = p[i * ky + y];
            out.push_back(mass > least ? mass : 0.0);
        }
    double left_out = 0.0;
    for (std::size_t k = 0; k < all_states * ky; ++k)
        if (!(p[k] > least))
            left_out += p[k];
    // a larger cell goes as well where its whole class has too little mass on the other side
    for (std::size_t y = 0; y < ky; ++y)
        if (!std::binary_search(classes.begin(), classes.end(), y))
            for (std::size_t i = 0; i < all_states; ++i)
                if (p[i * ky + y] > least)
                    left_out += p[i * ky + y];
    return left_out;
}

} // namespace

void Support::assign(const Problem& given, double tol) {
    swapped_ = given.k2 > given.k1;
    full_ = swapped_ ? Problem{given.k2, given.k1, given.ky, given.p2y, given.p1y} : given;
    const auto [k1, k2, ky, p1y, p2y] = full_;
    const double least = least_mass(full_, tol);
    classes_.clear();
    for (std::size_t y = 0; y < ky; ++y)
        if (class_has_mass(p1y, k1, ky, least, y) && class_has_mass(p2y, k2, ky, least, y))
            classes_.push_back(y);
    states_with_mass(p1y, k1, ky, least, classes_, rows_);
    states_with_mass(p2y, k2, ky, least, classes_, columns_);
    complete_ = rows_.size() == k1 && columns_.size() == k2 && classes_.size() == ky &&
                keeps_every_cell(p1y, k1, ky, least) && keeps_every_cell(p2y, k2, ky, least);
    if (complete_) { // a copy of large tables would be the larger part of the memory of a solve
        slack_ = 0.0;
        reduced_ = full_;
        return;
    }
    slack_ = kSlackPerMass * (gather(p1y, k1, ky, least, rows_, classes_, p1y_) +
                              gather(p2y, k2, ky, least, columns_, classes_, p2y_));
    reduced_ = {rows_.size(), columns_.size(), classes_.size(), p1y_.data(), p2y_.data()};
}

void Support::expand(const Factors& reduced, const Factors& given) const {
    const std::size_t k1 = full_.k1, k2 = full_.k2;
    const std::size_t row_step = swapped_ ? 1 : k2;
    const std::size_t column_step = swapped_ ? k1 : 1;
    std::fill_n(given.log_r, k1 * k2, -kInfinity);
    for (std::size_t i = 0; i < rows_.size(); ++i)
        for (std::size_t j = 0; j < columns_.size(); ++j)
            given.log_r[rows_[i] * row_step + columns_[j] * column_step] =
                reduced.log_r[i * columns_.size() + j];
    expand_pair(reduced.a, reduced.b, given.a, given.b, 0.0);
}

void Support::expand(const Dual& reduced, const Dual& given) const {
    expand_pair(reduced.log_a, reduced.log_b, given.log_a, given.log_b, -kInfinity);
}

void Support::expand_pair(const double* a, const double* b, double* given_a, double* given_b,
                          double nothing) const {
    double* const to_a = swapped_ ? given_b : given_a;
    double* const to_b = swapped_ ? given_a : given_b;
    const std::size_t ky = classes_.size();
    std::fill_n(to_a, full_.k1 * full_.ky, nothing);
    std::fill_n(to_b, full_.k2 * full_.ky, nothing);
    for (std::size_t i = 0; i < rows_.size(); ++i)
        for (std::size_t y = 0; y < ky; ++y)
            to_a[rows_[i] * full_.ky + classes_[y]] = a[i * ky + y];
    for (std::size_t j = 0; j < columns_.size(); ++j)
        for (std::size_t y = 0; y < ky; ++y)
            to_b[columns_[j] * full_.ky + classes_[y]] = b[j * ky + y];
}

void Support::restrict(const Start& given, const Factors& reduced) const {
    const double* const a = swapped_ ? given.b : given.a;
    const double* const b = swapped_ ? given.a : given.b;
    const std::size_t row_step = swapped_ ? 1 : full_.k2;
    const std::size_t column_step = swapped_ ? full_.k1 : 1;
    const std::size_t ky = classes_.size();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        for (std::size_t j = 0; j < columns_.size(); ++j)
            reduced.log_r[i * columns_.size() + j] =
                given.r[rows_[i] * row_step + columns_[j] * column_step];
        for (std::size_t y = 0; y < ky; ++y)
            reduced.a[i * ky + y] = a[rows_[i] * full_.ky + classes_[y]];
    }
    for (std::size_t j = 0; j < columns_.size(); ++j)
        for (std::size_t y = 0; y < ky; ++y)
            reduced.b[j * ky + y] = b[columns_[j] * full_.ky + classes_[y]];
}

} // namespace fourfold
