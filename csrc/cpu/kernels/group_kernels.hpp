// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace fourfold {

// The kernels that put states into groups, for one instruction set.
struct GroupKernels {
    // group(i) = the first g at which sum_y p(i,y) logs(y,g) is largest.
    // p (states, ky); logs (ky, ld), ld a multiple of kPadding and below 2^32; group (states)
    void (*nearest)(std::size_t states, std::size_t ld, std::size_t ky, const double* p,
                    const double* logs, std::uint32_t* group);
};

} // namespace fourfold
