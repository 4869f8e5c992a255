// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/union/class_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/union/pinned_cells.hpp"
#include "core/union/tuple_passes.hpp"
#include "cpu/dispatch.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
}

ClassFit::ClassFit(const UnionTables& tables, int threads, StopCheck& stop)
    : tables_(tables), kernels_(kernels()), stop_(stop), rest_(kernels_.newton, threads),
      pinned_(pinned_cells(tables)) {}

double ClassFit::fit(const TupleList& list, const double* r, double target,
                     std::vector<double>& log_a) {
    const std::size_t ky = tables_.classes(), states = tables_.states();
    std::vector<double> error(ky, std::numeric_limits<double>::infinity());
    std::vector<double> saved = log_a;
    std::vector<char> jumped(ky, 0);
    marginals_.resize(tables_.cells());
    products(list, log_a);
    for (int k = 0; k < kSweeps; ++k)
        for (std::size_t y = 0; y < ky; ++y)
            sweep(list, r, y, log_a);
    double total = 0.0;
    for (int round = 0;; ++round) {
        if (stop_.requested())
            throw Interrupted();
        products(list, log_a);
        tuple_marginals(list, states, ky, r, e_.data(), marginals_.data());
        bool moved = false;
        total = 0.0;
        for (std::size_t y = 0; y < ky; ++y) {
            double now = 0.0;
            for (std::size_t x = 0; x < states; ++x)
                now += std::abs(tables_.p()[x * ky + y] - marginals_[x * ky + y]);
            const bool wrong = jumped[y] != 0 && !(now <= kWentWrong * error[y]);
            if (wrong) // back to where the step began
                for (std::size_t x = 0; x < states; ++x)
                    log_a[x * ky + y] = saved[x * ky + y];
            const double before = error[y];
            error[y] = wrong ? before : now;
            total += error[y];
            if (error[y] <= target / static_cast<double>(ky) || round == kRounds)
                continue;
            moved = true;
            if (wrong) {
                products(list, log_a);
                sweep(list, r, y, log_a);
                jumped[y] = 0;
                continue;
            }
            for (std::size_t x = 0; x < states; ++x)
                saved[x * ky + y] = log_a[x * ky + y];
            newton_step(list, r, y, log_a);
            jumped[y] = 1;
        }
        if (!moved || round == kRounds)
            return total;
    }
}

void ClassFit::products(const TupleList& list, const std::vector<double>& log_a) {
    const std::size_t ky = tables_.classes();
    a_.resize(tables_.cells());
    e_.resize(list.size() * ky);
    s_.resize(list.size());
    for (std::size_t cell = 0; cell < tables_.cells(); ++cell)
        a_[cell] = tables_.p()[cell] > 0.0 ? std::exp(log_a[cell]) : 0.0;
    tuple_products(list, ky, a_.data(), e_.data(), s_.data());
}

// Each source of one class in turn; e_ follows.
void ClassFit::sweep(const TupleList& list, const double* r, std::size_t y,
                     std::vector<double>& log_a) {
    const std::size_t ky = tables_.classes();
    std::vector<double> sums(tables_.states());
    for (std::size_t i = 0; i < tables_.sources(); ++i) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (std::size_t k = 0; k < list.size(); ++k)
            sums[list[k][i]] += r[k] * e_[k * ky + y];
        for (std::size_t x = tables_.first(i); x < tables_.first(i + 1); ++x) {
            const double p = tables_.p()[x * ky + y];
            sums[x] = p > 0.0 && sums[x] > 0.0 ? p / sums[x] : 1.0;
            if (sums[x] != 1.0)
                log_a[x * ky + y] += std::log(sums[x]);
        }
        for (std::size_t k = 0; k < list.size(); ++k)
            e_[k * ky + y] *= sums[list[k][i]];
    }
}

// marginals_ and e_ are those of log_a.
void ClassFit::newton_step(const TupleList& list, const double* r, std::size_t y,
                           std::vector<double>& log_a) {
    const std::size_t ky = tables_.classes(), states = tables_.states();
    const std::size_t n = tables_.sources(), first = tables_.first(1);
    unknown_.assign(states, kNone);
    diagonal_.clear(); // the scales, of the first source's unknowns and of the others'
    std::size_t depth = 0, others = 0;
    for (std::size_t x = 0; x < states; ++x) {
        const double sum = marginals_[x * ky + y];
        if (pinned_[x * ky + y] != 0 || !(sum > 0.0))
            continue;
        unknown_[x] = x < first ? depth++ : others++;
        diagonal_.push_back(1.0 / std::sqrt(sum));
    }
    rest_.reset(others);
    const std::size_t ld = rest_.panels() * kPanel;
    double* const panels = x_.reserve(depth * ld);
    std::fill_n(panels, depth * ld, 0.0);
    const double* const scale = diagonal_.data() + depth;
    for (std::size_t k = 0; k < list.size(); ++k) {
        const double q = r[k] * e_[k * ky + y];
        if (!(q > 0.0))
            continue;
        const std::size_t row = unknown_[list[k][0]];
        for (std::size_t i = 1; i < n; ++i) {
            const std::size_t u = unknown_[list[k][i]];
            if (u == kNone)
                continue;
            const double scaled = q * scale[u];
            if (row != kNone)
                panels[(u / kPanel * depth + row) * kPanel + u % kPanel] +=
                    scaled * diagonal_[row];
            for (std::size_t j = i; j < n; ++j) {
                const std::size_t v = unknown_[list[k][j]];
                if (v != kNone)
                    rest_.row(u)[v] += scaled * scale[v];
            }
        }
    }
    rest_.subtract_gram(depth, panels);
    rest_.factorise();

    right_.assign(depth + ld, 0.0);
    double* const rest = right_.data() + depth;
    for (std::size_t x = 0; x < states; ++x)
        if (unknown_[x] != kNone) {
            const std::size_t u = unknown_[x] + (x < first ? 0 : depth);
            right_[u] = (tables_.p()[x * ky + y] - marginals_[x * ky + y]) * diagonal_[u];
        }
    for (std::size_t p = 0; p < rest_.panels(); ++p)
        for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t l = 0; l < kPanel; ++l)
                rest[p * kPanel + l] -= panels[(p * depth + k) * kPanel + l] * right_[k];
    rest_.solve(rest);
    for (std::size_t p = 0; p < rest_.panels(); ++p)
        for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t l = 0; l < kPanel; ++l)
                right_[k] -= panels[(p * depth + k) * kPanel + l] * rest[p * kPanel + l];
    double longest = 0.0;
    for (std::size_t u = 0; u < depth + others; ++u) {
        right_[u] *= diagonal_[u];
        longest = std::max(longest, std::abs(right_[u]));
    }
    const double part = longest > kLongestStep ? kLongestStep / longest : 1.0;
    for (std::size_t x = 0; x < states; ++x)
        if (unknown_[x] != kNone)
            log_a[x * ky + y] += part * right_[unknown_[x] + (x < first ? 0 : depth)];
}

} // namespace fourfold
