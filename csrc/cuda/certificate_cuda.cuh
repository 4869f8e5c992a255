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
    if constexpr (!kIsDouble) {
        double out_of_range = 0.0;
        for_columns([&](unsigned, unsigned, std::size_t k) {
            const float b = v_.bt[k];
            v_.exact_bt[k] = b;
            const bool positive = b >= kTinyOf<float> && b <= 1.0f / kTinyOf<float>;
            out_of_range += positive || v_.p2t[k] == 0.0 ? 0.0 : 1.0;
        });
        in_range_ = total(out_of_range) == 0.0;
        scope_.sync();
        row_products(scope_, s_, chunks_, v_.partial, v_.r, v_.exact_bt,
                     [&](unsigned i, unsigned y, double sum) {
                         const std::size_t k = std::size_t(i) * s_.ky + y;
                         v_.exact_a[k] = over(v_.p1[k], sum);
                     });
        scope_.sync();
        column_products(scope_, s_, chunks_, v_.partial, v_.r, v_.exact_a,
                        [&](unsigned y, unsigned j, double sum) {
                            v_.exact_sums[std::size_t(y) * s_.ld + j] = sum;
                        });
        scope_.sync();
    }
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::shrink() {
    refit();
    for_columns([&](unsigned, unsigned, std::size_t k) {
        v_.exact_bt[k] = fmin(v_.exact_bt[k], over(v_.p2t[k], v_.exact_sums[k]));
    });
    scope_.sync();
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::clear_maxima() {
    for_all(s_.k1, [&](std::size_t i) { v_.row_max[i] = 0; });
    for_all(s_.k2, [&](std::size_t j) { v_.column_max[j] = 0; });
    scope_.sync();
}

// sum_i p(i) log max_j M(i,j) and by columns: both ways to make (a, b) feasible.
template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::add_shifts(CertificateTerms& terms) {
    for_all(s_.k1, [&](std::size_t i) {
        double mass = 0.0;
        for (unsigned y = 0; y < s_.ky; ++y)
            mass += v_.p1[i * s_.ky + y];
        add(mass * log_or_zero(maximum(v_.row_max[i])), terms.row_shift, terms);
    });
    for_all(s_.k2, [&](std::size_t j) {
        double mass = 0.0;
        for (unsigned y = 0; y < s_.ky; ++y)
            mass += v_.p2t[std::size_t(y) * s_.ld + j];
        add(mass * log_or_zero(maximum(v_.column_max[j])), terms.column_shift, terms);
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
    if (!in_range_) {
        const double infinity = std::numeric_limits<double>::infinity();
        return {-infinity, infinity};
    }
    CertificateTerms terms;
    clear_maxima();
    for_columns([&](unsigned, unsigned, std::size_t k) {
        const double log_b = log_or_zero(v_.exact_bt[k]);
        add(v_.p2t[k] * log_b, terms.dual, terms);
        add(v_.exact_bt[k] * v_.exact_sums[k] * log_b, terms.primal, terms);
    });
    row_products(scope_, s_, chunks_, v_.partial, v_.r, v_.exact_bt,
                 [&](unsigned i, unsigned y, double sum) {
                     const std::size_t k = std::size_t(i) * s_.ky + y;
                     const double log_a = log_or_zero(v_.exact_a[k]);
                     add(v_.p1[k] * log_a, terms.dual, terms);
                     add(v_.exact_a[k] * sum * log_a, terms.primal, terms);
                 });
    product_maxima(scope_, s_, v_.exact_a, v_.exact_bt, v_.row_max, v_.column_max,
                   [&](unsigned i, unsigned j, double m) {
                       const double r = v_.r[std::size_t(i) * s_.ld + j];
                       const double tiny = kTinyOf<double>;
                       add(-r * m * log(m > tiny ? m : tiny), terms.primal, terms);
                   });
    scope_.sync();
    add_shifts(terms);
    sum_terms(terms);
    return bounds_from(terms, entropy_y_);
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::average(double weight) {
    const auto move = [weight](Real factor, double& mean) {
        const double to = log_or_zero(factor);
        mean = weight < 1.0 ? mean + weight * (to - mean) : to;
    };
    for_all(rows(), [&](std::size_t k) { move(v_.a[k], v_.mean_log_a[k]); });
    for_columns([&](unsigned, unsigned, std::size_t k) { move(v_.bt[k], v_.mean_log_bt[k]); });
    scope_.sync();
}

template <class Real, class Scope>
FOURFOLD_STAGE double BackendCuda<Real, Scope>::averaged_lower() {
    CertificateTerms terms;
    const auto exponential = [&](double p, double mean_log, double& factor) {
        factor = p > 0.0 ? exp(mean_log) : 0.0;
        add(p * mean_log, terms.dual, terms);
    };
    clear_maxima();
    for_all(rows(),
            [&](std::size_t k) { exponential(v_.p1[k], v_.mean_log_a[k], v_.work_a[k]); });
    for_columns([&](unsigned, unsigned, std::size_t k) {
        exponential(v_.p2t[k], v_.mean_log_bt[k], v_.work_bt[k]);
    });
    scope_.sync();
    product_maxima(scope_, s_, v_.work_a, v_.work_bt, v_.row_max, v_.column_max,
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
    double* const a = swapped ? out.b : out.a;
    double* const b = swapped ? out.a : out.b;
    // whether a state has mass, in arrays that only the certificate needs
    for_all(s_.k1, [&](std::size_t i) {
        v_.row_max[i] = 0;
        for (unsigned y = 0; y < s_.ky; ++y)
            v_.row_max[i] |= v_.p1[i * s_.ky + y] > 0.0 ? 1u : 0u;
    });
    for_all(s_.k2, [&](std::size_t j) {
        v_.column_max[j] = 0;
        for (unsigned y = 0; y < s_.ky; ++y)
            v_.column_max[j] |= v_.p2t[std::size_t(y) * s_.ld + j] > 0.0 ? 1u : 0u;
    });
    scope_.sync();
    for_pairs([&](unsigned i, unsigned j, std::size_t k) {
        const bool alive = v_.row_max[i] != 0 && v_.column_max[j] != 0;
        const std::size_t to =
            swapped ? std::size_t(j) * s_.k1 + i : std::size_t(i) * s_.k2 + j;
        out.log_r[to] = alive ? log(double(v_.r[k])) : -std::numeric_limits<double>::infinity();
    });
    for_all(rows(), [&](std::size_t k) { a[k] = v_.exact_a[k]; });
    for_columns([&](unsigned j, unsigned y, std::size_t k) {
        b[std::size_t(j) * s_.ky + y] = v_.exact_bt[k];
    });
    scope_.sync();
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::assign(const Factors& in) {
    for_pairs([&](unsigned i, unsigned j, std::size_t k) {
        v_.x[k] = v_.x_prev[k] = Real(fmax(in.log_r[std::size_t(i) * s_.k2 + j], kFloor));
    });
    for_all(rows(), [&](std::size_t k) { v_.a[k] = to_real<Real>(in.a[k]); });
    for_columns([&](unsigned j, unsigned y, std::size_t k) {
        v_.bt[k] = to_real<Real>(in.b[std::size_t(j) * s_.ky + y]);
    });
    in_range_ = kIsDouble; // else there is no certificate before the next shrink()
    scope_.sync();
    set_r();
}

template <class Real, class Scope>
FOURFOLD_STAGE void BackendCuda<Real, Scope>::assign(const Start& start, bool swapped) {
    const double* const a = swapped ? start.b : start.a;
    const double* const b = swapped ? start.a : start.b;
    const auto mass1 = [&](unsigned i) {
        double mass = 0.0;
        for (unsigned y = 0; y < s_.ky; ++y)
            mass += v_.p1[std::size_t(i) * s_.ky + y];
        return mass;
    };
    const auto mass2 = [&](unsigned j) {
        double mass = 0.0;
        for (unsigned y = 0; y < s_.ky; ++y)
            mass += v_.p2t[std::size_t(y) * s_.ld + j];
        return mass;
    };
    for_pairs([&](unsigned i, unsigned j, std::size_t k) {
        const std::size_t from =
            swapped ? std::size_t(j) * s_.k1 + i : std::size_t(i) * s_.k2 + j;
        const double log_r = mended_log_r(start.r[from], mass1(i), mass2(j));
        v_.x[k] = v_.x_prev[k] = Real(fmax(log_r, kFloor));
    });
    for_all(rows(), [&](std::size_t k) { v_.a[k] = to_real<Real>(mended_a(a[k], v_.p1[k])); });
    for_columns([&](unsigned j, unsigned y, std::size_t k) {
        v_.bt[k] = to_real<Real>(b[std::size_t(j) * s_.ky + y]);
    });
    in_range_ = kIsDouble;
    scope_.sync();
    set_r();
}

} // namespace fourfold
