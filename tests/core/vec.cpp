// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// exp, log and division on registers, with every instruction set and in both precisions, and what
// becomes of entries that do not fill a register.
#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

constexpr double kMostUnits = 1.5; // of exp and log
constexpr std::size_t kCount = 20000;

// The largest error of out over the exact function of in, which is to be at most kMostUnits.
template <class Real, class Exact>
void expect_close(const std::string& what, const std::vector<Real>& in,
                  const std::vector<Real>& out, const Exact& exact) {
    double worst = 0.0;
    Real where = 0;
    for (std::size_t k = 0; k < in.size(); ++k) {
        const double off = units(out[k], exact(static_cast<long double>(in[k])));
        if (!(off <= worst)) {
            worst = off;
            where = in[k];
        }
    }
    expect(worst <= kMostUnits, what, ": ", worst, " units in the last place off at ", where);
}

template <class Real>
void check_functions(const std::string& level) {
    const auto& steps = kernels().steps<Real>();
    const std::string name = level + (sizeof(Real) == 4 ? " float " : " double ");
    const double most = sizeof(Real) == 4 ? 87.0 : 700.0;
    Uniform uniform;

    std::vector<Real> out(kCount);
    std::vector<Real> in = random_numbers<Real>(kCount, uniform, -most, most);
    for (std::size_t k = 0; k < 2000; ++k)
        in[k] = static_cast<Real>(1e-3 * uniform()); // near 0
    in[0] = 0;
    in[1] = static_cast<Real>(-most);
    in[2] = static_cast<Real>(most);
    steps.exponential(kCount, in.data(), out.data());
    expect(out[0] == 1, name, "exp(0) is ", out[0]);
    expect_close(name + "exp", in, out, [](long double x) { return std::exp(x); });

    for (std::size_t k = 0; k < kCount; ++k)
        in[k] = static_cast<Real>(std::exp(most * (2.0 * uniform() - 1.0)));
    for (std::size_t k = 0; k < 2000; ++k)
        in[k] = static_cast<Real>(0.99 + 0.02 * uniform()); // near 1
    in[0] = 1;
    in[1] = std::numeric_limits<Real>::min();
    in[2] = std::numeric_limits<Real>::max();
    steps.logarithm(kCount, in.data(), out.data());
    expect(out[0] == 0, name, "log(1) is ", out[0]);
    expect_close(name + "log", in, out, [](long double x) { return std::log(x); });

    std::vector<Real> p = random_numbers<Real>(kCount, uniform), q(kCount);
    p[0] = 0;
    in[0] = 0; // a divisor of zero is taken for the least one
    steps.quotients(kCount, p.data(), in.data(), q.data());
    expect(q[0] == 0, name, "0 / 0 is ", q[0]);
    double worst = 0.0;
    for (std::size_t k = 1; k < kCount; ++k) {
        const long double exact =
            static_cast<long double>(p[k]) / std::max(in[k], kTinyOf<Real>);
        if (exact > std::numeric_limits<Real>::min() &&
            exact < std::numeric_limits<Real>::max())
            worst = std::max(worst, units(q[k], exact));
    }
    expect(worst <= 1.5, name, "p / s: ", worst, " units in the last place off");
}

// Runs of every length give what a long one gives, and touch nothing behind their end.
template <class Real>
void check_tails(const std::string& level) {
    const auto& steps = kernels().steps<Real>();
    Uniform uniform;
    constexpr std::size_t kMost = 70;
    std::vector<Real> in = random_numbers<Real>(kMost, uniform, 0.1, 3.0);
    in[5] = 0;
    in[40] = -1;
    std::vector<Real> exp_whole(kMost), log_whole(kMost);
    steps.exponential(kMost, in.data(), exp_whole.data());
    steps.log_or_zero(kMost, in.data(), log_whole.data());
    expect(log_whole[5] == 0 && log_whole[40] == 0, level, " log_or_zero of 0 and -1");
    for (std::size_t n = 0; n < kMost; ++n) {
        std::vector<Real> exp_out(kMost, 7), log_out(kMost, 7);
        steps.exponential(n, in.data(), exp_out.data());
        steps.log_or_zero(n, in.data(), log_out.data());
        for (std::size_t k = 0; k < kMost; ++k) {
            expect(exp_out[k] == (k < n ? exp_whole[k] : 7), level, " exp of ", n, " at ", k);
            expect(log_out[k] == (k < n ? log_whole[k] : 7), level, " log of ", n, " at ", k);
        }
    }
}

// what a block of rows and the rest of a vector take from each other
void check_sums(const std::string& level) {
    const NewtonKernels& newton = kernels().newton;
    for (std::size_t n = 0; n < 72; n += kPanel) {
        const std::size_t ld = n + kPanel;
        std::vector<double> rows(kPanel * ld), v(kPanel), y(n), of_rows(kPanel), of_columns(n);
        // whole numbers: sums are exact in any order
        for (std::size_t k = 0; k < kPanel; ++k) {
            of_rows[k] = v[k] = static_cast<double>(k + 1);
            for (std::size_t e = 0; e < n; ++e)
                rows[k * ld + e] = static_cast<double>((3 * k + 5 * e) % 11);
        }
        for (std::size_t e = 0; e < n; ++e)
            of_columns[e] = y[e] = static_cast<double>(e % 7);
        for (std::size_t k = 0; k < kPanel; ++k)
            for (std::size_t e = 0; e < n; ++e) {
                of_rows[k] -= rows[k * ld + e] * y[e];
                of_columns[e] -= v[k] * rows[k * ld + e];
            }
        std::vector<double> left = v;
        newton.subtract_from_rows(n, ld, rows.data(), y.data(), left.data());
        expect(left == of_rows, level, " rows less columns of ", n);
        newton.subtract_from_columns(n, ld, v.data(), rows.data(), y.data());
        expect(y == of_columns, level, " columns less rows of ", n);
    }
}

} // namespace

int main() {
    for_levels([](const std::string& level) {
        check_functions<double>(level);
        check_functions<float>(level);
        check_tails<double>(level);
        check_tails<float>(level);
        check_sums(level);
    });
    return exit_status();
}
