// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace fourfold {

// H(Y) in nats of the (states, ky) joint distribution p with row-major entries. scratch (ky)
double entropy_of_target(const double* p, std::size_t states, std::size_t ky, double* scratch);

// I(X;Y) in nats of the (states, ky) joint distribution p with row-major entries; never
// negative. scratch (ky)
double mutual_information(const double* p, std::size_t states, std::size_t ky, double* scratch);

} // namespace fourfold
