// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Any number of sources of one target.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/ndarray.hpp"
#include "bindings/python_interrupt.hpp"
#include "bindings/solve_arguments.hpp"
#include "cpu/union/solve_union.hpp"
#include "fourfold/bits.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

// By the number of the enumerator.
constexpr const char* kUnionSolverNames[] = {"dense", "working-set", "roc-hull"};

UnionMethod union_method_named(const std::string& name) {
    if (name == "auto")
        return UnionMethod::kAuto;
    if (name == "dense")
        return UnionMethod::kDense;
    if (name == "working-set")
        return UnionMethod::kWorkingSet;
    throw std::invalid_argument("method: expected 'auto', 'dense' or 'working-set', got '" +
                                name + "'");
}

template <class Number, class From>
py::array_t<Number> array_of(const std::vector<From>& numbers, std::size_t columns) {
    py::array_t<Number> out(
        {static_cast<py::ssize_t>(columns == 0 ? 0 : numbers.size() / columns),
         static_cast<py::ssize_t>(columns)});
    std::copy(numbers.begin(), numbers.end(), out.mutable_data());
    return out;
}

// tables: (K_i, KY) each
py::dict solve_tables(const py::list& tables, const std::string& method, double tol,
                      long max_iter, int num_threads, bool coupling) {
    if (tables.empty())
        throw std::invalid_argument("tables: expected at least one array of shape (K, KY)");
    std::vector<Array> arrays; // keep what the sources point to alive
    std::vector<UnionSource> sources;
    for (std::size_t k = 0; k < tables.size(); ++k) {
        const std::string name = "tables[" + std::to_string(k) + "]";
        arrays.push_back(require_probabilities(tables[k], name.c_str(), 2));
        if (axis(arrays.back(), 0) == 0 || axis(arrays.back(), 1) == 0)
            throw std::invalid_argument(name + ": expected at least one state and one class");
        if (axis(arrays.back(), 1) != axis(arrays[0], 1))
            throw std::invalid_argument(
                name + ": its last axis has " + std::to_string(axis(arrays.back(), 1)) +
                " classes, that of tables[0] has " + std::to_string(axis(arrays[0], 1)));
        sources.push_back({axis(arrays.back(), 0), arrays.back().data()});
    }
    const std::size_t classes = axis(arrays[0], 1);
    UnionOptions options;
    options.method = union_method_named(method);
    options.tol = tol * kNatsPerBit;
    options.max_iter = max_iter;
    options.num_threads = num_threads;
    options.coupling = coupling;
    UnionReport report;
    without_gil([&](Interrupt& interrupt) {
        report = solve_union(sources, classes, options, interrupt);
    });
    py::dict out;
    out["lower"] = report.lower / kNatsPerBit;
    out["upper"] = report.upper / kNatsPerBit;
    out["iterations"] = report.iterations;
    out["tuples"] = report.tuples;
    out["solver"] = static_cast<int>(report.solver);
    py::list shape, dual;
    for (std::size_t size : report.shape)
        shape.append(size);
    for (const std::vector<double>& factors : report.dual)
        dual.append(array_of<double>(factors, classes));
    out["solved_shape"] = shape;
    out["dual"] = dual;
    if (coupling)
        out["coupling"] = py::make_tuple(array_of<std::int64_t>(report.coupled, sources.size()),
                                         array_of<double>(report.q, classes));
    return out;
}

} // namespace

void register_union(py::module_& module) {
    py::tuple names(std::size(kUnionSolverNames));
    for (std::size_t k = 0; k < std::size(kUnionSolverNames); ++k)
        names[k] = kUnionSolverNames[k];
    module.attr("UNION_SOLVERS") = names;
    module.def("solve_union", &solve_tables, py::arg("tables"), py::kw_only(),
               py::arg("method"), py::arg("tol"), py::arg("max_iter"), py::arg("num_threads"),
               py::arg("coupling") = false,
               "Bounds in bits on v* of any number of sources, and their dual.");
}

} // namespace fourfold
