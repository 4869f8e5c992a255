// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Both Cholesky methods, the plain one in either precision: solutions of matrices of full rank, and
// of those with directions in which they are flat.
#include "cpu/newton/cholesky.hpp"
#include "core/newton/double_double.hpp"
#include "core/newton/small_cholesky.hpp"

#include <algorithm>

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

// A matrix of the given rank with a unit diagonal, (n, n): the cosines between n vectors.
std::vector<double> cosines(std::size_t n, std::size_t rank) {
    Uniform uniform;
    std::vector<double> v = random_numbers<double>(n * rank, uniform, -1.0, 1.0);
    std::vector<double> s(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        double square = 0.0;
        for (std::size_t k = 0; k < rank; ++k)
            square += v[i * rank + k] * v[i * rank + k];
        for (std::size_t k = 0; k < rank; ++k)
            v[i * rank + k] /= std::sqrt(square);
    }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t k = 0; k < rank; ++k)
                s[i * n + j] += v[i * rank + k] * v[j * rank + k];
    for (std::size_t i = 0; i < n; ++i)
        s[i * n + i] = 1.0;
    return s;
}

std::vector<double> times(const std::vector<double>& s, const std::vector<double>& x) {
    std::vector<double> out(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < x.size(); ++j)
            out[i] += s[i * x.size() + j] * x[j];
    return out;
}

double distance(const std::vector<double>& x, const std::vector<double>& y) {
    double most = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k)
        most = std::max(most, std::abs(x[k] - y[k]));
    return most;
}

std::vector<double> by_blocks(const std::vector<double>& s, std::vector<double> x,
                              int threads) {
    const std::size_t n = x.size();
    Cholesky cholesky(kernels().newton, threads);
    cholesky.reset(n);
    for (std::size_t i = 0; i < n; ++i)
        std::copy_n(s.data() + i * n + i, n - i, cholesky.row(i) + i);
    cholesky.factorise();
    cholesky.solve(x.data());
    return x;
}

template <class Number>
std::vector<double> by_rows(const std::vector<double>& s, const std::vector<double>& x) {
    const std::size_t n = x.size();
    std::vector<Number> h(s.begin(), s.end()), v(x.begin(), x.end());
    factorise_small(n, h.data());
    solve_small(n, h.data(), v.data());
    std::vector<double> out(n);
    for (std::size_t k = 0; k < n; ++k) {
        if constexpr (std::is_same_v<Number, double>)
            out[k] = v[k];
        else
            out[k] = v[k].high;
    }
    return out;
}

// The right-hand side is met: exactly where the matrix has full rank, and where it is in the range
// of one that has not.
void check_solution(const std::string& method, const std::vector<double>& s,
                    const std::vector<double>& right, const std::vector<double>& x,
                    double most) {
    for (double value : x)
        expect(std::isfinite(value), method, ": a solution that is not finite");
    const double off = distance(times(s, x), right);
    expect(off <= most, method, " of ", x.size(), ": ", off, " off");
}

// Two equal rows: the second of their pivots is null, and its direction is left out.
template <class Number>
void check_flat(const std::string& name) {
    std::vector<Number> h = {1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.5, 0.5, 1.0};
    std::vector<Number> x = {1.0, 1.0, 0.5};
    factorise_small(3, h.data());
    solve_small(3, h.data(), x.data());
    expect(h[4] > 0.9 * kLeftOut, name, ": the null pivot is kept");
    expect(!(x[1] > 1e-100) && !(Number(0.0) - x[1] > 1e-100), name,
           ": a step in a flat direction");
    expect(x[0] > 1.0 - 1e-12 && !(x[0] > 1.0 + 1e-12), name, ": the other unknowns");
}

} // namespace

int main() {
    // the rule itself
    expect(diagonal_from(0.0) == kLeftOut, "a pivot of 0");
    expect(diagonal_from(-1e-12) == kLeftOut, "a pivot below 0");
    expect(std::abs(diagonal_from(0.25) - 0.5) < 1e-14, "an ordinary pivot");
    expect(diagonal_from(1e-13) < 1e-6, "a small pivot that is no rounding error");
    expect(diagonal_from(DoubleDouble(1e-20)) > 0.0 &&
               !(diagonal_from(DoubleDouble(1e-20)) > 1.0),
           "a pivot that 32 digits can see");
    check_flat<double>("double");
    check_flat<DoubleDouble>("32 digits");

    for_levels([](const std::string& level) {
        for (std::size_t n : {1, 2, 7, 8, 9, 63, 64, 65, 130, 300}) {
            const std::vector<double> whole = cosines(n, 2 * n);
            Uniform uniform;
            const std::vector<double> right =
                times(whole, random_numbers<double>(n, uniform, -1.0, 1.0));
            check_solution(level + " blocked", whole, right, by_blocks(whole, right, 1), 1e-9);
            expect(by_blocks(whole, right, 1) == by_blocks(whole, right, 2), level,
                   " blocked: threads change the result");
            if (n > 130)
                continue;
            check_solution("plain", whole, right, by_rows<double>(whole, right), 1e-9);
            if (n <= 65)
                check_solution("32 digits", whole, right, by_rows<DoubleDouble>(whole, right),
                               1e-12);
            if (n < 7)
                continue;
            const std::vector<double> flat = cosines(n, n / 2);
            const std::vector<double> in_range =
                times(flat, random_numbers<double>(n, uniform, -1.0, 1.0));
            check_solution(level + " blocked, half the rank", flat, in_range,
                           by_blocks(flat, in_range, 1), 1e-6);
            check_solution("plain, half the rank", flat, in_range,
                           by_rows<double>(flat, in_range), 1e-6);
        }
    });
    return exit_status();
}
