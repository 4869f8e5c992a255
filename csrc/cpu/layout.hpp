// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "fourfold/problem.hpp"

namespace fourfold {

// The sizes of a problem and of its arrays: pair arrays are (K1, ld), row arrays (K1, KY) and column
// arrays (KY, ld), where ld is K2 padded to kPaddingOf<Real>.
struct Layout {
    std::size_t k1 = 0;
    std::size_t k2 = 0;
    std::size_t ky = 0;
    std::size_t ld = 0;

    std::size_t pairs() const { return k1 * ld; }
    std::size_t rows() const { return k1 * ky; }
    std::size_t columns() const { return ky * ld; }
};

template <class Real>
Layout layout_of(const Problem& problem) {
    constexpr std::size_t kPad = kPaddingOf<Real>;
    constexpr std::size_t kPage = 4096 / sizeof(Real);
    std::size_t ld = rounded_up(problem.k2, kPad);
    // Rows a multiple of a page apart would all map to the same few lines of each cache.
    if (ld % kPage == 0)
        ld += kPad;
    return {problem.k1, problem.k2, problem.ky, ld};
}

} // namespace fourfold
