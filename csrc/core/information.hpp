// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>

#include "fourfold/host_device.hpp"

namespace fourfold {

// What one state adds to I(X;Y), in nats: row (ky) of its joint masses; log_of_class(y) = log p(y).
template <class LogOfClass>
FOURFOLD_HOST_DEVICE double information_of_state(const double* row, std::size_t ky,
                                                 const LogOfClass& log_of_class) {
    double mass = 0.0;
    for (std::size_t y = 0; y < ky; ++y)
        mass += row[y];
    const double log_mass = mass > 0.0 ? std::log(mass) : 0.0;
    // logarithms apart: the product of two tiny masses would underflow
    double information = 0.0;
    for (std::size_t y = 0; y < ky; ++y)
        if (row[y] > 0.0)
            information += row[y] * (std::log(row[y]) - log_mass - log_of_class(y));
    return information;
}

// H(Y) in nats of the (states, ky) joint distribution p with row-major entries. scratch (ky)
double entropy_of_target(const double* p, std::size_t states, std::size_t ky, double* scratch);

// I(X;Y) in nats of the (states, ky) joint distribution p with row-major entries; never
// negative. scratch (ky)
double mutual_information(const double* p, std::size_t states, std::size_t ky, double* scratch);

} // namespace fourfold
