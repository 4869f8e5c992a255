// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "fourfold/problem.hpp"

namespace fourfold {

// kAuto has problems of at most two classes in closed form; with others it starts with first-order
// steps (kIpfp) and moves to second-order ones (kNewton) when these are expected to be sooner done, or
// takes the blocks of the classes (kSparse), where few cells can carry mass and that is expected to be
// sooner done. kActive is kIpfp over the pairs that are alive. kReference is the plain solver over the
// explicit tensor.
enum class Method { kAuto, kIpfp, kNewton, kSparse, kActive, kReference };

// Of the first-order steps. Certificates and second-order steps are always in double precision.
enum class Precision { kDouble, kSingle };

// All information inside the core is in nats; the bindings convert to bits.
struct SolveOptions {
    Method method = Method::kAuto;
    double tol = 7e-5;      // certified gap at which to stop, nats
    long max_iter = 100000; // outer steps
    int num_threads = 1;
    Precision precision = Precision::kDouble;
};

// What solved a problem: dense arrays over all pairs; the hull of two classes' ROC curves in closed
// form; blocks of the pairs that can carry mass; lists of the pairs that do.
enum class Solver { kDense, kRocHull, kSparse, kActive };

struct SolveReport {
    double lower = 0.0; // certified bounds on the union information v*, nats
    double upper = 0.0;
    double mi1 = 0.0; // I(X1;Y), I(X2;Y), nats
    double mi2 = 0.0;
    long iterations = 0; // outer steps taken
    long sweeps = 0;     // Sinkhorn sweeps taken in them
    Solver solver = Solver::kDense;
    std::size_t k1 = 0; // states of X1, of X2 and classes of the problem that was solved, which
    std::size_t k2 = 0; // has the atoms of the given one
    std::size_t ky = 0;
    Dual dual; // the pair of `lower`, untouched where that was known beforehand
};

// Asked between blocks of work whether to give up; only ever called by the thread that started
// the solve. An implementation decides how often to look.
class Interrupt {
public:
    virtual ~Interrupt() = default;
    virtual bool requested() = 0;
};

} // namespace fourfold
