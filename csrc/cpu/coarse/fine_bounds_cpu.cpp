// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/coarse/fine_bounds_cpu.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/certificate.hpp"
#include "core/infinity.hpp"
#include "core/information.hpp"
#include "core/least_mass.hpp"
#include "cpu/dispatch.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

using Numbers = std::vector<double>;

// Terms of one sum and their sizes.
struct Sum {
    double value = 0.0, magnitude = 0.0;
    void add(double term) {
        value += term;
        magnitude += std::abs(term);
    }
    void add(const Sum& other) {
        value += other.value;
        magnitude += other.magnitude;
    }
};

double log_or_zero(double x) {
    return x > 0.0 ? std::log(x) : 0.0;
}

// Of one source: (groups, ky) masses, factor and log dual variable.
struct MergedSource {
    std::size_t groups;
    const double* p;
    Numbers factor, log_dual;
};

// b (groups, ky) as (ky, ld), zero in the padding.
void transpose(std::size_t groups, std::size_t ky, std::size_t ld, const double* b,
               double* bt) {
    std::fill_n(bt, ky * ld, 0.0);
    for (std::size_t j = 0; j < groups; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            bt[y * ld + j] = b[j * ky + y];
}

// out (rows, ky) = r (rows, columns, `row_step` and `column_step` apart) times b (columns, ky)
Numbers sums_over(std::size_t rows, std::size_t columns, std::size_t ky, const double* r,
                  std::size_t row_step, std::size_t column_step, const Numbers& b) {
    Numbers out(rows * ky, 0.0);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            const double mass = r[i * row_step + j * column_step];
            for (std::size_t y = 0; y < ky; ++y)
                out[i * ky + y] += mass * b[j * ky + y];
        }
    return out;
}

// a <- a min(1, p / (a s))
void shrink(Numbers& a, const double* p, const Numbers& s) {
    for (std::size_t k = 0; k < a.size(); ++k)
        if (a[k] * s[k] > p[k])
            a[k] = p[k] / s[k];
}

// a(:,y) up and b(:,y) down changes nothing: the largest a of each class becomes 1.
void fix_scale(std::size_t ky, Numbers& log_a, Numbers& log_b) {
    for (std::size_t y = 0; y < ky; ++y) {
        double largest = -kInfinity;
        for (std::size_t k = y; k < log_a.size(); k += ky)
            largest = std::max(largest, log_a[k]);
        if (!std::isfinite(largest))
            continue;
        for (std::size_t k = y; k < log_a.size(); k += ky)
            log_a[k] -= largest;
        for (std::size_t k = y; k < log_b.size(); k += ky)
            log_b[k] += largest;
    }
}

// Cells with mass that the solver left out: a lies so far below that M <= 1 stays as it is.
void complete(Numbers& log_a, const double* p) {
    for (std::size_t k = 0; k < log_a.size(); ++k)
        if (p[k] > 0.0 && !std::isfinite(log_a[k]))
            log_a[k] = kLogOfLeftOut;
}

Numbers exponentials(const Numbers& logs) {
    Numbers out(logs.size());
    std::transform(logs.begin(), logs.end(), out.begin(), [](double x) { return std::exp(x); });
    return out;
}

// The given states of one source beside the groups of the other.
class FineSide {
public:
    // p (states, ky), group (states); r (own.groups, other.groups), its entries so far apart
    FineSide(std::size_t states, std::size_t ky, const double* p, const std::int64_t* group,
             const MergedSource& own, const MergedSource& other, const double* r,
             std::size_t row_step, std::size_t column_step)
        : ky_(ky), ld_(rounded_up(other.groups, kPadding)), p_(p), own_(own), other_(other),
          r_(r), row_step_(row_step), column_step_(column_step), begins_(own.groups + 1, 0),
          order_(states), shifts_(states, 0.0), of_group_(own.groups) {
        for (std::size_t i = 0; i < states; ++i)
            ++begins_[static_cast<std::size_t>(group[i]) + 1];
        for (std::size_t g = 0; g < own.groups; ++g)
            begins_[g + 1] += begins_[g];
        std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
        for (std::size_t i = 0; i < states; ++i)
            order_[next[static_cast<std::size_t>(group[i])]++] = i;
    }

    void find(int threads, StopCheck& stop) {
        const Numbers s = sums_over(own_.groups, other_.groups, ky_, r_, row_step_,
                                    column_step_, other_.factor);
        bt_.reserve(ky_ * ld_);
        transpose(other_.groups, ky_, ld_, other_.factor.data(), bt_.get());
        dual_bt_.reserve(ky_ * ld_);
        transpose(other_.groups, ky_, ld_, exponentials(other_.log_dual).data(),
                  dual_bt_.get());
        parallel_for(own_.groups, threads, [&](std::size_t g) {
            if (!stop.requested())
                of_group_[g] = Group(*this, g, s.data() + g * ky_).found;
        });
        if (stop.requested())
            throw Interrupted();
    }

    // sum q log(q / sum_y q) of the coupling in which a state has its share of its group's masses, but
    // for the terms of the other source's factor.
    Sum primal() const { return total(&OfGroup::primal); }
    // How much the dual value rises where states have a of their own, nats.
    double gain() const { return total(&OfGroup::gain).value; }

    // The pair with that value.
    void write(double* log_a) const {
        for (std::size_t g = 0; g < own_.groups; ++g)
            for (std::size_t k = begins_[g]; k < begins_[g + 1]; ++k) {
                const std::size_t i = order_[k];
                const double mass = mass_of(p_ + i * ky_), whole = mass_of(own_.p + g * ky_);
                for (std::size_t y = 0; y < ky_; ++y) {
                    const double p = p_[i * ky_ + y], of_group = own_.p[g * ky_ + y];
                    double log = p > 0.0 ? own_.log_dual[g * ky_ + y] : -kInfinity;
                    if (p > 0.0 && std::isfinite(shifts_[i]))
                        log += std::log(p / of_group) - std::log(mass / whole) - shifts_[i];
                    log_a[i * ky_ + y] = log;
                }
            }
    }

private:
    struct OfGroup {
        Sum primal, gain;
    };

    double mass_of(const double* row) const {
        double mass = 0.0;
        for (std::size_t y = 0; y < ky_; ++y)
            mass += row[y];
        return mass;
    }

    Sum total(Sum OfGroup::* part) const {
        Sum sum;
        for (const OfGroup& group : of_group_)
            sum.add(group.*part);
        return sum;
    }

    // The work on one group of states, some rows at a time.
    struct Group {
        static constexpr std::size_t kRows = 8;
        OfGroup found;

        Group(FineSide& side, std::size_t g, const double* s) {
            const std::size_t ky = side.ky_, ld = side.ld_;
            const std::size_t begin = side.begins_[g], end = side.begins_[g + 1];
            AlignedArray memory;
            double* const r = memory.reserve(kRows * (ld + 2 * ky + 2) + ld);
            double* const a = r + kRows * ld;
            double* const tilted = a + kRows * ky;
            double* const row_max = tilted + kRows * ky;
            double* const gains = row_max + kRows;
            double* const unused = gains + kRows;
            std::fill_n(unused, ld, 0.0);
            for (std::size_t k = 0; k < std::min(kRows, end - begin); ++k) {
                std::fill_n(r + k * ld, ld, 0.0);
                for (std::size_t j = 0; j < side.other_.groups; ++j)
                    r[k * ld + j] = side.r_[g * side.row_step_ + j * side.column_step_];
            }
            const double* const whole = side.own_.p + g * ky;
            const double mass_of_group = side.mass_of(whole);
            const CertificateKernels& kernel = kernels().certificate;
            for (std::size_t first = begin; first < end; first += kRows) {
                const std::size_t rows = std::min(kRows, end - first);
                for (std::size_t k = 0; k < rows; ++k) {
                    const double* const p = side.p_ + side.order_[first + k] * ky;
                    const double share = side.mass_of(p) / mass_of_group;
                    gains[k] = 0.0;
                    for (std::size_t y = 0; y < ky; ++y) {
                        const double part = whole[y] > 0.0 ? p[y] / whole[y] : 0.0;
                        const double own = side.own_.factor[g * ky + y] * part;
                        a[k * ky + y] = own;
                        found.primal.add(own * s[y] * log_or_zero(own));
                        const double ratio = share > 0.0 ? part / share : 0.0;
                        tilted[k * ky + y] = ratio * std::exp(side.own_.log_dual[g * ky + y]);
                        gains[k] += p[y] * log_or_zero(ratio);
                    }
                }
                const ScanSums sums =
                    kernel.scan_products(rows, ld, ky, a, side.bt_.get(), r, row_max, unused);
                found.primal.value -= sums.r_m_log_m;
                found.primal.magnitude += sums.magnitude;
                kernel.product_maxima(rows, ld, ky, tilted, side.dual_bt_.get(), row_max,
                                      unused);
                for (std::size_t k = 0; k < rows; ++k) {
                    const std::size_t i = side.order_[first + k];
                    const double shift = std::log(row_max[k]);
                    const double gain = gains[k] - side.mass_of(side.p_ + i * ky) * shift;
                    const bool better = gain > 0.0 && std::isfinite(shift);
                    side.shifts_[i] = better ? shift : kInfinity;
                    if (better)
                        found.gain.add(gain);
                }
            }
        }
    };

    std::size_t ky_, ld_;
    const double* p_;
    const MergedSource& own_;
    const MergedSource& other_;
    const double* r_;
    std::size_t row_step_, column_step_;
    std::vector<std::size_t> begins_, order_;
    Numbers shifts_;
    std::vector<OfGroup> of_group_;
    AlignedArray bt_, dual_bt_;
};

void spread(std::size_t states, std::size_t ky, const double* p, const std::int64_t* group,
            const Numbers& merged, double* given) {
    for (std::size_t i = 0; i < states; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            given[i * ky + y] = p[i * ky + y] > 0.0
                                    ? merged[static_cast<std::size_t>(group[i]) * ky + y]
                                    : -kInfinity;
}

Sum dual_terms(std::size_t cells, const double* p, const double* log) {
    Sum sum;
    for (std::size_t k = 0; k < cells; ++k)
        if (p[k] > 0.0)
            sum.add(p[k] * log[k]);
    return sum;
}

} // namespace

Bounds fine_bounds(const Problem& given, const std::int64_t* group1, const std::int64_t* group2,
                   const Problem& merged, const Factors& found, const Dual& pair,
                   const Dual& fine, int threads, StopCheck& stop) {
    const auto [k1, k2, ky, p1y, p2y] = merged;
    Numbers r(k1 * k2);
    for (std::size_t k = 0; k < r.size(); ++k)
        r[k] = std::exp(found.log_r[k]);
    MergedSource first{k1, p1y, Numbers(found.a, found.a + k1 * ky),
                       Numbers(pair.log_a, pair.log_a + k1 * ky)};
    MergedSource second{k2, p2y, Numbers(found.b, found.b + k2 * ky),
                        Numbers(pair.log_b, pair.log_b + k2 * ky)};
    fix_scale(ky, first.log_dual, second.log_dual);
    complete(first.log_dual, p1y);
    complete(second.log_dual, p2y);
    // a coupling that exceeds neither marginal
    shrink(first.factor, p1y, sums_over(k1, k2, ky, r.data(), k2, 1, second.factor));
    shrink(second.factor, p2y, sums_over(k2, k1, ky, r.data(), 1, k2, first.factor));

    FineSide of_first(given.k1, ky, given.p1y, group1, first, second, r.data(), k2, 1);
    FineSide of_second(given.k2, ky, given.p2y, group2, second, first, r.data(), 1, k2);
    of_first.find(threads, stop);
    of_second.find(threads, stop);

    std::vector<double> classes(ky);
    const double entropy = entropy_of_target(given.p1y, given.k1, ky, classes.data());
    // F1 + F2 - f: see docs/algorithm.md
    Sum together;
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j) {
            double m = 0.0;
            for (std::size_t y = 0; y < ky; ++y)
                m += first.factor[i * ky + y] * second.factor[j * ky + y];
            together.add(r[i * k2 + j] * m * log_or_zero(m));
        }
    Sum upper = of_first.primal();
    upper.add(of_second.primal());
    upper.value += together.value;
    upper.magnitude += together.magnitude;

    spread(given.k1, ky, given.p1y, group1, first.log_dual, fine.log_a);
    spread(given.k2, ky, given.p2y, group2, second.log_dual, fine.log_b);
    if (of_first.gain() >= of_second.gain())
        of_first.write(fine.log_a);
    else
        of_second.write(fine.log_b);
    Sum lower = dual_terms(given.k1 * ky, given.p1y, fine.log_a);
    lower.add(dual_terms(given.k2 * ky, given.p2y, fine.log_b));
    CertificateTerms terms;
    terms.dual = lower.value;
    terms.magnitude = lower.magnitude;
    Bounds bounds;
    bounds.lower = lower_from(terms, entropy);
    terms.primal = upper.value;
    terms.magnitude = upper.magnitude;
    bounds.upper = bounds_from(terms, entropy).upper;
    if (!std::isfinite(bounds.lower))
        bounds.lower = 0.0;
    if (!std::isfinite(bounds.upper))
        bounds.upper = kInfinity;
    return bounds;
}

} // namespace fourfold
