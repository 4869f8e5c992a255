// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace fourfold {

// That the calling thread may run on, by its affinity mask; at least 1.
int processors();

// Processors' worth of time that the cgroup of this process grants, or the least of one above it;
// infinity where there is no quota. Version 1 and 2 are read below `root`, "/" but in tests.
double cpu_quota(const std::string& root);

} // namespace fourfold
