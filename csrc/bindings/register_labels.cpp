// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/code_objects.hpp"
#include "bindings/python_interrupt.hpp"
#include "cpu/labels/code_bytes.hpp"
#include "cpu/labels/count_cells.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

template <class Number>
py::array_t<Number> copied(const std::vector<Number>& values) {
    return py::array_t<Number>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::array require_column(const py::handle& object, const char* name) {
    if (!py::isinstance<py::array>(object))
        throw std::invalid_argument(std::string(name) + ": expected an array");
    auto array = py::reinterpret_borrow<py::array>(object);
    if (array.ndim() != 1)
        throw std::invalid_argument(std::string(name) + ": expected one axis, got " +
                                    std::to_string(array.ndim()));
    return array;
}

// Integers or truths of NumPy, of the byte order of this machine, with any stride.
IntegerColumn integer_column(const py::array& array) {
    const char kind = array.dtype().kind();
    const char order = array.dtype().byteorder();
    const py::ssize_t bytes = array.itemsize();
    if ((kind != 'i' && kind != 'u' && kind != 'b') || (order != '=' && order != '|') ||
        (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8))
        throw std::invalid_argument(
            "columns: expected integers of the byte order of this machine");
    return {static_cast<const char*>(array.data()), array.strides(0), static_cast<int>(bytes),
            kind == 'i'};
}

// columns: arrays (N) of integers. Of each its lowest integer, as two's complement, and how many there are from
// there to the highest; then, where that many cells are at most `most` or `most` is None: numbers of the
// cells with rows in them, rows in each, and of each row the number, or, by hashing, the place.
py::dict count_cells(const py::sequence& sequence, std::optional<std::size_t> most, bool rows,
                     int num_threads) {
    std::vector<py::array> arrays;
    std::vector<IntegerColumn> columns;
    for (const py::handle object : sequence) {
        arrays.push_back(require_column(object, "columns"));
        columns.push_back(integer_column(arrays.back()));
        if (arrays.back().shape(0) != arrays.front().shape(0))
            throw std::invalid_argument("columns: expected all of the same length");
    }
    if (arrays.empty() || arrays.front().shape(0) == 0)
        throw std::invalid_argument("columns: expected at least one, of at least one row");
    const auto n = static_cast<std::size_t>(arrays.front().shape(0));
    const bool by_hash = !most.has_value();
    const std::size_t room = most.value_or(0);
    py::array_t<std::uint32_t> of_rows(rows ? static_cast<py::ssize_t>(n) : 0);
    std::uint32_t* const out_rows = rows ? of_rows.mutable_data() : nullptr;
    CellCounts counts;
    without_gil([&](Interrupt& interrupt) {
        counts = count_in_table(columns, n, room, out_rows, num_threads, interrupt);
        if (!by_hash)
            return;
        std::uint64_t product = 1;
        for (const IntegerRange& range : counts.ranges) {
            const std::uint64_t span = range.span();
            if ((span == 0 && columns.size() > 1) ||
                (span != 0 && span > std::numeric_limits<std::uint64_t>::max() / product))
                throw std::invalid_argument("columns: more cells than 64 bits can number");
            product *= span;
        }
        counts = count_by_hash(columns, counts.ranges, n, out_rows, interrupt);
    });
    py::list low, span;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        low.append(counts.ranges[c].origin(columns[c].is_signed));
        span.append(py::int_(counts.ranges[c].last - counts.ranges[c].first) + py::int_(1));
    }
    py::dict out;
    out["low"] = low;
    out["span"] = span;
    if (counts.counted) {
        out["cells"] = copied(counts.cells);
        out["counts"] = copied(counts.counts);
        out["rows"] = rows ? py::object(of_rows) : py::none();
    }
    return out;
}

// rows (N) uint32; numbers of unsigned integers, for each that is in rows.
py::array renumbered(const py::array_t<std::uint32_t, py::array::c_style>& rows,
                     const py::object& object, int num_threads) {
    const py::array numbers = require_column(object, "numbers");
    const IntegerColumn column = integer_column(numbers);
    if (rows.ndim() != 1 || column.is_signed || column.stride != column.bytes)
        throw std::invalid_argument("rows, numbers: expected arrays of unsigned integers");
    const auto n = static_cast<std::size_t>(rows.shape(0));
    const std::uint32_t* const of_rows = rows.data();
    const auto known = static_cast<std::uint64_t>(numbers.shape(0));
    py::array out(numbers.dtype(), rows.shape(0));
    void* const to = out.mutable_data();
    bool inside = true;
    {
        const py::gil_scoped_release release;
        std::uint32_t largest = 0;
        for (std::size_t k = 0; k < n; ++k)
            largest = of_rows[k] > largest ? of_rows[k] : largest;
        inside = n == 0 || largest < known;
        if (inside)
            renumber(of_rows, n, column.data, column.bytes, to, num_threads);
    }
    if (!inside)
        throw std::invalid_argument("rows: expected none beyond the numbers");
    return out;
}

// items (N), strings of fixed width: codes (N), and the first row of each.
py::tuple bytes_coded(const py::object& object) {
    const py::array items = require_column(object, "items");
    const char kind = items.dtype().kind();
    if (kind != 'S' && kind != 'U')
        throw std::invalid_argument("items: expected strings of fixed width");
    py::array_t<std::uint32_t> codes(items.shape(0));
    std::uint32_t* const out = codes.mutable_data();
    const auto* const data = static_cast<const char*>(items.data());
    std::vector<std::int64_t> first;
    without_gil([&](Interrupt& interrupt) {
        first = code_bytes(data, items.strides(0), static_cast<std::size_t>(items.itemsize()),
                           static_cast<std::size_t>(items.shape(0)), out, interrupt);
    });
    return py::make_tuple(codes, copied(first));
}

// objects: a list or an array (N) of strings, or of bytes: codes (N), and each of them; None where there
// are others.
py::object objects_coded(const py::object& object) {
    std::vector<py::object> first;
    py::array_t<std::uint32_t> codes;
    bool good = false;
    py::object held = object;
    if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object)) {
#ifdef Py_GIL_DISABLED
        held =
            py::tuple(py::reinterpret_borrow<py::sequence>(object)); // others may write to it
#endif
        const auto n = static_cast<py::ssize_t>(PySequence_Fast_GET_SIZE(held.ptr()));
        codes = py::array_t<std::uint32_t>(n);
        good = code_objects(reinterpret_cast<const char*>(PySequence_Fast_ITEMS(held.ptr())),
                            sizeof(PyObject*), static_cast<std::size_t>(n),
                            codes.mutable_data(), first);
    } else {
        const py::array array = require_column(object, "objects");
        if (array.dtype().kind() != 'O')
            throw std::invalid_argument("objects: expected a list or an array of objects");
        codes = py::array_t<std::uint32_t>(array.shape(0));
        good =
            code_objects(static_cast<const char*>(array.data()), array.strides(0),
                         static_cast<std::size_t>(array.shape(0)), codes.mutable_data(), first);
    }
    if (!good)
        return py::none();
    py::list labels;
    for (const py::object& label : first)
        labels.append(label);
    return py::make_tuple(codes, labels);
}

} // namespace

void register_labels(py::module_& module) {
    module.def("count_cells", &count_cells, py::arg("columns"), py::kw_only(), py::arg("most"),
               py::arg("rows"), py::arg("num_threads"),
               "Rows in each cell of columns of integers, in a table or by hashing.");
    module.def("renumbered", &renumbered, py::arg("rows"), py::arg("numbers"), py::kw_only(),
               py::arg("num_threads"), "numbers[rows], of the type of the numbers.");
    module.def("bytes_coded", &bytes_coded, py::arg("items"),
               "Codes of items of fixed width, and the row in which each is first.");
    module.def("objects_coded", &objects_coded, py::arg("objects"),
               "Codes of strings or bytes of Python, and the first of each; None of others.");
}

} // namespace fourfold
