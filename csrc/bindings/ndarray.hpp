// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>

#include <stdexcept>
#include <string>

namespace fourfold {

// What the bindings take: C-contiguous float64. The Python layer converts; nothing is converted
// here, so that no copy goes unseen.
using Array = pybind11::array_t<double, pybind11::array::c_style>;

// Checks the number of axes of an argument and returns the array with its data unconverted.
inline Array require_array(const pybind11::handle& object, const char* name,
                           pybind11::ssize_t ndim) {
    if (!pybind11::isinstance<Array>(object))
        throw std::invalid_argument(std::string(name) +
                                    ": expected a C-contiguous array of float64");
    auto array = pybind11::reinterpret_borrow<Array>(object);
    if (array.ndim() != ndim)
        throw std::invalid_argument(std::string(name) + ": expected " + std::to_string(ndim) +
                                    " axes, got " + std::to_string(array.ndim()));
    return array;
}

} // namespace fourfold
