// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/coarse/principal_direction.hpp"

#include <algorithm>
#include <cmath>

namespace fourfold {

void PrincipalDirection::find(std::size_t n, const std::size_t* order, std::size_t ky,
                              const double* point, const double* weight) {
    ky_ = ky;
    mean_.assign(ky, 0.0);
    double total = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
        const double w = weight[order[k]];
        const double* const x = point + order[k] * ky;
        total += w;
        for (std::size_t y = 0; y < ky; ++y)
            mean_[y] += w * x[y];
    }
    for (double& x : mean_)
        x /= total;
    direction_.assign(ky, 0.0);
    if (ky <= kMostSquared)
        by_squaring(n, order, point, weight);
    else
        by_steps(n, order, point, weight);
}

double PrincipalDirection::along(const double* point) const {
    double sum = 0.0;
    for (std::size_t y = 0; y < ky_; ++y)
        sum += (point[y] - mean_[y]) * direction_[y];
    return sum;
}

// The power 2^kSquarings of the matrix of second moments is nearly a multiple of v v^T.
void PrincipalDirection::by_squaring(std::size_t n, const std::size_t* order,
                                     const double* point, const double* weight) {
    const std::size_t ky = ky_;
    spread_.assign(ky * ky, 0.0);
    next_.resize(ky);
    for (std::size_t k = 0; k < n; ++k) {
        const double w = weight[order[k]];
        const double* const x = point + order[k] * ky;
        for (std::size_t y = 0; y < ky; ++y)
            next_[y] = x[y] - mean_[y];
        for (std::size_t y = 0; y < ky; ++y) {
            const double scaled = w * next_[y];
            double* const row = spread_.data() + y * ky;
            for (std::size_t z = 0; z < ky; ++z)
                row[z] += scaled * next_[z];
        }
    }
    squared_.resize(ky * ky);
    for (int k = 0; k < kSquarings; ++k) {
        double trace = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            trace += spread_[y * ky + y];
        if (!(trace > 0.0)) // all points are the same
            return;
        for (double& x : spread_)
            x /= trace;
        std::fill(squared_.begin(), squared_.end(), 0.0);
        for (std::size_t y = 0; y < ky; ++y)
            for (std::size_t z = 0; z < ky; ++z)
                for (std::size_t u = 0; u < ky; ++u)
                    squared_[y * ky + u] += spread_[y * ky + z] * spread_[z * ky + u];
        spread_.swap(squared_);
    }
    std::size_t widest = 0;
    for (std::size_t y = 1; y < ky; ++y)
        if (spread_[y * ky + y] > spread_[widest * ky + widest])
            widest = y;
    std::copy_n(spread_.data() + widest * ky, ky, direction_.data());
}

// Power iteration, from the class whose probabilities vary most.
void PrincipalDirection::by_steps(std::size_t n, const std::size_t* order, const double* point,
                                  const double* weight) {
    const std::size_t ky = ky_;
    next_.assign(ky, 0.0);
    for (std::size_t k = 0; k < n; ++k) {
        const double* const x = point + order[k] * ky;
        for (std::size_t y = 0; y < ky; ++y)
            next_[y] += weight[order[k]] * (x[y] - mean_[y]) * (x[y] - mean_[y]);
    }
    const auto widest = std::max_element(next_.begin(), next_.end());
    if (!(*widest > 0.0))
        return;
    direction_[static_cast<std::size_t>(widest - next_.begin())] = 1.0;
    for (int step = 0; step < kSteps; ++step) {
        std::fill(next_.begin(), next_.end(), 0.0);
        for (std::size_t k = 0; k < n; ++k) {
            const double* const x = point + order[k] * ky;
            const double scaled = weight[order[k]] * along(x);
            for (std::size_t y = 0; y < ky; ++y)
                next_[y] += scaled * (x[y] - mean_[y]);
        }
        double largest = 0.0;
        for (double x : next_)
            largest = std::max(largest, std::abs(x));
        if (!(largest > 0.0))
            return;
        for (std::size_t y = 0; y < ky; ++y)
            direction_[y] = next_[y] / largest;
    }
}

} // namespace fourfold
