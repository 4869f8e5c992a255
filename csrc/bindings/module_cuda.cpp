// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime_api.h>
#include <pybind11/pybind11.h>

#include <exception>

#include "bindings/python_cuda_error.hpp"
#include "cuda/device.hpp"

namespace py = pybind11;

namespace fourfold {

void register_solve_cuda(py::module_& module);

namespace {

py::dict describe(int device) {
    const DeviceDescription description = describe_device(device);
    py::dict out;
    out["name"] = description.name;
    out["compute_capability"] = py::make_tuple(description.major, description.minor);
    out["multiprocessors"] = description.multiprocessors;
    out["memory"] = description.memory;
    return out;
}

} // namespace

} // namespace fourfold

PYBIND11_MODULE(_cuda, module, pybind11::mod_gil_not_used()) {
    module.doc() = "The CUDA solver of Fourfold; use the fourfold package instead.";
    module.attr("__version__") = FOURFOLD_VERSION;
    module.attr("runtime_version") =
        py::make_tuple(CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10);
    py::register_local_exception_translator(&fourfold::translate_cuda_error);
    module.def("device_count", &fourfold::device_count, "Devices that can be used.");
    module.def("describe", &fourfold::describe, py::arg("device"), "What a device is.");
    fourfold::register_solve_cuda(module);
}
