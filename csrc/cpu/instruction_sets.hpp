// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace fourfold {

// Levels of x86-64 that this processor has and the system saves the registers of. All false on
// other processors.
struct InstructionSets {
    bool v3 = false;
    bool v4 = false;
};

InstructionSets instruction_sets();

} // namespace fourfold
