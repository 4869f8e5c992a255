// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/union/tuple_list.hpp"
#include "core/union/union_tables.hpp"

namespace fourfold {

// A coupling of all sources with exactly the given marginals, from q = r prod a that nearly has them:
// each source in turn is shrunk where it exceeds its table, which raises no other, and what is then
// missing, the same in total for each source, is put by the north-west corner rule, class by class.
// q remains a list of tuples.
class UnionCoupling {
public:
    // Returns I_q of all sources and the target, nats; infinite where rounding, underflow or overflow
    // left marginals that are not those of the tables. r (tuples); log_a (states, classes)
    double assign(const UnionTables& tables, const TupleList& list, const double* r,
                  const double* log_a);

    std::size_t size() const { return q_.size() / classes_; }
    const std::uint32_t* tuple(std::size_t k) const { return tuples_.data() + k * sources_; }
    const double* q(std::size_t k) const { return q_.data() + k * classes_; }

private:
    // What all marginals together may be off by.
    static constexpr double kMostOff = 1e-11;

    void shrink(const UnionTables& tables);
    void add_rest(const UnionTables& tables, const TupleList& list);
    void sum_marginals(const UnionTables& tables);

    std::size_t sources_ = 0, classes_ = 1;
    std::vector<std::uint32_t> tuples_; // (size, sources)
    std::vector<double> q_;             // (size, classes)
    std::vector<double> marginals_;     // (states, classes)
};

} // namespace fourfold
