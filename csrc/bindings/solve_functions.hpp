// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <vector>

#include "bindings/ndarray.hpp"
#include "bindings/solve_arguments.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

// The functions of Python that solve problems, the same for every back end.
namespace fourfold {

// One array for each field of the reports of n problems, information in bits.
struct ReportFields {
    explicit ReportFields(pybind11::ssize_t n)
        : lower(n), upper(n), mi1(n), mi2(n), iterations(n), sweeps(n) {}

    pybind11::dict named() const {
        pybind11::dict out;
        out["lower"] = lower;
        out["upper"] = upper;
        out["mi1"] = mi1;
        out["mi2"] = mi2;
        out["iterations"] = iterations;
        out["sweeps"] = sweeps;
        return out;
    }

    Array lower, upper, mi1, mi2;
    pybind11::array_t<long> iterations, sweeps;
};

// p1y (K1, KY), p2y (K2, KY); the result also has the factors, where they are wanted.
template <class Solve>
pybind11::dict solve_one(const Solve& solve, const pybind11::object& p1y_object,
                         const pybind11::object& p2y_object, const SolveOptions& options,
                         const pybind11::object& start_object, bool with_factors) {
    const Array p1y = require_probabilities(p1y_object, "p1y", 2);
    const Array p2y = require_probabilities(p2y_object, "p2y", 2);
    check_classes(axis(p1y, 1), axis(p2y, 1));
    const Problem problem{axis(p1y, 0), axis(p2y, 0), axis(p1y, 1), p1y.data(), p2y.data()};
    const StartArrays start(start_object, problem.k1, problem.k2, problem.ky);
    const Factors no_factors;
    if (!with_factors)
        return solve({problem}, options, &no_factors, start.get());
    Array log_r({p1y.shape(0), p2y.shape(0)});
    Array a({p1y.shape(0), p1y.shape(1)});
    Array b({p2y.shape(0), p2y.shape(1)});
    const Factors factors{log_r.mutable_data(), a.mutable_data(), b.mutable_data()};
    pybind11::dict out = solve({problem}, options, &factors, start.get());
    out["log_r"] = log_r;
    out["a"] = a;
    out["b"] = b;
    return out;
}

// p1y (N, K1, KY), p2y (N, K2, KY)
template <class Solve>
pybind11::dict solve_batch(const Solve& solve, const pybind11::object& p1y_object,
                           const pybind11::object& p2y_object, const SolveOptions& options,
                           const pybind11::object& start_object) {
    const Array p1y = require_probabilities(p1y_object, "p1y", 3);
    const Array p2y = require_probabilities(p2y_object, "p2y", 3);
    const std::vector<Problem> problems = batch_of(p1y, p2y);
    const StartArrays start(start_object, axis(p1y, 1), axis(p2y, 1), axis(p1y, 2));
    return solve(problems, options, nullptr, start.get());
}

// Two lists of equal length: p1y[n] (K1_n, KY_n), p2y[n] (K2_n, KY_n)
template <class Solve>
pybind11::dict solve_many(const Solve& solve, const pybind11::list& p1y,
                          const pybind11::list& p2y, const SolveOptions& options) {
    return solve(list_of(p1y, p2y), options, nullptr, Start{});
}

// Adds the three to a module. solve(problems, options, factors, start) returns a dict; the factors
// are null, or those of the only problem, and then may be of null arrays. `options_of` makes the options from what the
// arguments `names` of Python hold.
template <class Solve, class... Value, class... Name>
void add_solve_functions(pybind11::module_& module, const Solve& solve,
                         SolveOptions (*options_of)(Value...), const Name&... names) {
    static_assert(sizeof...(Value) == sizeof...(Name), "a name for each argument");
    namespace py = pybind11;
    const py::arg p1y("p1y"), p2y("p2y");
    const py::arg_v start = py::arg("start") = py::none();
    module.def(
        "solve_one",
        [=](const py::object& first, const py::object& second, Value... values,
            const py::object& from, bool with_factors) {
            return solve_one(solve, first, second, options_of(values...), from, with_factors);
        },
        p1y, p2y, py::kw_only(), names..., start, py::arg("factors") = true,
        "Bounds in bits and factors of one problem.");
    module.def(
        "solve_batch",
        [=](const py::object& first, const py::object& second, Value... values,
            const py::object& from) {
            return solve_batch(solve, first, second, options_of(values...), from);
        },
        p1y, p2y, py::kw_only(), names..., start, "Bounds in bits of problems of one shape.");
    module.def(
        "solve_many",
        [=](const py::list& first, const py::list& second, Value... values) {
            return solve_many(solve, first, second, options_of(values...));
        },
        p1y, p2y, py::kw_only(), names..., "Bounds in bits of problems of any shapes.");
}

} // namespace fourfold
