// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/binary/binary_solver.hpp"
#include "core/presolve.hpp"
#include "cuda/solve_cuda.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// What there is of a problem before it goes to the device, found on the host with the CPU's presolve: equal
// states made one, what has no mass left out; and its bounds where these need no steps, as it has two classes
// or equal sources.
struct Reduced {
    Regime regime = Regime::kShared; // kRocHull, kEqualSources: solved
    bool whole = true;               // to be solved as it was given
    bool swapped = false;            // X1 of `problem` is the given X2
    std::size_t k1 = 0, k2 = 0,
                ky = 0;            // states and classes that are told apart, as they were given
    Problem problem;               // what is to be solved
    std::vector<double> tables;    // of that, unless it is whole
    double slack = 0.0;            // by which its bounds are to be moved outward, nats
    bool with_information = false; // whether mi1 and mi2 are known
    double lower = 0.0, upper = 0.0, mi1 = 0.0, mi2 = 0.0; // nats

    bool is_solved() const {
        return regime == Regime::kRocHull || regime == Regime::kEqualSources;
    }
};

class Reduction {
public:
    // Of problems whose tables are in the host's memory and outlive this. `factors`: of the only problem,
    // null where they are not wanted; filled where it is solved. A start for several problems is one of
    // their given states: these are then not merged (`merges`).
    Reduction(const std::vector<Problem>& given, const SolveOptions& options,
              const Factors& factors, bool merges);

    const std::vector<Reduced>& problems() const { return reduced_; }

    // Of the only problem: a start for what is to be solved of it, in memory of this object; and the
    // factors that were found of that, for the given one.
    Start restricted(const Start& start);
    void expand(const Factors& found, const Factors& given) const {
        parts_.presolve.expand(found, given);
    }

private:
    // With buffers that are kept from problem to problem.
    struct Parts {
        Presolve presolve;
        BinarySolver binary;
    };

    void reduce(const Problem& full, const Factors& factors, Parts& parts, Reduced& out) const;
    void solve_hull(const Problem& full, const Factors& factors, Parts& parts,
                    Reduced& out) const;
    bool equal_sources_do(const Problem& full, const Factors& factors, Presolve& presolve,
                          Reduced& out) const;

    SolveOptions options_;
    bool merges_;
    std::vector<Reduced> reduced_;
    Parts parts_; // of a single problem
    std::vector<double> start_;
};

} // namespace fourfold
