// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/python_interrupt.hpp"
#include "bindings/solve_functions.hpp"
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
    if (name == "sparse")
        return Method::kSparse;
    if (name == "active")
        return Method::kActive;
    if (name == "reference")
        return Method::kReference;
    throw std::invalid_argument(
        "method: expected 'auto', 'ipfp', 'newton', 'sparse', 'active' or 'reference', got '" +
        name + "'");
}

SolveOptions options_of(const std::string& method, double tol, long max_iter, int num_threads,
                        const std::string& dtype) {
    SolveOptions options = options_in_nats(tol, max_iter, num_threads, dtype);
    options.method = method_named(method);
    return options;
}

// By the number of the enumerator.
constexpr const char* kSolverNames[] = {"cpu", "roc-hull", "cpu-sparse", "cpu-active"};

py::array_t<long> numbers_of_solvers(const std::vector<SolveReport>& reports) {
    py::array_t<long> numbers(static_cast<py::ssize_t>(reports.size()));
    std::transform(reports.begin(), reports.end(), numbers.mutable_data(),
                   [](const SolveReport& report) { return static_cast<long>(report.solver); });
    return numbers;
}

// (N, 3): K1, K2, KY of the problem that was solved in place of each
py::array_t<long> solved_shapes(const std::vector<SolveReport>& reports) {
    py::array_t<long> shapes({static_cast<py::ssize_t>(reports.size()), py::ssize_t{3}});
    long* next = shapes.mutable_data();
    for (const SolveReport& report : reports)
        for (std::size_t size : {report.k1, report.k2, report.ky})
            *next++ = static_cast<long>(size);
    return shapes;
}

// Of one problem alone the dual pair is found as well, and the factors where there is room for them.
py::dict solve(const std::vector<Problem>& problems, const SolveOptions& options,
               const Factors* factors, const Start& start) {
    std::vector<SolveReport> reports(problems.size());
    Array pair; // log a above log b, -inf until there is one
    Dual dual;
    if (factors != nullptr) {
        const auto [k1, k2, ky, p1y, p2y] = problems[0];
        pair = Array({k1 + k2, ky});
        dual = {pair.mutable_data(), pair.mutable_data() + k1 * ky};
        std::fill_n(dual.log_a, pair.size(), -std::numeric_limits<double>::infinity());
    }
    without_gil([&](Interrupt& interrupt) {
        solve_cpu(problems.size(), problems.data(), options, interrupt, reports.data(), factors,
                  factors != nullptr ? &dual : nullptr, start);
    });
    const auto n = static_cast<py::ssize_t>(reports.size());
    ReportFields fields(n);
    for (py::ssize_t k = 0; k < n; ++k) {
        const SolveReport& report = reports[static_cast<std::size_t>(k)];
        fields.lower.mutable_at(k) = report.lower / kNatsPerBit;
        fields.upper.mutable_at(k) = report.upper / kNatsPerBit;
        fields.mi1.mutable_at(k) = report.mi1 / kNatsPerBit;
        fields.mi2.mutable_at(k) = report.mi2 / kNatsPerBit;
        fields.iterations.mutable_at(k) = report.iterations;
        fields.sweeps.mutable_at(k) = report.sweeps;
    }
    py::dict out = fields.named();
    out["solver"] = numbers_of_solvers(reports);
    out["solved_shape"] = solved_shapes(reports);
    if (factors != nullptr)
        out["dual"] = pair;
    return out;
}

} // namespace

void register_solve(py::module_& module) {
    py::tuple names(std::size(kSolverNames));
    for (std::size_t k = 0; k < std::size(kSolverNames); ++k)
        names[k] = kSolverNames[k];
    module.attr("SOLVERS") = names;
    add_solve_functions(module, &solve, &options_of, py::arg("method"), py::arg("tol"),
                        py::arg("max_iter"), py::arg("num_threads"),
                        py::arg("dtype") = "float64");
}

} // namespace fourfold
