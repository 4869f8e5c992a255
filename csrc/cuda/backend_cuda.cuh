// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>

#include "core/certificate.hpp"
#include "core/information.hpp"
#include "core/least_mass.hpp"
#include "core/real.hpp"
#include "cuda/arrays.cuh"
#include "cuda/kernels.cuh"
#include "cuda/scope.cuh"
#include "cuda/step_update.cuh"
#include "cuda/tiled_step.cuh"
#include "fourfold/backend.hpp"
#include "fourfold/options.hpp"

// A stage is a call, not part of each place that calls it: a kernel would be many times as long.
#define FOURFOLD_STAGE __device__ __attribute__((noinline))

namespace fourfold {

// Quotients that a grid of any device makes in about a microsecond, as a barrier takes.
inline constexpr std::size_t kMostQuotients = std::size_t(1) << 20;

// The back end on a CUDA device; see fourfold/backend.hpp for what each stage does. It lives in
// registers: every thread of the Scope holds one, and calls each stage with all the others. The
// arrays lie in shared memory where a block works on a small problem, else in global memory.
//
// Real is double, or float: the steps are then taken in single precision, and the certificate is still
// one in double precision, of the coupling that factors() writes. As on the CPU, shrink() makes
// another pair (a, b) for it.
//
// Cells of a mass too small to matter are left out here, as core/least_mass.hpp says, by counting them
// as zero. States without mass stay: their a or b is zero.
template <class Real, class Scope>
class BackendCuda {
public:
    __device__ BackendCuda(Scope& scope, const Shape& shape, const Chunks& chunks,
                           const Arrays<Real>& arrays)
        : scope_(scope), s_(shape), chunks_(chunks), v_(arrays) {}

    // What load() reads off a problem beside the contract.
    struct Loaded {
        double mi1 = 0.0, mi2 = 0.0; // I(X1;Y), I(X2;Y) of the whole tables, nats
        double slack = 0.0;          // by which to move the bounds outward, nats
    };

    __device__ void load(const Problem& problem) { load(problem, 0.0); }
    // `tol`: the gap to be certified, nats.
    FOURFOLD_STAGE Loaded load(const Problem& problem, double tol);
    // Takes up a problem that was loaded in an earlier launch, with its iterate.
    __device__ void resume(double entropy_y, bool in_range) {
        entropy_y_ = entropy_y;
        in_range_ = in_range;
    }
    __device__ double entropy_y() const { return entropy_y_; }
    __device__ bool in_range() const { return in_range_; }

    FOURFOLD_STAGE double sweep();
    FOURFOLD_STAGE double scaling_step();
    __device__ int scaling_sweeps() const { return scaling_products_ + 1; }
    FOURFOLD_STAGE void shrink();
    FOURFOLD_STAGE Bounds certificate();
    FOURFOLD_STAGE void average(double weight);
    FOURFOLD_STAGE double averaged_lower();
    // Nothing is kept, and nothing asked for: the host solves again for the pair.
    __device__ void dual(const Dual&) const {}
    FOURFOLD_STAGE Step step(double power, double weight);
    FOURFOLD_STAGE void restart();
    __device__ void factors(const Factors& out) { factors(out, false); }
    // `swapped`: `out` is of the problem with the sources exchanged.
    FOURFOLD_STAGE void factors(const Factors& out, bool swapped);
    FOURFOLD_STAGE void assign(const Factors& in);
    // assign() of an earlier coupling as mend_start() in core/warm_start.hpp makes it a start.
    FOURFOLD_STAGE void assign(const Start& start, bool swapped);

private:
    static constexpr bool kIsDouble = std::is_same_v<Real, double>;
    static constexpr double kFloor = kFloorOf<Real>;

    // How entries are counted: in shared memory 32 bits do, and divide in a fifth of the time.
    using Index = typename Scope::Index;

    // body(k) for k < n, shared out among the threads.
    template <class Body>
    __device__ void for_all(Index n, const Body& body) const {
        const Index apart = scope_.size();
        for (Index k = scope_.rank(); k < n; k += apart)
            body(k);
    }
    // body(i, j, i * ld + j) for all pairs.
    template <class Body>
    __device__ void for_pairs(const Body& body) const {
        const Shape s = s_;
        for_all(Index(s.k1) * s.k2, [&](Index k) {
            const Position at = position_of(k, s.k2);
            body(at.row, at.column, Index(at.row) * s.ld + at.column);
        });
    }
    // body(j, y, y * ld + j) for all entries of the arrays (ky, ld) that are in use.
    template <class Body>
    __device__ void for_columns(const Body& body) const {
        const Shape s = s_;
        for_all(Index(s.ky) * s.k2, [&](Index k) {
            const Position at = position_of(k, s.k2);
            body(at.column, at.row, Index(at.row) * s.ld + at.column);
        });
    }
    // body(y * ld + j) for the entries of class y, shared out among the members of a team.
    template <class Body>
    __device__ void for_class(unsigned y, const Body& body) const {
        const Shape s = s_;
        const unsigned apart = scope_.members();
        for (unsigned j = scope_.member(); j < s.k2; j += apart)
            body(Index(y) * s.ld + j);
    }
    __device__ Index rows() const { return Index(s_.k1) * s_.ky; }
    // A copy of the arrays for a stage to read: through this object, every store in a loop would make the
    // compiler read it again. It also says which of them are in shared memory.
    __device__ Arrays<Real> arrays() const {
        Arrays<Real> v = v_;
        if constexpr (!Scope::kTiled) {
            v.r = in_shared(v.r);
            v.x = in_shared(v.x);
            v.a = in_shared(v.a);
            v.bt = in_shared(v.bt);
            v.sums = in_shared(v.sums);
            v.p1 = in_shared(v.p1);
            v.p2t = in_shared(v.p2t);
            v.exact_a = in_shared(v.exact_a);
            v.exact_bt = in_shared(v.exact_bt);
            v.exact_sums = in_shared(v.exact_sums);
            v.image_rows = in_shared(v.image_rows);
            v.scaled_direction = in_shared(v.scaled_direction);
        }
        return v;
    }
    __device__ Split split() const { return v_.split(chunks_); }
    // A quotient whose divisor may be zero.
    template <class Number>
    static __device__ Number over(Number p, Number sum) {
        return p / (sum > kTinyOf<Number> ? sum : kTinyOf<Number>);
    }
    static __device__ double log_or_zero(double value) {
        return value > 0.0 ? log(value) : 0.0;
    }
    static __device__ double maximum(unsigned long long bits) {
        return __longlong_as_double(static_cast<long long>(bits));
    }
    // One sum over the threads of the scope.
    __device__ double total(double value) {
        double values[1] = {value};
        scope_.sum(values);
        return values[0];
    }
    // Adds a term and its magnitude.
    static __device__ void add(double term, double& sum, CertificateTerms& terms) {
        sum += term;
        terms.magnitude += fabs(term);
    }

    FOURFOLD_STAGE void sum_columns();
    FOURFOLD_STAGE double fit_rows();
    FOURFOLD_STAGE double misfit();
    FOURFOLD_STAGE void begin_scaling();
    FOURFOLD_STAGE void make_image();
    FOURFOLD_STAGE double advance_scaling();
    // a(i,y) for a sum of r b
    struct RowFit {
        const Arrays<Real>& v;
        unsigned ky;
        __device__ void operator()(unsigned i, unsigned y, Real sum) const {
            const Index k = Index(i) * ky + y;
            v.a[k] = over(Real(v.p1[k]), sum);
        }
    };
    FOURFOLD_STAGE void set_r();
    FOURFOLD_STAGE void refit();
    FOURFOLD_STAGE double mutual_information(const double* p, unsigned states,
                                             const double* class_sums);
    FOURFOLD_STAGE void clear_maxima();
    FOURFOLD_STAGE void add_shifts(CertificateTerms& terms);
    FOURFOLD_STAGE void sum_terms(CertificateTerms& terms);

    Scope& scope_;
    Shape s_;
    Chunks chunks_;
    Arrays<Real> v_;
    double entropy_y_ = 0.0;
    double violation_ = 0.0;   // that the last sweep or scaling step has left
    int scaling_products_ = 0; // of the last scaling step
    bool in_range_ = true;     // whether b of the last shrink() was within the range of a float
};

// v* is between bounds of the problem whose cells have at least least_mass(). p1y (k1, ky) and p2y
// (k2, ky) as they were given.
template <class Real, class Scope>
FOURFOLD_STAGE typename BackendCuda<Real, Scope>::Loaded
BackendCuda<Real, Scope>::load(const Problem& problem, double tol) {
    const Arrays<Real> v = arrays();
    Loaded loaded;
    const double* const p1y = problem.p1y;
    const double* const p2y = problem.p2y;
    const unsigned ky = s_.ky;
    const double least = least_mass(problem, tol);
    if constexpr (Scope::kTiled)
        for_all(Arrays<Real>::most_tiles(s_), [&](Index k) { v.arrivals[k] = 0; });
    double entropy[1] = {0.0};
    // a warp for each class, as there may be few of them and many states
    const unsigned lane = scope_.rank() % kWarp;
    for (unsigned y = scope_.rank() / kWarp; y < ky; y += scope_.size() / kWarp) {
        // whole sums of both sources, that of the cells of the first which are kept, and how many
        // of each are
        double sums[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
        for (std::size_t i = lane; i < s_.k1; i += kWarp) {
            const double mass = p1y[i * ky + y];
            sums[0] += mass;
            sums[2] += mass > least ? mass : 0.0;
            sums[3] += mass > least ? 1.0 : 0.0;
        }
        for (std::size_t j = lane; j < s_.k2; j += kWarp) {
            const double mass = p2y[j * ky + y];
            sums[1] += mass;
            sums[4] += mass > least ? 1.0 : 0.0;
        }
        sum_over_warp(sums);
        if (lane == 0) {
            // a class stays where both sources have it
            const double kept = sums[3] > 0.0 && sums[4] > 0.0 ? sums[2] : 0.0;
            v.class_sums1[y] = sums[0];
            v.class_sums2[y] = sums[1];
            v.classes[y] = kept;
            entropy[0] -= log_or_zero(kept) * kept;
        }
    }
    scope_.sum(entropy);
    entropy_y_ = fmax(entropy[0], 0.0);
    in_range_ = true;
    scope_.sync();
    loaded.mi1 = mutual_information(p1y, s_.k1, v.class_sums1);
    loaded.mi2 = mutual_information(p2y, s_.k2, v.class_sums2);

    double left_out = 0.0;
    for_all(rows(), [&](Index k) {
        const double mass = p1y[k], of_class = v.classes[position_of(k, ky).column];
        const bool stays = mass > least && of_class > 0.0;
        left_out += stays ? 0.0 : mass;
        v.p1[k] = stays ? mass : 0.0;
        v.a[k] = stays ? Real(mass / of_class) : Real(0);
    });
    for_columns([&](unsigned j, unsigned y, Index k) {
        const double mass = p2y[std::size_t(j) * ky + y];
        const bool stays = mass > least && v.classes[y] > 0.0;
        left_out += stays ? 0.0 : mass;
        v.p2t[k] = stays ? mass : 0.0;
        v.bt[k] = Real(v.p2t[k]);
    });
    // x = log(P1 diag(1 / p(y)) P2^T), as one step from x = 0 with those two factors
    for_pairs([&](unsigned, unsigned, Index k) {
        v.x[k] = v.x_prev[k] = Real(0);
        v.r[k] = Real(1);
    });
    loaded.slack = kSlackPerMass * total(left_out);
    scope_.sync();
    step(1.0, 0.0);
    for_all(rows(), [&](Index k) { v.a[k] = v.p1[k] > 0.0 ? Real(1) : Real(0); });
    scope_.sync();
    sum_columns();
    return loaded;
}

// I(X;Y) in nats of p (states, ky), whose sums over the states are given; never negative.
template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::mutual_information(const double* p,
                                                                   unsigned states,
                                                                   const double* class_sums) {
    double information = 0.0;
    for_all(states, [&](Index i) {
        information += information_of_state(p + i * s_.ky, s_.ky,
                                            [&](std::size_t y) { return log(class_sums[y]); });
    });
    return fmax(total(information), 0.0);
}

// sums = (r^T a)^T
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::sum_columns() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    column_products(scope_, s, split(), v.r, v.a, [&](unsigned y, unsigned j, Real sum) {
        v.sums[Index(y) * s.ld + j] = sum;
    });
    scope_.sync();
}

// In a grid, b is made where the products with it need it, once for each tile of rows, where that takes no
// longer than the barrier that it spares.
template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::sweep() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    if constexpr (Scope::kTiled) {
        if (!scope_.alone() &&
            std::size_t(ceiling(s.k1, kTile)) * s.k2 * s.ky <= kMostQuotients) {
            const auto b = [&](unsigned j, unsigned y, bool first) {
                const Index k = Index(y) * s.ld + j;
                const Real factor = over(Real(v.p2t[k]), v.sums[k]);
                if (first)
                    v.bt[k] = factor;
                return factor;
            };
            row_products_of<Real>(scope_, s, split(), v.r, b, RowFit{v, s.ky});
            return misfit();
        }
    }
    for_columns(
        [&](unsigned, unsigned, Index k) { v.bt[k] = over(Real(v.p2t[k]), v.sums[k]); });
    scope_.sync();
    return fit_rows();
}

// a = P1 / (r b), and then as misfit().
template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::fit_rows() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    row_products(scope_, s, split(), v.r, v.bt, RowFit{v, s.ky});
    return misfit();
}

// sums = (r^T a)^T, after a barrier; the violation sum |b sums - P2|.
template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::misfit() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    scope_.sync();
    Real violation = 0; // of one thread: in double precision where it is added up
    const auto each = [&](unsigned y, unsigned j, Real sum) {
        const Index k = Index(y) * s.ld + j;
        v.sums[k] = sum;
        violation += fabs(v.bt[k] * sum - Real(v.p2t[k]));
    };
    if constexpr (Scope::kTiled) {
        // by tiles, as which block does the last part of one hangs on timing
        column_products(scope_, s, split(), v.r, v.a, each, [&](unsigned tile) {
            double of_tile[1] = {violation};
            scope_.sum_over_team(of_tile);
            if (threadIdx.x == 0)
                v.of_tiles[tile] = of_tile[0];
            violation = 0;
        });
        violation_ = scope_.sum_of(v.of_tiles, column_tiles(s));
    } else {
        column_products(scope_, s, split(), v.r, v.a, each);
        violation_ = total(violation);
    }
    return violation_;
}

template <class Real, class Scope>
FOURFOLD_STAGE Step BackendCuda<Real, Scope>::step(double power, double weight) {
    const Arrays<Real> v = arrays();
    StepUpdate<Real> update{v.r, v.x, v.x_prev, Real(power), Real(weight)};
    const bool with_sums = step_products(scope_, s_, split(), v.a, v.bt, v.sums, update);
    double sums[2] = {update.change, update.alignment};
    scope_.sum(sums);
    if (!with_sums)
        sum_columns();
    return {sums[0], sums[1]};
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::restart() {
    const Arrays<Real> v = arrays();
    for_pairs([&](unsigned, unsigned, Index k) { v.x[k] = v.x_prev[k]; });
    set_r();
}

// r = exp(x) and its column sums; each thread reads the x that it has written.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::set_r() {
    const Arrays<Real> v = arrays();
    for_pairs([&](unsigned, unsigned, Index k) { v.r[k] = exp_of(v.x[k]); });
    scope_.sync();
    sum_columns();
}

} // namespace fourfold
