// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Similar states put together, and what a solution of the smaller problem says of the given one.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/ndarray.hpp"
#include "bindings/python_interrupt.hpp"
#include "bindings/solve_arguments.hpp"
#include "core/coarse/similar_states.hpp"
#include "core/information.hpp"
#include "cpu/coarse/fine_bounds_cpu.hpp"
#include "cpu/coarse/nearest_mean_cpu.hpp"
#include "cpu/threads.hpp"
#include "fourfold/bits.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

using Numbers = ArrayOf<std::int64_t>;

Numbers array_of(const std::vector<std::int64_t>& values) {
    return Numbers(static_cast<py::ssize_t>(values.size()), values.data());
}

Array masses_of(const GroupedStates& found, std::size_t ky) {
    const auto classes = static_cast<py::ssize_t>(ky);
    return Array({static_cast<py::ssize_t>(found.p.size()) / classes, classes}, found.p.data());
}

// p1y (K1, KY), p2y (K2, KY); the groups, their masses, and what they lose, in bits.
py::dict merge_similar(const py::object& p1y_object, const py::object& p2y_object, double merge,
                       int num_threads) {
    const Array p1y = require_probabilities(p1y_object, "p1y", 2);
    const Array p2y = require_probabilities(p2y_object, "p2y", 2);
    check_classes(axis(p1y, 1), axis(p2y, 1));
    const Problem problem{axis(p1y, 0), axis(p2y, 0), axis(p1y, 1), p1y.data(), p2y.data()};
    const double most = merge * kNatsPerBit;
    std::optional<SimilarStates> similar;
    double mi[2] = {};
    without_gil([&](Interrupt& interrupt) {
        StopCheck stop(interrupt);
        SharedInterrupt shared(stop);
        NearestMeanCpu nearest(effective_threads(num_threads), stop);
        std::vector<double> classes(problem.ky);
        mi[0] = mutual_information(problem.p1y, problem.k1, problem.ky, classes.data());
        mi[1] = mutual_information(problem.p2y, problem.k2, problem.ky, classes.data());
        similar.emplace(problem, most, nearest, shared);
    });
    py::dict out;
    out["group1"] = array_of(similar->source(0).group);
    out["group2"] = array_of(similar->source(1).group);
    out["p1y"] = masses_of(similar->source(0), problem.ky);
    out["p2y"] = masses_of(similar->source(1), problem.ky);
    out["loss"] = similar->loss() / kNatsPerBit;
    out["mi1"] = mi[0] / kNatsPerBit;
    out["mi2"] = mi[1] / kNatsPerBit;
    return out;
}

Array require_shape(const py::object& object, const char* name, std::size_t rows,
                    std::size_t columns) {
    Array array = require_array(object, name, 2);
    if (axis(array, 0) != rows || axis(array, 1) != columns)
        throw std::invalid_argument(std::string(name) + ": expected shape (" +
                                    std::to_string(rows) + ", " + std::to_string(columns) +
                                    ")");
    return array;
}

Numbers require_groups(const py::object& object, const char* name, std::size_t states,
                       std::size_t groups) {
    if (!py::isinstance<Numbers>(object))
        throw std::invalid_argument(std::string(name) + ": expected an array of int64");
    auto array = py::reinterpret_borrow<Numbers>(object);
    const std::int64_t* const begin = array.data();
    if (array.ndim() != 1 || array.size() != static_cast<py::ssize_t>(states) ||
        std::any_of(begin, begin + states, [&](std::int64_t g) {
            return g < 0 || g >= static_cast<std::int64_t>(groups);
        }))
        throw std::invalid_argument(std::string(name) + ": expected a group of each state");
    return array;
}

// The given p1y (K1, KY) and p2y (K2, KY), the group of each of their states, and the problem of the
// groups, m1y (G1, KY) and m2y (G2, KY), with factors and a dual pair (G1 + G2, KY) of it. Bounds in bits
// on v* of the given problem, and the dual pair of the lower one (K1 + K2, KY).
py::tuple bounds_of_given(const py::object& p1y_object, const py::object& p2y_object,
                          const py::object& group1_object, const py::object& group2_object,
                          const py::object& m1y_object, const py::object& m2y_object,
                          const py::object& log_r_object, const py::object& a_object,
                          const py::object& b_object, const py::object& dual_object,
                          int num_threads) {
    const Array p1y = require_probabilities(p1y_object, "p1y", 2);
    const Array p2y = require_probabilities(p2y_object, "p2y", 2);
    const Array m1y = require_probabilities(m1y_object, "m1y", 2);
    const Array m2y = require_probabilities(m2y_object, "m2y", 2);
    check_classes(axis(p1y, 1), axis(p2y, 1));
    check_classes(axis(m1y, 1), axis(m2y, 1));
    check_classes(axis(p1y, 1), axis(m1y, 1));
    const std::size_t ky = axis(p1y, 1);
    const Problem given{axis(p1y, 0), axis(p2y, 0), ky, p1y.data(), p2y.data()};
    const Problem merged{axis(m1y, 0), axis(m2y, 0), ky, m1y.data(), m2y.data()};
    const Numbers group1 = require_groups(group1_object, "group1", given.k1, merged.k1);
    const Numbers group2 = require_groups(group2_object, "group2", given.k2, merged.k2);
    Array log_r = require_shape(log_r_object, "log_r", merged.k1, merged.k2);
    Array a = require_shape(a_object, "a", merged.k1, ky);
    Array b = require_shape(b_object, "b", merged.k2, ky);
    Array dual = require_shape(dual_object, "dual", merged.k1 + merged.k2, ky);
    const Factors factors{log_r.mutable_data(), a.mutable_data(), b.mutable_data()};
    const Dual pair{dual.mutable_data(), dual.mutable_data() + merged.k1 * ky};
    Array fine({p1y.shape(0) + p2y.shape(0), p1y.shape(1)});
    const Dual of_given{fine.mutable_data(), fine.mutable_data() + given.k1 * ky};
    Bounds bounds;
    without_gil([&](Interrupt& interrupt) {
        StopCheck stop(interrupt);
        bounds = fine_bounds(given, group1.data(), group2.data(), merged, factors, pair,
                             of_given, effective_threads(num_threads), stop);
    });
    return py::make_tuple(bounds.lower / kNatsPerBit, bounds.upper / kNatsPerBit, fine);
}

} // namespace

void register_coarse(py::module_& module) {
    module.def("merge_similar", &merge_similar, py::arg("p1y"), py::arg("p2y"), py::kw_only(),
               py::arg("merge"), py::arg("num_threads"),
               "Similar states of both sources in groups that lose so many bits at most.");
    module.def("bounds_of_given", &bounds_of_given, py::arg("p1y"), py::arg("p2y"),
               py::arg("group1"), py::arg("group2"), py::arg("m1y"), py::arg("m2y"),
               py::arg("log_r"), py::arg("a"), py::arg("b"), py::arg("dual"), py::kw_only(),
               py::arg("num_threads"),
               "Bounds on v* of a problem from a solution of the one of groups of its states.");
}

} // namespace fourfold
