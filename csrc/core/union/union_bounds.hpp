// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "core/union/union_coupling.hpp"
#include "core/union/union_tables.hpp"

namespace fourfold {

// The best bounds on v* that a solve has seen, nats, and what they are of.
class UnionBounds {
public:
    // `keep_coupling`: whether the coupling of the upper bound is wanted.
    UnionBounds(const UnionTables& tables, bool keep_coupling);

    double lower() const { return lower_; }
    double upper() const { return upper_; }
    double gap() const { return upper_ - lower_; }
    const std::vector<double>& log_a() const { return log_a_; } // of the lower bound
    const UnionCoupling& coupling() const { return coupling_; } // of the upper bound

    // With s(x) = sum_y prod a over all tuples and largest(x_i) its maximum over those with one state:
    // a_i / largest is feasible where it is done for one source. The best source counts. Returns the bound; it is
    // refused, -inf, where a factor has underflowed or is no number.
    // log_a (states, classes), largest (states)
    double raise_lower(const std::vector<double>& log_a, const std::vector<double>& largest);

    // q = r prod a, brought to the marginals.
    double lower_upper(const TupleList& list, const double* r,
                       const std::vector<double>& log_a);

private:
    const UnionTables& tables_;
    const bool keep_coupling_;
    double lower_ = -std::numeric_limits<double>::infinity();
    double upper_ = std::numeric_limits<double>::infinity();
    std::vector<double> log_a_;
    UnionCoupling coupling_, next_;
};

} // namespace fourfold
