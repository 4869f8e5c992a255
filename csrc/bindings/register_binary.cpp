// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// What problems of two classes have beside their bounds: the hull of ROC curves, and a coupling that is
// drawn from it.
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/ndarray.hpp"
#include "bindings/solve_arguments.hpp"
#include "core/binary/binary_solver.hpp"
#include "core/least_mass.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

Array require_binary(const py::handle& object, const char* name) {
    Array p = require_probabilities(object, name, 2);
    if (axis(p, 0) == 0 || axis(p, 1) != 2)
        throw std::invalid_argument(std::string(name) +
                                    ": expected shape (K, 2) with at least one state");
    return p;
}

BinarySource source_of(const Array& p) {
    return {axis(p, 0), axis(p, 1), p.data()};
}

// Corners (E + 1, 2), mass of class 0 and of class 1 up to each, and the number of a source on whose
// curve each is; -1 at both ends.
py::tuple corners_of(const RocHull& hull, double per_unit) {
    const auto n = static_cast<py::ssize_t>(hull.corners().size());
    Array corners({n, py::ssize_t{2}});
    py::array_t<long> sources(n);
    double* next = corners.mutable_data();
    long* source = sources.mutable_data();
    for (const RocHull::Corner& corner : hull.corners()) {
        *next++ = static_cast<double>(corner.at.x) / per_unit;
        *next++ = static_cast<double>(corner.at.y) / per_unit;
        *source++ =
            corner.source == RocHull::kAnySource ? -1 : static_cast<long>(corner.source);
    }
    return py::make_tuple(corners, sources);
}

// The concave hull of the ROC curves of any number of sources.
py::tuple roc_hull(const py::list& sources) {
    if (sources.empty())
        throw std::invalid_argument("sources: expected at least one array of shape (K, 2)");
    std::vector<Array> arrays;
    for (const py::handle& each : sources)
        arrays.push_back(require_binary(each, "sources"));
    RocHull hull;
    double per_unit = 1.0;
    {
        const py::gil_scoped_release release;
        const ClassMasses classes = masses_of(source_of(arrays[0]));
        per_unit = grid_of(classes.zero + classes.one);
        std::vector<RocCurve> curves(arrays.size());
        for (std::size_t k = 0; k < curves.size(); ++k)
            curves[k].assign(with_classes(source_of(arrays[k]), classes), per_unit);
        hull.assign(curves, per_unit);
    }
    return corners_of(hull, per_unit);
}

// Edge of the hull, state and mass of each share.
py::tuple shares_of(const std::vector<LeftCurtain::Share>& shares) {
    const auto n = static_cast<py::ssize_t>(shares.size());
    py::array_t<long> edges(n), states(n);
    Array masses(n);
    for (py::ssize_t k = 0; k < n; ++k) {
        const LeftCurtain::Share& share = shares[static_cast<std::size_t>(k)];
        edges.mutable_at(k) = share.edge;
        states.mutable_at(k) = share.state;
        masses.mutable_at(k) = share.mass;
    }
    return py::make_tuple(edges, states, masses);
}

// p1y (K1, 2), p2y (K2, 2); the mass of each edge, what each source takes of it, and log a above log b.
py::tuple draw_from_hull(const py::object& p1y_object, const py::object& p2y_object) {
    const Array p1y = require_binary(p1y_object, "p1y");
    const Array p2y = require_binary(p2y_object, "p2y");
    const Problem problem{axis(p1y, 0), axis(p2y, 0), 2, p1y.data(), p2y.data()};
    Array pair({p1y.shape(0) + p2y.shape(0), py::ssize_t{2}});
    BinarySolver solver;
    SolveReport report;
    report.dual = {pair.mutable_data(), pair.mutable_data() + problem.k1 * 2};
    {
        const py::gil_scoped_release release;
        solver.solve(problem, Factors{}, report);
        solver.draw(0);
        solver.draw(1);
    }
    const RocHull& hull = solver.hull();
    Array masses(static_cast<py::ssize_t>(hull.corners().size()) - 1);
    for (py::ssize_t k = 0; k < masses.size(); ++k)
        masses.mutable_at(k) = hull.mass(static_cast<std::size_t>(k));
    return py::make_tuple(masses, shares_of(solver.shares(0)), shares_of(solver.shares(1)),
                          pair);
}

} // namespace

void register_binary(py::module_& module) {
    module.attr("LEAST_MASS") = kLeastMass;
    module.def("roc_hull", &roc_hull, py::arg("sources"),
               "The concave hull of the ROC curves of sources of a target of two classes.");
    module.def("draw_from_hull", &draw_from_hull, py::arg("p1y"), py::arg("p2y"),
               "Both sources drawn from the hull of their ROC curves, and the dual pair.");
}

} // namespace fourfold
