// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda_runtime.h"

namespace cooperative_groups {

struct EmulatedGrid {
    void sync() const { cuda_emulation::synchronise_grid(); }
};
inline EmulatedGrid this_grid() {
    return {};
}

} // namespace cooperative_groups
