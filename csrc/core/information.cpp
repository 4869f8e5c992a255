// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/information.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourfold {

namespace {

std::vector<double> target_marginal(const double* p, std::size_t states, std::size_t ky) {
    std::vector<double> py(ky, 0.0);
    for (std::size_t i = 0; i < states; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            py[y] += p[i * ky + y];
    return py;
}

} // namespace

double entropy_of_target(const double* p, std::size_t states, std::size_t ky) {
    double entropy = 0.0;
    for (double py : target_marginal(p, states, ky))
        if (py > 0.0)
            entropy -= py * std::log(py);
    return std::max(entropy, 0.0);
}

double mutual_information(const double* p, std::size_t states, std::size_t ky) {
    std::vector<double> log_py = target_marginal(p, states, ky);
    for (double& of_class : log_py)
        of_class = of_class > 0.0 ? std::log(of_class) : 0.0;
    double information = 0.0;
    for (std::size_t i = 0; i < states; ++i) {
        const double* row = p + i * ky;
        double px = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            px += row[y];
        const double log_px = px > 0.0 ? std::log(px) : 0.0;
        // logarithms apart: px * py of two tiny masses would underflow
        double of_row = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            if (row[y] > 0.0)
                of_row += row[y] * (std::log(row[y]) - log_px - log_py[y]);
        information += of_row;
    }
    return std::max(information, 0.0);
}

} // namespace fourfold
