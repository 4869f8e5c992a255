// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/newton/double_double.hpp"
#include "core/union/extended_union_system.hpp"
#include "core/union/tuple_list.hpp"
#include "core/union/union_tables.hpp"
#include "fourfold/options.hpp"

namespace fourfold {

// The steps of core/union/union_interior_point.hpp with every number in 32 digits, and a fit of the
// marginals in as many. Sources that are equal but for 1e-6 make multipliers and slacks whose ratios
// span more than the 16 digits of a double: what such steps stall on is rounding alone, and from the
// plain start these come to 1e-10 in some thirty of them.
class ExtendedSteps {
public:
    using Array = std::vector<DoubleDouble>;

    ExtendedSteps(const UnionTables& tables, Interrupt& interrupt);

    // From a_i = p(y|x_i)^(1/n), which is feasible for every tuple (Hoelder), made less by a twentieth.
    void start(TupleList list);

    // Changes the list: see TupleList::change. New tuples begin with r w = mu.
    void change(const std::vector<char>& keep, std::vector<std::uint32_t> states, double mu);

    // sum r w is not to fall below `least`.
    void step(double least);

    // Factors, in place of those of the iterate, with which r prod a misses the marginals by no more than
    // `target` in all, if that can be had.  log_a (states, ky)
    void fit(double target, std::vector<double>& log_a);

    const TupleList& list() const { return list_; }
    double complementarity() const; // sum r w
    // Of the iterate, to 16 digits: r (tuples), log a (states, ky)
    void round_multipliers(std::vector<double>& r) const;
    void round_factors(std::vector<double>& log_a) const;

private:
    // One direction in all variables.
    struct Direction {
        Array log_a, r, w;
    };

    void take_sizes();
    void products();
    void marginals(const Array& t, Array& out) const;
    double missing();
    void solve_for(Direction& d, double mu, double second_order);
    void move(const Direction& d);
    double excess() const;
    double longest_step(const Direction& d) const;
    void fit_each_source();
    void fit_class(std::size_t y);

    const UnionTables& tables_;
    const std::size_t ky_;
    ExtendedUnionSystem system_;
    TupleList list_;
    Array p_;                        // (states, ky), one p(y) to 32 digits
    Array a_, missing_, rhs_, sums_; // (states, ky)
    Array e_;                        // (tuples, ky)
    Array r_, w_, s_, c_;            // (tuples)
    Direction predictor_, corrector_;
    Array hessian_, scale_, part_; // of fit_class: (states, states), (states), (states)
};

} // namespace fourfold
