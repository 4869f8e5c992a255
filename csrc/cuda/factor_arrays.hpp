// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fourfold/problem.hpp"

namespace fourfold {

// Factors of the shape of a problem, in memory of the host.
class FactorArrays {
public:
    explicit FactorArrays(const Problem& p)
        : log_r_(p.k1 * p.k2), a_(p.k1 * p.ky), b_(p.k2 * p.ky) {}
    Factors get() { return {log_r_.data(), a_.data(), b_.data()}; }
    Start as_start() const { return {log_r_.data(), a_.data(), b_.data()}; }

private:
    std::vector<double> log_r_, a_, b_;
};

} // namespace fourfold
