// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/union_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/compensated_sum.hpp"
#include "core/infinity.hpp"

namespace fourfold {

namespace {

// s of a tuple, and each logarithm, is right to a few units in the last place.
constexpr double kRounding = 16.0 * std::numeric_limits<double>::epsilon();

} // namespace

UnionBounds::UnionBounds(const UnionTables& tables, bool keep_coupling)
    : tables_(tables), keep_coupling_(keep_coupling), log_a_(tables.cells(), 0.0) {
    // To know one source is a lower bound: its posterior as factor and 1 for the others are feasible.
    const std::size_t ky = tables.classes();
    std::vector<double> log_a(tables.cells());
    const std::vector<double> ones(tables.states(), 1.0);
    for (std::size_t i = 0; i < tables.sources(); ++i) {
        std::fill(log_a.begin(), log_a.end(), 0.0);
        for (std::size_t x = tables.first(i); x < tables.first(i + 1); ++x)
            for (std::size_t y = 0; y < ky; ++y)
                if (tables.p()[x * ky + y] > 0.0)
                    log_a[x * ky + y] = std::log(tables.p()[x * ky + y] / tables.mass(x));
        raise_lower(log_a, ones);
    }
}

double UnionBounds::raise_lower(const std::vector<double>& log_a,
                                const std::vector<double>& largest) {
    const std::size_t ky = tables_.classes();
    CompensatedSum linear;
    double magnitude = 1.0;
    for (std::size_t cell = 0; cell < tables_.cells(); ++cell) {
        if (!(tables_.p()[cell] > 0.0))
            continue;
        if (!std::isnormal(std::exp(log_a[cell])))
            return -kInfinity;
        linear.add(tables_.p()[cell] * log_a[cell]);
        magnitude += tables_.p()[cell] * std::abs(log_a[cell]);
    }
    double best = -kInfinity;
    std::size_t of_best = 0;
    for (std::size_t i = 0; i < tables_.sources(); ++i) {
        CompensatedSum shift;
        bool valid = true;
        for (std::size_t x = tables_.first(i); x < tables_.first(i + 1); ++x) {
            valid = valid && largest[x] > 0.0 && largest[x] < kInfinity;
            shift.add(tables_.mass(x) * std::log(largest[x]));
        }
        if (valid && linear.value() - shift.value() > best) {
            best = linear.value() - shift.value();
            of_best = i;
        }
    }
    best += tables_.entropy() - kRounding * magnitude;
    if (best > lower_) {
        lower_ = best;
        log_a_ = log_a;
        for (std::size_t x = tables_.first(of_best); x < tables_.first(of_best + 1); ++x)
            for (std::size_t y = 0; y < ky; ++y)
                log_a_[x * ky + y] -= std::log(largest[x]);
    }
    return best;
}

double UnionBounds::lower_upper(const TupleList& list, const double* r,
                                const std::vector<double>& log_a) {
    const double value =
        next_.assign(tables_, list, r, log_a.data()) + kRounding * (tables_.entropy() + 1.0);
    if (value < upper_) {
        upper_ = value;
        if (keep_coupling_)
            std::swap(coupling_, next_);
    }
    return value;
}

} // namespace fourfold
