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
    // Whether a problem is for it: of the method that is free to choose, and at most two classes.
    static bool solves(const Problem& problem, const SolveOptions& options);

    // Completes the report, whose lower bound is one known beforehand. Writes the dual pair of the
    // report where there is room for it, and the factors where `factors.log_r` is not null: a and b are
    // that pair, which gives the posterior of Y wherever the coupling r of X1 and X2 has mass.
    void solve(const Problem& problem, const Factors& factors, SolveReport& report);

    // Of the problem that was solved last: the hull, and the source of this number drawn from it. Given
    // the hull the sources of an optimal coupling are independent of each other and of Y.
    const RocHull& hull() const { return hull_; }
    void draw(std::size_t source);
    const std::vector<LeftCurtain::Share>& shares(std::size_t source) const {
        return drawn_[source].shares();
    }

private:
    double add_dual(std::size_t which, double* logs, double* copy);
    void couple(const Problem& problem, double* log_r);

    std::array<BinarySource, 2> sources_;
    std::vector<RocCurve> curves_{2};
    RocHull hull_;
    RocDual dual_;
    std::array<LeftCurtain, 2> drawn_;
    std::vector<std::vector<LeftCurtain::Share>> by_edge_;
};

} // namespace fourfold
