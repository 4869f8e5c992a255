// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fourfold/options.hpp"

namespace fourfold {

// Numbers items of `width` bytes, `stride` apart, in the order in which they are first seen: to codes
// (n), and the row in which each is first seen. Throws Interrupted.
std::vector<std::int64_t> code_bytes(const char* data, std::ptrdiff_t stride, std::size_t width,
                                     std::size_t n, std::uint32_t* codes, Interrupt& interrupt);

} // namespace fourfold
