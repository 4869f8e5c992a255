// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/ndarray.hpp"
#include "fourfold/bits.hpp"
#include "fourfold/options.hpp"
#include "fourfold/problem.hpp"

// The arguments that the solvers of all back ends take from Python.
namespace fourfold {

inline Precision precision_named(const std::string& dtype) {
    if (dtype == "float64")
        return Precision::kDouble;
    if (dtype == "float32")
        return Precision::kSingle;
    throw std::invalid_argument("dtype: expected 'float32' or 'float64', got '" + dtype + "'");
}

inline SolveOptions options_in_nats(double tol_bits, long max_iter, int num_threads,
                                    const std::string& dtype) {
    SolveOptions options;
    options.tol = tol_bits * kNatsPerBit;
    options.max_iter = max_iter;
    options.num_threads = num_threads;
    options.precision = precision_named(dtype);
    return options;
}

inline constexpr double kLargestDouble = std::numeric_limits<double>::max();

inline std::size_t axis(const Array& array, int k) {
    return static_cast<std::size_t>(array.shape(k));
}

inline void check_classes(std::size_t of_p1y, std::size_t of_p2y) {
    if (of_p1y != of_p2y)
        throw std::invalid_argument("p2y: its last axis has " + std::to_string(of_p2y) +
                                    " classes, that of p1y has " + std::to_string(of_p1y));
}

// p1y (N, K1, KY), p2y (N, K2, KY)
inline std::vector<Problem> batch_of(const Array& p1y, const Array& p2y) {
    check_classes(axis(p1y, 2), axis(p2y, 2));
    if (axis(p1y, 0) != axis(p2y, 0))
        throw std::invalid_argument("p2y: has another number of problems than p1y");
    const std::size_t k1 = axis(p1y, 1), k2 = axis(p2y, 1), ky = axis(p1y, 2);
    std::vector<Problem> problems(axis(p1y, 0));
    for (std::size_t n = 0; n < problems.size(); ++n)
        problems[n] = {k1, k2, ky, p1y.data() + n * k1 * ky, p2y.data() + n * k2 * ky};
    return problems;
}

// Two lists of equal length, which keep the arrays alive: p1y[n] (K1_n, KY_n), p2y[n] (K2_n, KY_n)
inline std::vector<Problem> list_of(const pybind11::list& p1y_list,
                                    const pybind11::list& p2y_list) {
    if (p1y_list.size() != p2y_list.size())
        throw std::invalid_argument("p2y: has another number of problems than p1y");
    std::vector<Problem> problems;
    for (std::size_t n = 0; n < p1y_list.size(); ++n) {
        const Array p1y = require_probabilities(p1y_list[n], "p1y", 2);
        const Array p2y = require_probabilities(p2y_list[n], "p2y", 2);
        check_classes(axis(p1y, 1), axis(p2y, 1));
        problems.push_back({axis(p1y, 0), axis(p2y, 0), axis(p1y, 1), p1y.data(), p2y.data()});
    }
    return problems;
}

// Keeps the arrays of a start alive, None or (r, a, b), whose shapes must be those of the problem.
class StartArrays {
public:
    StartArrays(const pybind11::object& start, std::size_t k1, std::size_t k2, std::size_t ky) {
        if (start.is_none())
            return;
        if (!pybind11::isinstance<pybind11::tuple>(start) || pybind11::len(start) != 3)
            throw std::invalid_argument("start: expected None or a tuple (r, a, b)");
        const auto parts = pybind11::reinterpret_borrow<pybind11::tuple>(start);
        r_ = part(parts[0], "start[0]", k1, k2);
        a_ = part(parts[1], "start[1]", k1, ky);
        b_ = part(parts[2], "start[2]", k2, ky);
        start_ = {r_.data(), a_.data(), b_.data()};
    }
    const Start& get() const { return start_; }

private:
    static Array part(const pybind11::handle& object, const char* name, std::size_t rows,
                      std::size_t columns) {
        Array array = require_array(object, name, 2);
        if (axis(array, 0) != rows || axis(array, 1) != columns)
            throw std::invalid_argument(std::string(name) + ": expected shape (" +
                                        std::to_string(rows) + ", " + std::to_string(columns) +
                                        ")");
        for (pybind11::ssize_t k = 0; k < array.size(); ++k)
            if (!(array.data()[k] >= 0.0 && array.data()[k] <= kLargestDouble))
                throw std::invalid_argument(std::string(name) +
                                            ": expected finite, non-negative numbers");
        return array;
    }

    Array r_, a_, b_;
    Start start_;
};

} // namespace fourfold
