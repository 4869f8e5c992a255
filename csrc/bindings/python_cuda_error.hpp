// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <exception>

#include "cuda/cuda_error.hpp"

namespace fourfold {

// Raises the exceptions of the Python package for those of the CUDA back end.
inline void translate_cuda_error(std::exception_ptr error) {
    const auto raise = [](const char* name, const std::exception& what) {
        const auto type = pybind11::module_::import("fourfold.exceptions").attr(name);
        pybind11::set_error(type, what.what());
    };
    try {
        if (error)
            std::rethrow_exception(error);
    } catch (const CudaMemoryError& what) {
        raise("CudaMemoryError", what);
    } catch (const CudaError& what) {
        raise("CudaError", what);
    }
}

} // namespace fourfold
