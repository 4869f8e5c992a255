// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstdint>
#include <stdexcept>

#include "bindings/ndarray.hpp"
#include "bindings/python_interrupt.hpp"
#include "cpu/interaction_cpu.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

using Integers = ArrayOf<std::int64_t>;

Integers require_integers(const py::handle& object, const char* name, py::ssize_t ndim) {
    if (!py::isinstance<Integers>(object))
        throw std::invalid_argument(std::string(name) +
                                    ": expected a C-contiguous array of int64");
    auto array = py::reinterpret_borrow<Integers>(object);
    if (array.ndim() != ndim)
        throw std::invalid_argument(std::string(name) + ": expected " + std::to_string(ndim) +
                                    " axes, got " + std::to_string(array.ndim()));
    return array;
}

// counts (P, KY) of pairs of states x1 (P), x2 (P); sum n log n (walks) where each walk ended.
Array walks_from_root(const py::object& x1_object, const py::object& x2_object,
                      const py::object& counts_object, std::int64_t steps, std::int64_t walks,
                      std::uint64_t seed, int num_threads) {
    const Integers x1 = require_integers(x1_object, "x1", 1);
    const Integers x2 = require_integers(x2_object, "x2", 1);
    const Integers counts = require_integers(counts_object, "counts", 2);
    const py::ssize_t pairs = counts.shape(0), ky = counts.shape(1);
    if (x1.shape(0) != pairs || x2.shape(0) != pairs)
        throw std::invalid_argument("x1, x2: expected as many as counts has rows");
    if (steps < 0 || walks < 0)
        throw std::invalid_argument("steps, walks: expected none below 0");
    std::int64_t room = std::int64_t{1} << 53; // up to which doubles are whole
    for (py::ssize_t k = 0; k < counts.size(); ++k) {
        const std::int64_t n = counts.data()[k];
        if (n < 0 || n > room)
            throw std::invalid_argument(
                "counts: expected none below 0, and at most 2^53 in all");
        room -= n;
    }
    Array ends(static_cast<py::ssize_t>(walks));
    double* const out = ends.mutable_data();
    without_gil([&](Interrupt& interrupt) {
        walk_from_root(static_cast<std::size_t>(pairs), static_cast<std::size_t>(ky), x1.data(),
                       x2.data(), counts.data(), static_cast<std::size_t>(steps),
                       static_cast<std::size_t>(walks), seed, out, num_threads, interrupt);
    });
    return ends;
}

} // namespace

void register_interaction(py::module_& module) {
    module.def(
        "walks_from_root", &walks_from_root, py::arg("x1"), py::arg("x2"), py::arg("counts"),
        py::kw_only(), py::arg("steps"), py::arg("walks"), py::arg("seed"),
        py::arg("num_threads"),
        "Walks over the counts with the same pairwise tables: sum n log n of their ends.");
}

} // namespace fourfold
