// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Marks what a CUDA kernel calls as well: the algorithm is the same source for every back end.
#ifdef __CUDACC__
#define FOURFOLD_HOST_DEVICE __host__ __device__
#else
#define FOURFOLD_HOST_DEVICE
#endif
