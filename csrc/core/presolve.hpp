// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/source_states.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// A problem with the same v* as the given one, and smaller: states, classes and cells without mass left
// out, states with the same posterior made one, and the sources swapped where X2 would have more states
// than X1, as the Newton system is of the size of X2. Buffers are reused by the next assign().
class Presolve {
public:
    // Leaves out what has no mass. `tol` is the gap to be certified, nats. `given` must outlive the use.
    void assign(const Problem& given, double tol);

    // Makes one state of those with the same posterior, on either side.
    void merge_equal_states();

    // By how much either bound of the reduced problem is to be moved outward, nats.
    double slack() const { return slack_; }

    // Reads the tables that were given where nothing was left out or merged: they must outlive its use.
    const Problem& problem() const { return reduced_; }

    // Whether X1 of problem() is the given X2.
    bool is_swapped() const { return swapped_; }

    // Whether factors of problem() are those of the given one as they stand.
    bool is_identity() const {
        return !swapped_ && first_.is_complete() && second_.is_complete();
    }

    // Spreads factors of the reduced problem over the states of the given one: a state has its share of
    // its group's mass. States without mass get log_r = -inf, a = b = 0.
    void expand(const Factors& reduced, const Factors& given) const;

    // The same of a dual pair, -inf in every cell without mass.
    void expand(const Dual& reduced, const Dual& given) const;

    // The other way: a coupling of the given problem's states on those of the reduced one, with r
    // itself in reduced.log_r.
    void restrict(const Start& given, const Factors& reduced) const;

    // After merge_equal_states(): whether each source has a state for each of the other's, with the same
    // posterior and mass.
    bool sources_are_equal() { return rows().matches(columns(), match_); }

    // Then: the coupling of each state with its like. It is optimal, v* = I(X1;Y), as its factors are
    // a dual pair: sum_y a b = sum_y sqrt(p(y | i) p(y | j)) is at most 1 for all pairs, and 1 for these
    // (Cauchy and Schwarz).
    void couple_equal_sources(const Factors& reduced) const;

    // Then: the mass by which cells of one source and their likes of the other differ.
    double mass_apart() const;

private:
    const SourceStates& rows() const { return swapped_ ? second_ : first_; }
    const SourceStates& columns() const { return swapped_ ? first_ : second_; }
    void orient();

    Problem given_;
    Problem reduced_;
    bool swapped_ = false;
    double slack_ = 0.0;
    SourceStates first_, second_; // X1 and X2 as given
    std::vector<std::size_t> classes_;
    std::vector<std::size_t>
        match_; // the like of each state of X1, where the sources are equal
};

} // namespace fourfold
