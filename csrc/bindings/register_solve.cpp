// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <vector>

#include "bindings/ndarray.hpp"
#include "bindings/python_interrupt.hpp"
#include "bindings/solve_arguments.hpp"
#include "cpu/solve_cpu.hpp"
#include "fourfold/bits.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

Method method_named(const std::string& name) {
    if (name == "auto")
        return Method::kAuto;
    if (name == "ipfp")
        return Method::kIpfp;
    if (name == "newton")
        return Method::kNewton;
    if (name == "reference")
        return Method::kReference;
    throw std::invalid_argument(
        "method: expected 'auto', 'ipfp', 'newton' or 'reference', got '" + name + "'");
}

std::vector<SolveReport> solve(const std::vector<Problem>& problems, Method method,
                               const SolveOptions& options, const Factors* factors,
                               const Start& start) {
    std::vector<SolveReport> reports(problems.size());
    without_gil([&](Interrupt& interrupt) {
        solve_cpu(problems.size(), problems.data(), method, options, interrupt, reports.data(),
                  factors, start);
    });
    return reports;
}

// One array for each field of the reports, information in bits.
py::dict fields(const std::vector<SolveReport>& reports) {
    const auto n = static_cast<py::ssize_t>(reports.size());
    Array lower(n), upper(n), mi1(n), mi2(n);
    py::array_t<long> iterations(n), sweeps(n);
    for (py::ssize_t k = 0; k < n; ++k) {
        const SolveReport& report = reports[static_cast<std::size_t>(k)];
        lower.mutable_at(k) = report.lower / kNatsPerBit;
        upper.mutable_at(k) = report.upper / kNatsPerBit;
        mi1.mutable_at(k) = report.mi1 / kNatsPerBit;
        mi2.mutable_at(k) = report.mi2 / kNatsPerBit;
        iterations.mutable_at(k) = report.iterations;
        sweeps.mutable_at(k) = report.sweeps;
    }
    py::dict out;
    out["lower"] = lower;
    out["upper"] = upper;
    out["mi1"] = mi1;
    out["mi2"] = mi2;
    out["iterations"] = iterations;
    out["sweeps"] = sweeps;
    return out;
}

// p1y (K1, KY), p2y (K2, KY); the result also has the factors.
py::dict solve_one(const py::object& p1y_object, const py::object& p2y_object,
                   const std::string& method, double tol, long max_iter, int num_threads,
                   const std::string& dtype, const py::object& start_object) {
    const Array p1y = require_probabilities(p1y_object, "p1y", 2);
    const Array p2y = require_probabilities(p2y_object, "p2y", 2);
    check_classes(axis(p1y, 1), axis(p2y, 1));
    Array log_r({p1y.shape(0), p2y.shape(0)});
    Array a({p1y.shape(0), p1y.shape(1)});
    Array b({p2y.shape(0), p2y.shape(1)});
    const Factors factors{log_r.mutable_data(), a.mutable_data(), b.mutable_data()};
    const Problem problem{axis(p1y, 0), axis(p2y, 0), axis(p1y, 1), p1y.data(), p2y.data()};
    const StartArrays start(start_object, problem.k1, problem.k2, problem.ky);
    py::dict out = fields(solve({problem}, method_named(method),
                                options_in_nats(tol, max_iter, num_threads, dtype), &factors,
                                start.get()));
    out["log_r"] = log_r;
    out["a"] = a;
    out["b"] = b;
    return out;
}

// p1y (N, K1, KY), p2y (N, K2, KY)
py::dict solve_batch(const py::object& p1y_object, const py::object& p2y_object,
                     const std::string& method, double tol, long max_iter, int num_threads,
                     const std::string& dtype, const py::object& start_object) {
    const Array p1y = require_probabilities(p1y_object, "p1y", 3);
    const Array p2y = require_probabilities(p2y_object, "p2y", 3);
    const std::vector<Problem> problems = batch_of(p1y, p2y);
    const std::size_t k1 = axis(p1y, 1), k2 = axis(p2y, 1), ky = axis(p1y, 2);
    const StartArrays start(start_object, k1, k2, ky);
    return fields(solve(problems, method_named(method),
                        options_in_nats(tol, max_iter, num_threads, dtype), nullptr,
                        start.get()));
}

// Two lists of equal length: p1y[n] (K1_n, KY_n), p2y[n] (K2_n, KY_n)
py::dict solve_many(const py::list& p1y_list, const py::list& p2y_list,
                    const std::string& method, double tol, long max_iter, int num_threads,
                    const std::string& dtype) {
    return fields(solve(list_of(p1y_list, p2y_list), method_named(method),
                        options_in_nats(tol, max_iter, num_threads, dtype), nullptr, Start{}));
}

} // namespace

void register_solve(py::module_& module) {
    const auto add = [&module](const char* name, auto function, const char* doc, auto... more) {
        module.def(name, function, py::arg("p1y"), py::arg("p2y"), py::kw_only(),
                   py::arg("method"), py::arg("tol"), py::arg("max_iter"),
                   py::arg("num_threads"), py::arg("dtype") = "float64", more..., doc);
    };
    const auto start = py::arg("start") = py::none();
    add("solve_one", &solve_one, "Bounds in bits and factors of one problem.", start);
    add("solve_batch", &solve_batch, "Bounds in bits of problems of one shape.", start);
    add("solve_many", &solve_many, "Bounds in bits of problems of any shapes.");
}

} // namespace fourfold
