// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/union_coupling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/compensated_sum.hpp"
#include "core/union/corner_coupling.hpp"
#include "core/union/tuple_passes.hpp"

namespace fourfold {

double UnionCoupling::assign(const UnionTables& tables, const TupleList& list, const double* r,
                             const double* log_a) {
    sources_ = tables.sources();
    classes_ = tables.classes();
    tuples_.assign(list[0], list[0] + list.size() * sources_);
    q_.resize(list.size() * classes_);
    std::vector<double> a(tables.cells()), s(list.size());
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        a[cell] = tables.p()[cell] > 0.0 ? std::exp(log_a[cell]) : 0.0;
    tuple_products(list, classes_, a.data(), q_.data(), s.data());
    for (std::size_t k = 0; k < list.size(); ++k)
        for (std::size_t y = 0; y < classes_; ++y)
            q_[k * classes_ + y] *= r[k];
    shrink(tables);
    add_rest(tables, list);

    sum_marginals(tables);
    double off = 0.0;
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        off += std::abs(tables.p()[cell] - marginals_[cell]);
    if (!(off <= kMostOff))
        return std::numeric_limits<double>::infinity();
    CompensatedSum information;
    for (std::size_t k = 0; k < size(); ++k) {
        const double* const row = q(k);
        const double total = std::accumulate(row, row + classes_, 0.0);
        for (std::size_t y = 0; y < classes_; ++y)
            if (row[y] > 0.0)
                information.add(row[y] * std::log(row[y] / total));
    }
    return information.value() + tables.entropy();
}

void UnionCoupling::sum_marginals(const UnionTables& tables) {
    marginals_.assign(tables.cells(), 0.0);
    for (std::size_t k = 0; k < size(); ++k)
        for (std::size_t i = 0; i < sources_; ++i)
            for (std::size_t y = 0; y < classes_; ++y)
                marginals_[tuple(k)[i] * classes_ + y] += q(k)[y];
}

void UnionCoupling::shrink(const UnionTables& tables) {
    for (std::size_t i = 0; i < sources_; ++i) {
        sum_marginals(tables);
        for (std::size_t cell = 0; cell < tables.cells(); ++cell)
            marginals_[cell] = marginals_[cell] > 0.0
                                   ? std::min(1.0, tables.p()[cell] / marginals_[cell])
                                   : 1.0;
        for (std::size_t k = 0; k < size(); ++k)
            for (std::size_t y = 0; y < classes_; ++y)
                q_[k * classes_ + y] *= marginals_[tuple(k)[i] * classes_ + y];
    }
    sum_marginals(tables);
}

// marginals_ are those of q.
void UnionCoupling::add_rest(const UnionTables& tables, const TupleList& list) {
    std::vector<std::vector<double>> left(sources_);
    std::vector<std::vector<std::size_t>> orders(sources_);
    for (std::size_t i = 0; i < sources_; ++i) {
        left[i].resize(tables.size(i));
        orders[i].resize(tables.size(i));
        std::iota(orders[i].begin(), orders[i].end(), std::size_t{0});
    }
    std::map<std::vector<std::uint32_t>, std::size_t> added; // tuples that are not on the list
    std::vector<std::uint32_t> states(sources_);
    for (std::size_t y = 0; y < classes_; ++y) {
        for (std::size_t i = 0; i < sources_; ++i)
            for (std::size_t x = 0; x < tables.size(i); ++x) {
                const std::size_t cell = (tables.first(i) + x) * classes_ + y;
                left[i][x] = std::max(tables.p()[cell] - marginals_[cell], 0.0);
            }
        couple_by_corners(
            left, orders, [&](const std::vector<std::size_t>& places, double mass) {
                for (std::size_t i = 0; i < sources_; ++i)
                    states[i] = static_cast<std::uint32_t>(tables.first(i) + places[i]);
                std::size_t k = list.find(states.data());
                if (k == TupleList::kNone) {
                    const auto [found, is_new] = added.emplace(states, size());
                    k = found->second;
                    if (is_new) {
                        tuples_.insert(tuples_.end(), states.begin(), states.end());
                        q_.resize(q_.size() + classes_, 0.0);
                    }
                }
                q_[k * classes_ + y] += mass;
            });
    }
}

} // namespace fourfold
