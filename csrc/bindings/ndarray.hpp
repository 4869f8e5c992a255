// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>

#include <stdexcept>
#include <string>

namespace fourfold {

// What the bindings take: C-contiguous float64. The Python layer converts; nothing is converted
// here, so that no copy goes unseen.
template <class Real>
using ArrayOf = pybind11::array_t<Real, pybind11::array::c_style>;
using Array = ArrayOf<double>;

// Checks the number of axes of an argument and returns the array with its data unconverted.
template <class Real = double>
ArrayOf<Real> require_array(const pybind11::handle& object, const char* name,
                            pybind11::ssize_t ndim) {
    if (!pybind11::isinstance<ArrayOf<Real>>(object))
        throw std::invalid_argument(std::string(name) +
                                    ": expected a C-contiguous array of float64");
    auto array = pybind11::reinterpret_borrow<ArrayOf<Real>>(object);
    if (array.ndim() != ndim)
        throw std::invalid_argument(std::string(name) + ": expected " + std::to_string(ndim) +
                                    " axes, got " + std::to_string(array.ndim()));
    return array;
}

// The same for probabilities: every entry a number in [0, 1], a little rounding allowed. The Python
// layer says more of what is wrong with its argument; this guards the solver against any caller.
inline Array require_probabilities(const pybind11::handle& object, const char* name,
                                   pybind11::ssize_t ndim) {
    Array array = require_array(object, name, ndim);
    const double* p = array.data();
    for (pybind11::ssize_t k = 0; k < array.size(); ++k)
        if (!(p[k] >= 0.0 && p[k] <= 1.0 + 1e-6))
            throw std::invalid_argument(std::string(name) +
                                        ": expected probabilities in [0, 1], got " +
                                        std::to_string(p[k]));
    return array;
}

} // namespace fourfold
