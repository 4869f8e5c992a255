// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace fourfold {

// What a back end does of a step of Lloyd's: the group of the mean that is nearest each state, in KL
// divergence. p (states, ky), logs (ky, ld) of the means, group (states):
//     group(i) = argmax_g sum_y p(i,y) logs(y,g), the first of several.
// ld is a multiple of kLine; behind the means it holds copies of the first.
class NearestMean {
public:
    static constexpr std::size_t kLine = 8;
    virtual ~NearestMean() = default;
    // Throws Interrupted.
    virtual void find(std::size_t states, std::size_t ld, std::size_t ky, const double* p,
                      const double* logs, std::uint32_t* group) = 0;
};

} // namespace fourfold
