// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <limits>
#include <vector>

#include "bindings/bits.hpp"
#include "bindings/ndarray.hpp"
#include "bindings/python_interrupt.hpp"
#include "cpu/solve_cpu.hpp"

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
    if (name == "newton-iterative") // for tests: what "newton" does where memory is short
        return Method::kNewtonIterative;
    if (name == "reference")
        return Method::kReference;
    throw std::invalid_argument(
        "method: expected 'auto', 'ipfp', 'newton' or 'reference', got '" + name + "'");
}

Precision precision_named(const std::string& dtype) {
    if (dtype == "float64")
        return Precision::kDouble;
    if (dtype == "float32")
        return Precision::kSingle;
    throw std::invalid_argument("dtype: expected 'float32' or 'float64', got '" + dtype + "'");
}

SolveOptions options_in_nats(double tol_bits, long max_iter, int num_threads,
                             const std::string& dtype) {
    SolveOptions options;
    options.tol = tol_bits * kNatsPerBit;
    options.max_iter = max_iter;
    options.num_threads = num_threads;
    options.precision = precision_named(dtype);
    return options;
}

constexpr double kLargestDouble = std::numeric_limits<double>::max();

std::size_t axis(const Array& array, int k) {
    return static_cast<std::size_t>(array.shape(k));
}

void check_classes(std::size_t of_p1y, std::size_t of_p2y) {
    if (of_p1y != of_p2y)
        throw std::invalid_argument("p2y: its last axis has " + std::to_string(of_p2y) +
                                    " classes, that of p1y has " + std::to_string(of_p1y));
}

// Keeps the arrays of a start alive, None or (r, a, b), whose shapes must be those of the problem.
class StartArrays {
public:
    StartArrays(const py::object& start, std::size_t k1, std::size_t k2, std::size_t ky) {
        if (start.is_none())
            return;
        if (!py::isinstance<py::tuple>(start) || py::len(start) != 3)
            throw std::invalid_argument("start: expected None or a tuple (r, a, b)");
        const auto parts = py::reinterpret_borrow<py::tuple>(start);
        r_ = part(parts[0], "start[0]", k1, k2);
        a_ = part(parts[1], "start[1]", k1, ky);
        b_ = part(parts[2], "start[2]", k2, ky);
        start_ = {r_.data(), a_.data(), b_.data()};
    }
    const Start& get() const { return start_; }

private:
    static Array part(const py::handle& object, const char* name, std::size_t rows,
                      std::size_t columns) {
        Array array = require_array(object, name, 2);
        if (axis(array, 0) != rows || axis(array, 1) != columns)
            throw std::invalid_argument(std::string(name) + ": expected shape (" +
                                        std::to_string(rows) + ", " + std::to_string(columns) +
                                        ")");
        for (py::ssize_t k = 0; k < array.size(); ++k)
            if (!(array.data()[k] >= 0.0 && array.data()[k] <= kLargestDouble))
                throw std::invalid_argument(std::string(name) +
                                            ": expected finite, non-negative numbers");
        return array;
    }

    Array r_, a_, b_;
    Start start_;
};

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
    check_classes(axis(p1y, 2), axis(p2y, 2));
    if (axis(p1y, 0) != axis(p2y, 0))
        throw std::invalid_argument("p2y: has another number of problems than p1y");
    const std::size_t k1 = axis(p1y, 1), k2 = axis(p2y, 1), ky = axis(p1y, 2);
    const StartArrays start(start_object, k1, k2, ky);
    std::vector<Problem> problems(axis(p1y, 0));
    for (std::size_t n = 0; n < problems.size(); ++n)
        problems[n] = {k1, k2, ky, p1y.data() + n * k1 * ky, p2y.data() + n * k2 * ky};
    return fields(solve(problems, method_named(method),
                        options_in_nats(tol, max_iter, num_threads, dtype), nullptr,
                        start.get()));
}

// Two lists of equal length: p1y[n] (K1_n, KY_n), p2y[n] (K2_n, KY_n)
py::dict solve_many(const py::list& p1y_list, const py::list& p2y_list,
                    const std::string& method, double tol, long max_iter, int num_threads,
                    const std::string& dtype) {
    if (p1y_list.size() != p2y_list.size())
        throw std::invalid_argument("p2y: has another number of problems than p1y");
    std::vector<Problem> problems;
    for (std::size_t n = 0; n < p1y_list.size(); ++n) {
        const Array p1y = require_probabilities(p1y_list[n], "p1y", 2);
        const Array p2y = require_probabilities(p2y_list[n], "p2y", 2);
        check_classes(axis(p1y, 1), axis(p2y, 1));
        problems.push_back({axis(p1y, 0), axis(p2y, 0), axis(p1y, 1), p1y.data(), p2y.data()});
    }
    return fields(solve(problems, method_named(method),
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
