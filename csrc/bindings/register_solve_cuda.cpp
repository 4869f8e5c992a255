// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/python_interrupt.hpp"
#include "bindings/solve_functions.hpp"
#include "cuda/device.hpp"
#include "cuda/solve_device_arrays.hpp"
#include "cuda/solve_host_arrays.hpp"

namespace py = pybind11;

namespace fourfold {

namespace {

// By the number of the enumerator of Regime.
constexpr const char* kSolverNames[] = {"cuda-shared", "cuda-block", "cuda-grid", "roc-hull",
                                        "equal-sources"};

// How each problem was solved, (N,), and K1, K2, KY of what was solved in its place, (N, 3).
void add_outcomes(const std::vector<Outcome>& outcomes, py::dict& out) {
    const auto n = static_cast<py::ssize_t>(outcomes.size());
    py::array_t<unsigned char> regimes(n);
    py::array_t<long> shapes({n, py::ssize_t{3}});
    unsigned char* regime = regimes.mutable_data();
    long* size = shapes.mutable_data();
    for (const Outcome& each : outcomes) {
        *regime++ = static_cast<unsigned char>(each.regime);
        for (std::size_t states : {each.k1, each.k2, each.ky})
            *size++ = static_cast<long>(states);
    }
    out["regime"] = regimes;
    out["solved_shape"] = shapes;
}

// The options that the CUDA solver reads; the threads are those that reduce problems on the host.
SolveOptions options_of(const std::string& method, double tol, long max_iter, int num_threads,
                        const std::string& dtype) {
    SolveOptions options = options_in_nats(tol, max_iter, num_threads, dtype);
    if (method != "auto" && method != "ipfp")
        throw std::invalid_argument("method: expected 'auto' or 'ipfp', got '" + method + "'");
    options.method = method == "auto" ? Method::kAuto : Method::kIpfp;
    return options;
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
    std::vector<Outcome> outcomes;
    without_gil([&](Interrupt& interrupt) {
        outcomes =
            solve_host_arrays(problems, options, reports,
                              factors != nullptr ? *factors : Factors{}, start, interrupt);
    });
    py::dict out = fields.named();
    add_outcomes(outcomes, out);
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
// each problem; `factors` and `start`: none, or those of log_r or r, of a and of b, of the first one.
py::dict solve_on_device(const std::vector<Stack>& stacks, const Addresses& out,
                         const Addresses& factors, const Addresses& start,
                         std::uintptr_t stream_address, const std::string& method, double tol,
                         long max_iter, int num_threads, const std::string& dtype) {
    std::size_t problems_in_all = 0;
    for (const Stack& stack : stacks)
        problems_in_all += std::get<0>(stack);
    std::vector<Problem> problems;
    problems.reserve(problems_in_all);
    for (const auto& [count, k1, k2, ky, p1y, p2y] : stacks)
        for (std::size_t n = 0; n < count; ++n)
            problems.push_back({k1, k2, ky, pointer<const double>(p1y) + n * k1 * ky,
                                pointer<const double>(p2y) + n * k2 * ky});
    py::dict told;
    std::vector<Outcome> outcomes;
    add_outcomes(outcomes, told);
    if (problems.empty())
        return told;
    if (out.size() != 6 || (!factors.empty() && factors.size() != 3) ||
        (!start.empty() && start.size() != 3))
        throw std::invalid_argument("out, factors, start: expected 6, 3 and 3 addresses");
    const ReportArrays reports{pointer<double>(out[0]), pointer<double>(out[1]),
                               pointer<double>(out[2]), pointer<double>(out[3]),
                               pointer<long>(out[4]),   pointer<long>(out[5])};
    Factors wanted;
    if (!factors.empty())
        wanted = {pointer<double>(factors[0]), pointer<double>(factors[1]),
                  pointer<double>(factors[2])};
    Start begin;
    if (!start.empty())
        begin = {pointer<const double>(start[0]), pointer<const double>(start[1]),
                 pointer<const double>(start[2])};
    const int device = device_of(problems.front().p1y, "p1y");
    for (const auto& [count, k1, k2, ky, p1y, p2y] : stacks)
        if (count > 0 && (device_of(pointer<const void>(p1y), "p1y") != device ||
                          device_of(pointer<const void>(p2y), "p2y") != device))
            throw std::invalid_argument("p1y, p2y: expected arrays on one device");
    const SolveOptions options = options_of(method, tol, max_iter, num_threads, dtype);
    const auto stream = reinterpret_cast<cudaStream_t>(stream_address);
    without_gil([&](Interrupt& interrupt) {
        const DeviceGuard guard(device);
        refuse_capture(stream);
        outcomes =
            solve_device_arrays(problems, options, reports, wanted, begin, interrupt, stream);
    });
    add_outcomes(outcomes, told);
    return told;
}

} // namespace

void register_solve_cuda(py::module_& module) {
    const py::arg_v method = py::arg("method") = "auto", threads = py::arg("num_threads") = 1;
    add_solve_functions(module, &solve, &options_of, method, py::arg("tol"),
                        py::arg("max_iter"), threads, py::arg("dtype") = "float64");
    module.def("solve_on_device", &solve_on_device, py::arg("stacks"), py::kw_only(),
               py::arg("out"), py::arg("factors"), py::arg("start"), py::arg("stream"), method,
               py::arg("tol"), py::arg("max_iter"), threads, py::arg("dtype"),
               "The same for arrays in device memory, given by their addresses.");
    py::tuple names(std::size(kSolverNames));
    for (std::size_t k = 0; k < std::size(kSolverNames); ++k)
        names[k] = kSolverNames[k];
    module.attr("SOLVERS") = names;
}

} // namespace fourfold
