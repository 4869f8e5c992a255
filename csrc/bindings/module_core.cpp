// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

namespace fourfold {
void register_binary(pybind11::module_& module);
void register_coarse(pybind11::module_& module);
void register_config(pybind11::module_& module);
void register_interaction(pybind11::module_& module);
void register_labels(pybind11::module_& module);
void register_marginals(pybind11::module_& module);
void register_solve(pybind11::module_& module);
void register_union(pybind11::module_& module);
} // namespace fourfold

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used()) {
    module.doc() = "The CPU solver of Fourfold; use the fourfold package instead.";
    fourfold::register_binary(module);
    fourfold::register_coarse(module);
    fourfold::register_config(module);
    fourfold::register_interaction(module);
    fourfold::register_labels(module);
    fourfold::register_marginals(module);
    fourfold::register_solve(module);
    fourfold::register_union(module);
}
