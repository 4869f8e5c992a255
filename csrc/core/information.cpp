// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/information.hpp"

#include <algorithm>
#include <cmath>

namespace fourfold {

namespace {

void target_marginal(const double* p, std::size_t states, std::size_t ky, double* py) {
    std::fill_n(py, ky, 0.0);
    for (std::size_t i = 0; i < states; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            py[y] += p[i * ky + y];
}

} // namespace

double entropy_of_target(const double* p, std::size_t states, std::size_t ky, double* scratch) {
    target_marginal(p, states, ky, scratch);
    double entropy = 0.0;
    for (std::size_t y = 0; y < ky; ++y)
        if (scratch[y] > 0.0)
            entropy -= scratch[y] * std::log(scratch[y]);
    return std::max(entropy, 0.0);
}

double mutual_information(const double* p, std::size_t states, std::size_t ky,
                          double* scratch) {
    target_marginal(p, states, ky, scratch);
    double* const log_py = scratch;
    for (std::size_t y = 0; y < ky; ++y)
        log_py[y] = scratch[y] > 0.0 ? std::log(scratch[y]) : 0.0;
    double information = 0.0;
    for (std::size_t i = 0; i < states; ++i)
        information +=
            information_of_state(p + i * ky, ky, [log_py](std::size_t y) { return log_py[y]; });
    return std::max(information, 0.0);
}

} // namespace fourfold
