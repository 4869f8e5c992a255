// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace fourfold {

// log n! less the leading terms (n + 1/2) log n - n + log sqrt(2 pi) of Stirling's series, n at least 64.
inline double beyond_stirling(double n) {
    const double r = 1.0 / n;
    return r * (1.0 / 12.0 - r * r * (1.0 / 360.0 - r * r / 1260.0));
}

// log (n + step)! / n!, right to about 1e-8 where counts are far above 2^32, too: log factorials
// themselves would be too large to be subtracted. Both n and n + step at least 0.
inline double log_factorial_ratio(double n, double step) {
    const double end = n + step;
    if (n < 64.0 || end < 64.0) {
        double ratio = 0.0;
        const double from = n < end ? n : end, to = n < end ? end : n;
        if (to - from <= 64.0) {
            double product = 1.0;
            for (double k = from + 1.0; k <= to; k += 1.0)
                product *= k; // at most 128^64
            ratio = std::log(product);
        } else { // down to 64 by its factors, and the rest by the series
            ratio =
                log_factorial_ratio(64.0, to - 64.0) + log_factorial_ratio(from, 64.0 - from);
        }
        return n < end ? ratio : -ratio;
    }
    return step * std::log(n) + (end + 0.5) * std::log1p(step / n) - step +
           beyond_stirling(end) - beyond_stirling(n);
}

} // namespace fourfold
