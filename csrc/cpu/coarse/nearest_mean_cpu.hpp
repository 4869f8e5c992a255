// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/coarse/nearest_mean.hpp"
#include "cpu/stop_check.hpp"

namespace fourfold {

// Of each state by itself, on several threads: the same whatever their number.
class NearestMeanCpu : public NearestMean {
public:
    NearestMeanCpu(int threads, StopCheck& stop) : threads_(threads), stop_(stop) {}
    void find(std::size_t states, std::size_t ld, std::size_t ky, const double* p,
              const double* logs, std::uint32_t* group) override;

private:
    int threads_;
    StopCheck& stop_;
};

} // namespace fourfold
