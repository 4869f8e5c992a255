// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/reference.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/certificate.hpp"
#include "core/infinity.hpp"
#include "core/information.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr int kSweeps = 2000;
constexpr double kViolation = 1e-13;

double log_add(double a, double b) {
    const double high = std::max(a, b);
    if (high == -kInfinity)
        return high;
    return high + std::log1p(std::exp(std::min(a, b) - high));
}

// q(i,j,y) = exp(log_r(i,j) + log_a(i,y) + log_b(j,y)), everything in logarithms; log 0 = -inf.
class Reference {
public:
    Reference(const Problem& problem, Interrupt& interrupt)
        : k1_(problem.k1), k2_(problem.k2), ky_(problem.ky), p1y_(problem.p1y),
          p2y_(problem.p2y), interrupt_(interrupt), log_r_(k1_ * k2_, -kInfinity),
          log_a_(k1_ * ky_), log_b_(k2_ * ky_), q_(k1_ * k2_ * ky_), row_shift_(k1_),
          column_shift_(k2_) {
        entropy_y_ = entropy_of_target(p1y_, k1_, ky_, std::vector<double>(ky_).data());
        start_at_conditional_independence();
    }

    // Sinkhorn for every y: scale columns, then rows, until the marginals fit.
    void project() {
        for (int sweep = 0; sweep < kSweeps; ++sweep) {
            if (interrupt_.requested())
                throw Interrupted();
            for (std::size_t j = 0; j < k2_; ++j)
                for (std::size_t y = 0; y < ky_; ++y) {
                    double total = -kInfinity;
                    for (std::size_t i = 0; i < k1_; ++i)
                        total = log_add(total, log_r_[i * k2_ + j] + log_a_[i * ky_ + y]);
                    log_b_[j * ky_ + y] = scaled(p2y_[j * ky_ + y], total);
                }
            for (std::size_t i = 0; i < k1_; ++i)
                for (std::size_t y = 0; y < ky_; ++y) {
                    double total = -kInfinity;
                    for (std::size_t j = 0; j < k2_; ++j)
                        total = log_add(total, log_r_[i * k2_ + j] + log_b_[j * ky_ + y]);
                    log_a_[i * ky_ + y] = scaled(p1y_[i * ky_ + y], total);
                }
            form_tensor();
            if (column_violation() <= kViolation)
                return;
        }
    }

    // r <- sum_y q
    void update_kernel() {
        for (std::size_t i = 0; i < k1_; ++i)
            for (std::size_t j = 0; j < k2_; ++j)
                log_r_[i * k2_ + j] += log_m(i, j);
    }

    // (a, b) shifted to feasibility by rows, or by columns: the better of the two dual values.
    double lower_bound() {
        double dual = entropy_y_, by_rows = 0.0, by_columns = 0.0;
        for (std::size_t k = 0; k < k1_ * ky_; ++k)
            if (p1y_[k] > 0.0)
                dual += p1y_[k] * log_a_[k];
        for (std::size_t k = 0; k < k2_ * ky_; ++k)
            if (p2y_[k] > 0.0)
                dual += p2y_[k] * log_b_[k];
        for (std::size_t i = 0; i < k1_; ++i) {
            double best = -kInfinity, mass = 0.0;
            for (std::size_t j = 0; j < k2_; ++j)
                best = std::max(best, log_m(i, j));
            for (std::size_t y = 0; y < ky_; ++y)
                mass += p1y_[i * ky_ + y];
            by_rows += mass * best;
            row_shift_[i] = best;
        }
        for (std::size_t j = 0; j < k2_; ++j) {
            double best = -kInfinity, mass = 0.0;
            for (std::size_t i = 0; i < k1_; ++i)
                best = std::max(best, log_m(i, j));
            for (std::size_t y = 0; y < ky_; ++y)
                mass += p2y_[j * ky_ + y];
            by_columns += mass * best;
            column_shift_[j] = best;
        }
        shift_rows_ = by_rows <= by_columns;
        return dual - std::min(by_rows, by_columns);
    }

    // That shifted pair.
    void dual(const Dual& out) const {
        for (std::size_t k = 0; k < k1_ * ky_; ++k)
            out.log_a[k] = log_a_[k] - (shift_rows_ ? row_shift_[k / ky_] : 0.0);
        for (std::size_t k = 0; k < k2_ * ky_; ++k)
            out.log_b[k] = log_b_[k] - (shift_rows_ ? 0.0 : column_shift_[k / ky_]);
    }

    // I_q of the tensor with its columns shrunk to fit and the remainder added: exact
    // marginals.
    double upper_bound() {
        shrink_columns();
        form_tensor();
        std::vector<double> q = q_;
        for (std::size_t y = 0; y < ky_; ++y) {
            std::vector<double> e1(k1_), e2(k2_);
            double mass = 0.0;
            for (std::size_t i = 0; i < k1_; ++i) {
                double row = 0.0;
                for (std::size_t j = 0; j < k2_; ++j)
                    row += q_[at(i, j, y)];
                e1[i] = std::max(p1y_[i * ky_ + y] - row, 0.0);
                mass += e1[i];
            }
            for (std::size_t j = 0; j < k2_; ++j)
                e2[j] = std::max(p2y_[j * ky_ + y] - column_sum(j, y), 0.0);
            if (mass <= 0.0)
                continue;
            for (std::size_t i = 0; i < k1_; ++i)
                for (std::size_t j = 0; j < k2_; ++j)
                    q[at(i, j, y)] += e1[i] * e2[j] / mass;
        }
        double value = entropy_y_;
        for (std::size_t i = 0; i < k1_; ++i)
            for (std::size_t j = 0; j < k2_; ++j) {
                double total = 0.0;
                for (std::size_t y = 0; y < ky_; ++y)
                    total += q[at(i, j, y)];
                for (std::size_t y = 0; y < ky_; ++y) {
                    const double mass = q[at(i, j, y)];
                    if (mass > 0.0)
                        value += mass * std::log(mass / total);
                }
            }
        return value;
    }

    void write(const Factors& out) const {
        std::copy(log_r_.begin(), log_r_.end(), out.log_r);
        for (std::size_t k = 0; k < k1_ * ky_; ++k)
            out.a[k] = std::exp(log_a_[k]);
        for (std::size_t k = 0; k < k2_ * ky_; ++k)
            out.b[k] = std::exp(log_b_[k]);
    }

private:
    std::size_t at(std::size_t i, std::size_t j, std::size_t y) const {
        return (i * k2_ + j) * ky_ + y;
    }

    static double scaled(double mass, double log_total) {
        return mass > 0.0 ? std::log(mass) - log_total : -kInfinity;
    }

    // r(i,j) = sum_y p(i,y) p(j,y) / p(y), a = [p1y > 0]
    void start_at_conditional_independence() {
        for (std::size_t y = 0; y < ky_; ++y) {
            double py = 0.0;
            for (std::size_t i = 0; i < k1_; ++i)
                py += p1y_[i * ky_ + y];
            for (std::size_t i = 0; i < k1_; ++i) {
                const double p1 = p1y_[i * ky_ + y];
                log_a_[i * ky_ + y] = p1 > 0.0 ? 0.0 : -kInfinity;
                for (std::size_t j = 0; j < k2_; ++j) {
                    const double p2 = p2y_[j * ky_ + y];
                    if (p1 > 0.0 && p2 > 0.0)
                        log_r_[i * k2_ + j] = log_add(
                            log_r_[i * k2_ + j], std::log(p1) + std::log(p2) - std::log(py));
                }
            }
        }
    }

    // log sum_y a(i,y) b(j,y)
    double log_m(std::size_t i, std::size_t j) const {
        double total = -kInfinity;
        for (std::size_t y = 0; y < ky_; ++y)
            total = log_add(total, log_a_[i * ky_ + y] + log_b_[j * ky_ + y]);
        return total;
    }

    void form_tensor() {
        for (std::size_t i = 0; i < k1_; ++i)
            for (std::size_t j = 0; j < k2_; ++j)
                for (std::size_t y = 0; y < ky_; ++y)
                    q_[at(i, j, y)] = std::exp(log_r_[i * k2_ + j] + log_a_[i * ky_ + y] +
                                               log_b_[j * ky_ + y]);
    }

    double column_sum(std::size_t j, std::size_t y) const {
        double column = 0.0;
        for (std::size_t i = 0; i < k1_; ++i)
            column += q_[at(i, j, y)];
        return column;
    }

    double column_violation() const {
        double violation = 0.0;
        for (std::size_t j = 0; j < k2_; ++j)
            for (std::size_t y = 0; y < ky_; ++y)
                violation += std::abs(column_sum(j, y) - p2y_[j * ky_ + y]);
        return violation;
    }

    void shrink_columns() {
        for (std::size_t j = 0; j < k2_; ++j)
            for (std::size_t y = 0; y < ky_; ++y) {
                const double column = column_sum(j, y);
                if (column > p2y_[j * ky_ + y])
                    log_b_[j * ky_ + y] += std::log(p2y_[j * ky_ + y] / column);
            }
    }

    std::size_t k1_, k2_, ky_;
    const double* p1y_; // (K1, KY)
    const double* p2y_; // (K2, KY)
    Interrupt& interrupt_;
    double entropy_y_ = 0.0;
    std::vector<double> log_r_;                    // (K1, K2)
    std::vector<double> log_a_;                    // (K1, KY)
    std::vector<double> log_b_;                    // (K2, KY)
    std::vector<double> q_;                        // (K1, K2, KY)
    std::vector<double> row_shift_, column_shift_; // log of the maxima of M, (K1) and (K2)
    bool shift_rows_ = false;
};

} // namespace

void solve_reference(const Problem& problem, const SolveOptions& options,
                     const Factors& factors, Interrupt& interrupt, SolveReport& report) {
    Reference reference(problem, interrupt);
    for (;; ++report.iterations) {
        reference.project();
        raise_lower(reference, reference.lower_bound(), report);
        report.upper = reference.upper_bound();
        if (report.upper - report.lower <= options.tol || report.iterations >= options.max_iter)
            break;
        reference.update_kernel();
    }
    if (factors.log_r != nullptr)
        reference.write(factors);
}

} // namespace fourfold
