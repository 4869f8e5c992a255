// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fourfold {

// Numbers Python's strings, or bytes, by what is in them, in the order in which they are first seen: to
// codes (n), and each as a str or bytes, never of a subclass. Objects are `stride` bytes apart. Returns false
// where one is another object, or strings and bytes are mixed. Runs none of Python's code; needs the
// global lock.
bool code_objects(const char* data, std::ptrdiff_t stride, std::size_t n, std::uint32_t* codes,
                  std::vector<pybind11::object>& first);

} // namespace fourfold
