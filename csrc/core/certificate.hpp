// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>

#include "fourfold/backend.hpp"
#include "fourfold/host_device.hpp"
#include "fourfold/options.hpp"

// Two bounds on v* = min I_q(X1,X2;Y) from one iterate (nats).
//
// Write f(q) = sum q log(q / sum_y q) = -H_q(Y|X1,X2), so that v* = H(Y) + min f, and M = a b^T.
//
// lower  For any (a, b) with M <= 1 and any q with the given marginals, the log-sum inequality gives
//        f(q) >= sum q log(a b) = sum P1 log a + sum P2 log b. Dividing row i of a by max_j M(i,j),
//        or row j of b by max_i M(i,j), makes any (a, b) feasible:
//            sum P1 log a + sum P2 log b - sum_i p(i) log max_j M(i,j)      and by columns.
//        The best such value is v* (Makkeh, Theis, Vicente 2018).
// upper  Where q = r a b exceeds neither marginal, what it lacks can be filled by some e >= 0. f is
//        convex and homogeneous of degree one, hence subadditive, and f(e) <= 0, so
//        f(q + e) <= f(q). As q / sum_y q = a b / M, and with q1, q2 the marginals of q:
//            f(q) = sum q1 log a + sum q2 log b - sum_ij r M log M.
//        No logarithm per (i,j,y) is needed.
namespace fourfold {

// The sums above, as a back end collects them.
struct CertificateTerms {
    double dual = 0.0;         // sum P1 log a + sum P2 log b
    double row_shift = 0.0;    // sum_i p(i) log max_j M(i,j)
    double column_shift = 0.0; // sum_j p(j) log max_i M(i,j)
    double primal = 0.0;       // sum q1 log a + sum q2 log b - sum_ij r M log M
    double magnitude = 0.0;    // sum of the absolute values of what was added up
};

// What rounding may have done to either bound: sums of N terms in blocks lose far less than this
// many units in the last place.
FOURFOLD_HOST_DEVICE inline double rounding_of(const CertificateTerms& terms,
                                               double entropy_y) {
    return 16.0 * std::numeric_limits<double>::epsilon() * (terms.magnitude + entropy_y);
}

FOURFOLD_HOST_DEVICE inline double lower_from(const CertificateTerms& terms, double entropy_y) {
    return entropy_y + terms.dual - std::min(terms.row_shift, terms.column_shift) -
           rounding_of(terms, entropy_y);
}

FOURFOLD_HOST_DEVICE inline Bounds bounds_from(const CertificateTerms& terms,
                                               double entropy_y) {
    return {lower_from(terms, entropy_y),
            entropy_y + terms.primal + rounding_of(terms, entropy_y)};
}

// Takes a lower bound that the back end has just found into the report, with the pair that it is of
// where that is wanted.
template <class Backend>
FOURFOLD_HOST_DEVICE void raise_lower(Backend& backend, double lower, SolveReport& report) {
    if (!(report.lower < lower))
        return;
    report.lower = lower;
    if (report.dual.log_a != nullptr)
        backend.dual(report.dual);
}

} // namespace fourfold
