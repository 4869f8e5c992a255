// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/sparse_choice.hpp"

namespace fourfold {

bool sparse_is_faster(const Problem&) {
    return false;
}

} // namespace fourfold
