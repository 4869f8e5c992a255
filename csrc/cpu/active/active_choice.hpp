// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fourfold/problem.hpp"

namespace fourfold {

// Whether BackendActive is expected to need less time than BackendCpu, and to lead as far: there are many
// pairs, and most of them can carry mass in several classes. On sparse counts they are rather left to the
// blocks of the classes.
bool active_pairs_pay(const Problem& problem);

} // namespace fourfold
