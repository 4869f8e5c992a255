// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "fourfold/host_device.hpp"

namespace fourfold {

// No divisor and no argument of log is below this: normal, as is its reciprocal. Real is double or
// float.
template <class Real>
inline constexpr Real kTinyOf = sizeof(Real) == 4 ? Real(1e-37) : Real(1e-300);

// A factor, in single precision kept where it and its reciprocal are normal numbers.
template <class Real>
FOURFOLD_HOST_DEVICE Real to_real(double factor) {
    if constexpr (std::is_same_v<Real, double>) {
        return factor;
    } else {
        const double least = kTinyOf<Real>;
        if (!(factor > 0.0))
            return Real(0);
        return Real(factor < least ? least : factor > 1.0 / least ? 1.0 / least : factor);
    }
}

} // namespace fourfold
