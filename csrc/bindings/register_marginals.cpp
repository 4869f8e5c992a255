// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <vector>

#include "bindings/ndarray.hpp"
#include "bindings/python_interrupt.hpp"
#include "cpu/marginals_cpu.hpp"
#include "fourfold/bits.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

// masses (N, K1, K2, KY); its marginals p1y (N, K1, KY) and p2y (N, K2, KY), and arrays (N).
py::dict marginals(const py::object& object, int num_threads) {
    const Array masses = require_array(object, "masses", 4);
    const py::ssize_t n = masses.shape(0), k1 = masses.shape(1), k2 = masses.shape(2),
                      ky = masses.shape(3);
    if (k1 == 0 || k2 == 0 || ky == 0)
        throw std::invalid_argument("masses: a table needs at least one state on each axis");
    Array p1y({n, k1, ky});
    Array p2y({n, k2, ky});
    std::vector<TableReport> reports(static_cast<std::size_t>(n));
    double* const out1 = p1y.mutable_data();
    double* const out2 = p2y.mutable_data();
    without_gil([&](Interrupt& interrupt) {
        reduce_tables(reports.size(), static_cast<std::size_t>(k1),
                      static_cast<std::size_t>(k2), static_cast<std::size_t>(ky), masses.data(),
                      out1, out2, reports.data(), num_threads, interrupt);
    });
    Array total(n), mi_joint(n);
    py::array_t<bool> valid(n), whole(n);
    for (py::ssize_t k = 0; k < n; ++k) {
        const TableReport& report = reports[static_cast<std::size_t>(k)];
        total.mutable_at(k) = report.total;
        mi_joint.mutable_at(k) = report.joint_information / kNatsPerBit;
        valid.mutable_at(k) = report.valid;
        whole.mutable_at(k) = report.whole;
    }
    py::dict out;
    out["p1y"] = p1y;
    out["p2y"] = p2y;
    out["total"] = total;
    out["mi_joint"] = mi_joint;
    out["valid"] = valid;
    out["whole"] = whole;
    return out;
}

} // namespace

void register_marginals(py::module_& module) {
    module.def("marginals", &marginals, py::arg("masses"), py::kw_only(),
               py::arg("num_threads"),
               "Marginals of tables, I(X1,X2;Y) in bits, and whether they are valid.");
}

} // namespace fourfold
