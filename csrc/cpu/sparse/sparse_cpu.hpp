// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/sparse/backend_sparse.hpp"
#include "cpu/sparse/newton_system_sparse.hpp"

namespace fourfold {

// A back end and the Newton system on the blocks that it has loaded; on one thread, whatever is given.
struct SparseCpu {
    SparseCpu(int, StopCheck& stop) : backend(blocks, stop), newton_system(blocks, stop) {}

    ClassBlocks blocks;
    BackendSparse backend;
    NewtonSystemSparse newton_system;
};

} // namespace fourfold
