// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "core/binary/left_curtain.hpp"
#include "core/binary/roc_curve.hpp"
#include "core/binary/roc_dual.hpp"
#include "core/binary/roc_hull.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// Problems of at most two classes in closed form: v* is the information of the concave hull of both
// sources' ROC curves (roc_hull.hpp), in the time of a sort. Buffers are kept between problems.
class BinarySolver {
public:
    static bool solves(const Problem& problem, const SolveOptions& options) {
        return options.method == Method::kAuto && problem.ky <= 2;
    }

    // Completes the report, whose lower bound is one known beforehand. Writes the dual pair of the
    // report where there is room for it, and the factors where `factors.log_r` is not null: r is an
    // optimal coupling of X1 and X2 itself, and a b the posteriors of Y in it.
    void solve(const Problem& problem, const Factors& factors, SolveReport& report);

    // The masses of those pairs of states that have some, in the problem that was solved last.
    const std::vector<PairMass>& couple_states();

private:
    double add_dual(std::size_t which, double* logs, double* copy);

    std::array<BinarySource, 2> sources_;
    std::vector<RocCurve> curves_{2};
    RocHull hull_;
    RocDual dual_;
    LeftCurtain first_, second_;
    std::vector<PairMass> pairs_;
};

} // namespace fourfold
