// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <stdexcept>
#include <string>

#include "bindings/ndarray.hpp"
#include "cpu/dispatch.hpp"
#include "cpu/processors.hpp"
#include "cpu/products/wide_products.hpp"
#include "cpu/scaling_cpu.hpp"
#include "cpu/threads.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

std::string compiler() {
#if defined(__clang__)
    // __clang_version__ may end in a blank
    return "Clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) +
           "." + std::to_string(__clang_patchlevel__);
#else
    return "GCC " __VERSION__;
#endif
}

bool has_openmp() {
#ifdef _OPENMP
    return true;
#else
    return false;
#endif
}

template <class Real>
using Function = void (*StepKernels<Real>::*)(std::size_t, const Real*, Real*);

template <class Real>
py::object map_array(const py::object& values, Function<Real> function) {
    const auto in = require_array<Real>(values, "values", 1);
    ArrayOf<Real> out(in.size());
    (kernels().steps<Real>().*function)(static_cast<std::size_t>(in.size()), in.data(),
                                        out.mutable_data());
    return out;
}

// A function of the kernels, in the precision of the argument.
py::object map_values(const py::object& values, Function<double> in_double,
                      Function<float> in_single) {
    if (py::isinstance<ArrayOf<float>>(values))
        return map_array<float>(values, in_single);
    return map_array<double>(values, in_double);
}

} // namespace

void register_config(py::module_& module) {
    module.attr("__version__") = FOURFOLD_VERSION;
    module.attr("compiler") = compiler();
    module.attr("openmp") = has_openmp();
    module.def("simd", [] { return std::string(kernels().name); }, "Instruction set in use.");
    module.def("simd_levels", &simd_levels, "Instruction sets of this machine and build.");
    module.def("select_simd", &select_simd, py::arg("level"),
               "Switch instruction set (tests).");
    module.def(
        "select_products",
        [](const std::string& kind) {
            if (kind == "auto")
                select_products(ProductKind::kAuto);
            else if (kind == "thin")
                select_products(ProductKind::kThin);
            else if (kind == "wide")
                select_products(ProductKind::kWide);
            else
                throw std::invalid_argument("kind: expected 'auto', 'thin' or 'wide', got '" +
                                            kind + "'");
        },
        py::arg("kind"), "Products for few or for many classes, whatever pays (tests).");
    module.def("select_plain_sweeps", &select_plain_sweeps, py::arg("plain"),
               "Sweeps alone, as on a CUDA device (tests).");
    module.def("num_threads", [] { return effective_threads(0); }, "Threads used by default.");
    module.def(
        "cpu_quota", &cpu_quota, py::arg("root"),
        "Processors that the cgroup of this process may use, read below `root` (tests).");
    module.def("limit_to_one_thread", &limit_to_one_thread, "To be called in a forked child.");
    module.def(
        "vector_exp",
        [](const py::object& x) {
            return map_values(x, &StepKernels<double>::exponential,
                              &StepKernels<float>::exponential);
        },
        py::arg("values"), "The kernels' exp in the precision of `values`, for its tests.");
    module.def(
        "vector_log",
        [](const py::object& x) {
            return map_values(x, &StepKernels<double>::logarithm,
                              &StepKernels<float>::logarithm);
        },
        py::arg("values"), "The kernels' log in the precision of `values`, for its tests.");
}

} // namespace fourfold
