// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

// FOURFOLD_LEVEL_NAME(x_) is the symbol x_base, x_v3 or x_v4 of the level being compiled, and
// FOURFOLD_LEVEL_STRING its name.
#define FOURFOLD_JOIN_(a, b) a##b
#define FOURFOLD_JOIN(a, b) FOURFOLD_JOIN_(a, b)
#define FOURFOLD_STRING_(a) #a
#define FOURFOLD_STRING(a) FOURFOLD_STRING_(a)
#define FOURFOLD_LEVEL_NAME(prefix) FOURFOLD_JOIN(prefix, FOURFOLD_SIMD_LEVEL)
#define FOURFOLD_LEVEL_STRING FOURFOLD_STRING(FOURFOLD_SIMD_LEVEL)
