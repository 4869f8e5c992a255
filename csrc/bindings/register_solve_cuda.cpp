// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "bindings/python_interrupt.hpp"
#include "bindings/solve_functions.hpp"
#include "cuda/device.hpp"
#include "cuda/solve_cuda.hpp"
#include "cuda/solve_host_arrays.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

py::array_t<unsigned char> codes(const std::vector<Regime>& regimes) {
    py::array_t<unsigned char> out(static_cast<py::ssize_t>(regimes.size()));
    std::transform(regimes.begin(), regimes.end(), out.mutable_data(),
                   [](Regime regime) { return static_cast<unsigned char>(regime); });
    return out;
}

// The options that the CUDA solver reads.
SolveOptions options_of(double tol, long max_iter, const std::string& dtype) {
    return options_in_nats(tol, max_iter, 1, dtype);
}

py::dict solve(const std::vector<Problem>& problems, const SolveOptions& options,
               const Factors* factors, const Start& start) {
    ReportFields fields(static_cast<py::ssize_t>(problems.size()));
    ReportArrays reports;
    reports.lower = fields.lower.mutable_data();
    reports.upper = fields.upper.mutable_data();
    reports.mi1 = fields.mi1.mutable_data();
    reports.mi2 = fields.mi2.mutable_data();
    reports.iterations = fields.iterations.mutable_data();
    reports.sweeps = fields.sweeps.mutable_data();
    if (factors != nullptr && factors->log_r == nullptr)
        factors = nullptr;
    std::vector<Regime> regimes;
    without_gil([&](Interrupt& interrupt) {
        regimes = solve_host_arrays(problems, options, reports, factors, start, interrupt);
    });
    py::dict out = fields.named();
    out["regime"] = codes(regimes);
    return out;
}

// Problems of one shape, one after the other in device memory: how many, K1, K2, KY and the addresses
// of p1y (N, K1, KY) and p2y (N, K2, KY).
using Stack = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t, std::uintptr_t,
                         std::uintptr_t>;
using Addresses = std::vector<std::uintptr_t>;

template <class Entry>
Entry* pointer(std::uintptr_t address) {
    return reinterpret_cast<Entry*>(address);
}

// `out`: addresses of lower, upper, mi1, mi2 (float64), iterations, sweeps (int64) with an entry for
// each problem; `factors` and `start`: none, or those of log_r or r, of a and of b.
py::array_t<unsigned char> solve_on_device(const std::vector<Stack>& stacks,
                                           const Addresses& out, const Addresses& factors,
                                           const Addresses& start, std::uintptr_t stream,
                                           double tol, long max_iter,
                                           const std::string& dtype) {
    std::vector<Problem> problems;
    for (const auto& [count, k1, k2, ky, p1y, p2y] : stacks)
        for (std::size_t n = 0; n < count; ++n)
            problems.push_back({k1, k2, ky, pointer<const double>(p1y) + n * k1 * ky,
                                pointer<const double>(p2y) + n * k2 * ky});
    if (problems.empty())
        return codes({});
    if (out.size() != 6 || (!factors.empty() && factors.size() != 3) ||
        (!start.empty() && start.size() != 3))
        throw std::invalid_argument("out, factors, start: expected 6, 3 and 3 addresses");
    const ReportArrays reports{pointer<double>(out[0]), pointer<double>(out[1]),
                               pointer<double>(out[2]), pointer<double>(out[3]),
                               pointer<long>(out[4]),   pointer<long>(out[5])};
    std::vector<Factors> of_problems;
    if (!factors.empty())
        of_problems.push_back({pointer<double>(factors[0]), pointer<double>(factors[1]),
                               pointer<double>(factors[2])});
    of_problems.resize(problems.size());
    Start begin;
    if (!start.empty())
        begin = {pointer<const double>(start[0]), pointer<const double>(start[1]),
                 pointer<const double>(start[2])};
    const int device = device_of(problems.front().p1y, "p1y");
    for (const auto& [count, k1, k2, ky, p1y, p2y] : stacks)
        if (count > 0 && (device_of(pointer<const void>(p1y), "p1y") != device ||
                          device_of(pointer<const void>(p2y), "p2y") != device))
            throw std::invalid_argument("p1y, p2y: expected arrays on one device");
    const SolveOptions options = options_of(tol, max_iter, dtype);
    std::vector<Regime> regimes;
    without_gil([&](Interrupt& interrupt) {
        const DeviceGuard guard(device);
        regimes = solve_cuda(problems, options, reports, of_problems.data(), begin, interrupt,
                             reinterpret_cast<cudaStream_t>(stream));
    });
    return codes(regimes);
}

} // namespace

void register_solve_cuda(py::module_& module) {
    add_solve_functions(module, &solve, &options_of, py::arg("tol"), py::arg("max_iter"),
                        py::arg("dtype") = "float64");
    module.def("solve_on_device", &solve_on_device, py::arg("stacks"), py::kw_only(),
               py::arg("out"), py::arg("factors"), py::arg("start"), py::arg("stream"),
               py::arg("tol"), py::arg("max_iter"), py::arg("dtype"),
               "The same for arrays in device memory, given by their addresses.");
}

} // namespace fourfold
