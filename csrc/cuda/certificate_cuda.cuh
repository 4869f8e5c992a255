// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The stages of BackendCuda that are not part of a step: the certificate and reading the factors.
#pragma once

#include "core/warm_start.hpp"
#include "cuda/backend_cuda.cuh"

namespace fourfold {

// In double precision: a = P1 / (r b), and the column sums r^T a.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::refit() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    if constexpr (!kIsDouble) {
        double out_of_range = 0.0;
        for_columns([&](unsigned, unsigned, Index k) {
            const float b = v.bt[k];
            v.exact_bt[k] = b;
            const bool positive = b >= kTinyOf<float> && b <= 1.0f / kTinyOf<float>;
            out_of_range += positive || v.p2t[k] == 0.0 ? 0.0 : 1.0;
        });
        in_range_ = total(out_of_range) == 0.0;
        scope_.sync();
        row_products(scope_, s, split(), v.r, v.exact_bt,
                     [&](unsigned i, unsigned y, double sum) {
                         const Index k = Index(i) * s.ky + y;
                         v.exact_a[k] = over(v.p1[k], sum);
                     });
        scope_.sync();
        column_products(scope_, s, split(), v.r, v.exact_a,
                        [&](unsigned y, unsigned j, double sum) {
                            v.exact_sums[Index(y) * s.ld + j] = sum;
                        });
        scope_.sync();
    }
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::shrink() {
    const Arrays<Real> v = arrays();
    refit();
    for_columns([&](unsigned, unsigned, Index k) {
        v.exact_bt[k] = fmin(v.exact_bt[k], over(v.p2t[k], v.exact_sums[k]));
    });
    scope_.sync();
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::clear_maxima() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    for_all(s.k1, [&](Index i) { v.row_max[i] = 0; });
    for_all(s.k2, [&](Index j) { v.column_max[j] = 0; });
    scope_.sync();
}

// sum_i p(i) log max_j M(i,j) and by columns: both ways to make (a, b) feasible.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::add_shifts(CertificateTerms& terms) {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    for_all(s.k1, [&](Index i) {
        double mass = 0.0;
        for (unsigned y = 0; y < s.ky; ++y)
            mass += v.p1[i * s.ky + y];
        add(mass * log_or_zero(maximum(v.row_max[i])), terms.row_shift, terms);
    });
    for_all(s.k2, [&](Index j) {
        double mass = 0.0;
        for (unsigned y = 0; y < s.ky; ++y)
            mass += v.p2t[Index(y) * s.ld + j];
        add(mass * log_or_zero(maximum(v.column_max[j])), terms.column_shift, terms);
    });
}

// The terms of all threads.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::sum_terms(CertificateTerms& terms) {
    double sums[5] = {terms.dual, terms.row_shift, terms.column_shift, terms.primal,
                      terms.magnitude};
    scope_.sum(sums);
    terms = {sums[0], sums[1], sums[2], sums[3], sums[4]};
}

template <class Real, class Scope>
FOURFOLD_STAGE Bounds BackendCuda<Real, Scope>::certificate() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    if (!in_range_) {
        const double infinity = std::numeric_limits<double>::infinity();
        return {-infinity, infinity};
    }
    CertificateTerms terms;
    clear_maxima();
    for_columns([&](unsigned, unsigned, Index k) {
        const double log_b = log_or_zero(v.exact_bt[k]);
        add(v.p2t[k] * log_b, terms.dual, terms);
        add(v.exact_bt[k] * v.exact_sums[k] * log_b, terms.primal, terms);
    });
    row_products(scope_, s, split(), v.r, v.exact_bt, [&](unsigned i, unsigned y, double sum) {
        v.work_a[Index(i) * s.ky + y] = sum;
    });
    product_maxima(scope_, s, v.exact_a, v.exact_bt, v.row_max, v.column_max,
                   [&](unsigned i, unsigned j, double m) {
                       const double r = v.r[Index(i) * s.ld + j];
                       const double tiny = kTinyOf<double>;
                       add(-r * m * log(m > tiny ? m : tiny), terms.primal, terms);
                   });
    scope_.sync();
    for_all(rows(), [&](Index k) {
        const double log_a = log_or_zero(v.exact_a[k]);
        add(v.p1[k] * log_a, terms.dual, terms);
        add(v.exact_a[k] * v.work_a[k] * log_a, terms.primal, terms);
    });
    add_shifts(terms);
    sum_terms(terms);
    return bounds_from(terms, entropy_y_);
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::average(double weight) {
    const Arrays<Real> v = arrays();
    const auto move = [weight](Real factor, double& mean) {
        const double to = log_or_zero(factor);
        mean = weight < 1.0 ? mean + weight * (to - mean) : to;
    };
    for_all(rows(), [&](Index k) { move(v.a[k], v.mean_log_a[k]); });
    for_columns([&](unsigned, unsigned, Index k) { move(v.bt[k], v.mean_log_bt[k]); });
    scope_.sync();
}

template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::averaged_lower() {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    CertificateTerms terms;
    const auto exponential = [&](double p, double mean_log, double& factor) {
        factor = p > 0.0 ? exp(mean_log) : 0.0;
        add(p * mean_log, terms.dual, terms);
    };
    clear_maxima();
    for_all(rows(), [&](Index k) { exponential(v.p1[k], v.mean_log_a[k], v.work_a[k]); });
    for_columns([&](unsigned, unsigned, Index k) {
        exponential(v.p2t[k], v.mean_log_bt[k], v.work_bt[k]);
    });
    scope_.sync();
    product_maxima(scope_, s, v.work_a, v.work_bt, v.row_max, v.column_max,
                   [](unsigned, unsigned, double) {});
    scope_.sync();
    add_shifts(terms);
    sum_terms(terms);
    return lower_from(terms, entropy_y_);
}

// Where a cell of the table was left out, its factor is zero; where a state has no mass left, log r
// is -inf.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::factors(const Factors& out, bool swapped) {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    double* const a = swapped ? out.b : out.a;
    double* const b = swapped ? out.a : out.b;
    // whether a state has mass, in arrays that only the certificate needs
    for_all(s.k1, [&](Index i) {
        v.row_max[i] = 0;
        for (unsigned y = 0; y < s.ky; ++y)
            v.row_max[i] |= v.p1[i * s.ky + y] > 0.0 ? 1u : 0u;
    });
    for_all(s.k2, [&](Index j) {
        v.column_max[j] = 0;
        for (unsigned y = 0; y < s.ky; ++y)
            v.column_max[j] |= v.p2t[Index(y) * s.ld + j] > 0.0 ? 1u : 0u;
    });
    scope_.sync();
    for_pairs([&](unsigned i, unsigned j, Index k) {
        const bool alive = v.row_max[i] != 0 && v.column_max[j] != 0;
        const std::size_t to = swapped ? Index(j) * s.k1 + i : Index(i) * s.k2 + j;
        out.log_r[to] = alive ? log(double(v.r[k])) : -std::numeric_limits<double>::infinity();
    });
    for_all(rows(), [&](Index k) { a[k] = v.exact_a[k]; });
    for_columns(
        [&](unsigned j, unsigned y, Index k) { b[Index(j) * s.ky + y] = v.exact_bt[k]; });
    scope_.sync();
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::assign(const Factors& in) {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    for_pairs([&](unsigned i, unsigned j, Index k) {
        v.x[k] = v.x_prev[k] = Real(fmax(in.log_r[Index(i) * s.k2 + j], kFloor));
    });
    for_all(rows(), [&](Index k) { v.a[k] = to_real<Real>(in.a[k]); });
    for_columns([&](unsigned j, unsigned y, Index k) {
        v.bt[k] = to_real<Real>(in.b[Index(j) * s.ky + y]);
    });
    in_range_ = kIsDouble; // else there is no certificate before the next shrink()
    scope_.sync();
    set_r();
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::assign(const Start& start, bool swapped) {
    const Arrays<Real> v = arrays();
    const Shape s = s_;
    const double* const a = swapped ? start.b : start.a;
    const double* const b = swapped ? start.a : start.b;
    const auto mass1 = [&](unsigned i) {
        double mass = 0.0;
        for (unsigned y = 0; y < s.ky; ++y)
            mass += v.p1[Index(i) * s.ky + y];
        return mass;
    };
    const auto mass2 = [&](unsigned j) {
        double mass = 0.0;
        for (unsigned y = 0; y < s.ky; ++y)
            mass += v.p2t[Index(y) * s.ld + j];
        return mass;
    };
    for_pairs([&](unsigned i, unsigned j, Index k) {
        const std::size_t from = swapped ? Index(j) * s.k1 + i : Index(i) * s.k2 + j;
        const double log_r = mended_log_r(start.r[from], mass1(i), mass2(j));
        v.x[k] = v.x_prev[k] = Real(fmax(log_r, kFloor));
    });
    for_all(rows(), [&](Index k) { v.a[k] = to_real<Real>(mended_a(a[k], v.p1[k])); });
    for_columns([&](unsigned j, unsigned y, Index k) {
        v.bt[k] = to_real<Real>(b[Index(j) * s.ky + y]);
    });
    in_range_ = kIsDouble;
    scope_.sync();
    set_r();
}

} // namespace fourfold
