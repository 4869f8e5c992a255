// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fourfold {

// kAuto has two classes or fewer in closed form, and with more takes a working set of the tuples of
// states, and all of them where that leads nowhere and they are few.
enum class UnionMethod { kAuto, kDense, kWorkingSet };

struct UnionOptions {
    UnionMethod method = UnionMethod::kAuto;
    double tol = 7e-7; // certified gap at which to stop, nats
    long max_iter = 500;
    int num_threads = 1;
    bool coupling = false; // whether the coupling of the upper bound is wanted
};

// What solved a problem.
enum class UnionSolver { kDense, kWorkingSet, kRocHull };

struct UnionReport {
    double lower = 0.0; // certified bounds on v*, nats
    double upper = 0.0;
    long iterations = 0;
    std::size_t tuples = 0; // of the last list
    UnionSolver solver = UnionSolver::kDense;
    std::vector<std::size_t>
        shape; // states of each source, and classes, of the problem that was solved
    // log factors (states, classes) of each source with sum_y prod a <= 1 for all tuples of states, up to
    // rounding, of which `lower` is the bound; -inf where there is no mass
    std::vector<std::vector<double>> dual;
    // where it is wanted: tuples (m, sources) of the given states, and q (m, classes)
    std::vector<std::int64_t> coupled;
    std::vector<double> q;
};

} // namespace fourfold
