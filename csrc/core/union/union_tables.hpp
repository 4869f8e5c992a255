// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/source_states.hpp"

namespace fourfold {

// One source as it is given: p (states, classes) row-major, p[x * classes + y] = p(x, y).
struct UnionSource {
    std::size_t states = 0;
    const double* p = nullptr;
};

// The classes that have mass in every source.
std::vector<std::size_t> classes_with_mass(const std::vector<UnionSource>& sources,
                                           std::size_t classes);

// Any number of sources of one target, with the v* of those given and smaller: states, classes and
// cells without mass left out, states with the same posterior made one, and the source with the most
// cells first, as the Newton system eliminates it. The states of all sources are numbered one after
// another, and what there is for each cell is an array (states, classes).
class UnionTables {
public:
    // The tables must outlive this, and share one p(y) up to rounding: it becomes that of the first.
    void assign(const std::vector<UnionSource>& given, std::size_t classes);

    std::size_t sources() const { return order_.size(); }
    std::size_t classes() const { return classes_.size(); }
    std::size_t states() const { return first_.back(); }
    std::size_t cells() const { return states() * classes(); }
    // States [first(i), first(i + 1)) are those of source i.
    std::size_t first(std::size_t i) const { return first_[i]; }
    std::size_t size(std::size_t i) const { return first_[i + 1] - first_[i]; }
    double tuples() const; // product of the sizes

    const double* p() const { return p_.data(); } // (states, classes)
    double mass(std::size_t state) const { return mass_[state]; }
    double class_mass(std::size_t y) const { return class_mass_[y]; }
    double entropy() const { return entropy_; } // of the target, nats

    // By how much either bound is to be moved outward for what was left out or rescaled, nats.
    double slack() const { return slack_; }

    // The number among the given ones of source i, and what became of its states.
    std::size_t given(std::size_t i) const { return order_[i]; }
    const SourceStates& of_given(std::size_t source) const { return reduced_[source]; }
    std::size_t class_given(std::size_t y) const { return classes_[y]; }

    // log factors (states, classes) to those of the given states, out[source] (states, classes) there;
    // -inf where there is no mass.
    void expand(const double* log_a, const std::vector<double*>& out) const;

private:
    std::vector<UnionSource> given_;
    std::size_t given_classes_ = 0;
    std::vector<std::size_t> classes_, order_, first_;
    std::vector<SourceStates> reduced_; // in the order given
    std::vector<double> p_, mass_, class_mass_;
    double entropy_ = 0.0, slack_ = 0.0;
};

} // namespace fourfold
