// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/coarse/nearest_mean_cpu.hpp"

#include <algorithm>

#include "cpu/dispatch.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

static_assert(NearestMean::kLine % kPadding == 0, "lines of means are whole registers");

void NearestMeanCpu::find(std::size_t states, std::size_t ld, std::size_t ky, const double* p,
                          const double* logs, std::uint32_t* group) {
    constexpr double kWork = 4e6; // multiply-adds of a piece, some milliseconds
    const double of_state = static_cast<double>(ld * ky);
    const auto together = static_cast<std::size_t>(std::max(kWork / of_state, 64.0));
    const KernelTable& table = kernels();
    parallel_for((states + together - 1) / together, threads_, [&](std::size_t piece) {
        if (stop_.requested())
            return;
        const std::size_t begin = piece * together;
        table.groups.nearest(std::min(together, states - begin), ld, ky, p + begin * ky, logs,
                             group + begin);
    });
    if (stop_.requested())
        throw Interrupted();
}

} // namespace fourfold
