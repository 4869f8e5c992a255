// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "fourfold/host_device.hpp"

namespace fourfold {

// Nesterov's weights for the extrapolation of log r, restarted from zero when the last step
// turned against the direction of travel (O'Donoghue and Candes 2015, gradient restart), with the
// slower start of Liang, Luo and Schoenlieb (2022, eq. 1.8): about 1 - (1 + 2 / kStart) / n.
class Momentum {
public:
    // Of the extrapolation after the next step.
    FOURFOLD_HOST_DEVICE double weight() const { return (t_ - 1.0) / next(t_); }

    FOURFOLD_HOST_DEVICE void advance() { t_ = next(t_); }
    FOURFOLD_HOST_DEVICE void restart() { t_ = 1.0; }

private:
    static constexpr double kStart = 0.7; // 1 is Nesterov's own sequence

    FOURFOLD_HOST_DEVICE static double next(double t) {
        return 0.5 * (kStart + std::sqrt(1.0 + 4.0 * t * t));
    }

    double t_ = 1.0;
};

} // namespace fourfold
