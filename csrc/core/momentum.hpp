// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace fourfold {

// Nesterov's weights for the extrapolation of log r, restarted from zero when the last step
// turned against the direction of travel (O'Donoghue and Candes 2015, gradient restart).
class Momentum {
public:
    double weight() const { return weight_; }

    void restart() {
        t_ = 1.0;
        weight_ = 0.0;
    }

    void update(double alignment) {
        if (alignment < 0.0)
            restart();
        const double t_next = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * t_ * t_));
        weight_ = (t_ - 1.0) / t_next;
        t_ = t_next;
    }

private:
    double t_ = 1.0;
    double weight_ = 0.0;
};

} // namespace fourfold
