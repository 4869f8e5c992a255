// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Scaling steps of every instruction set, precision and kind of products, against plain arithmetic: one
// step against Newton's by elimination, and where steps and sweeps lead against sweeps without end.
#include "core/fit_marginals.hpp"
#include "cpu/backend_cpu.hpp"

#include <algorithm>
#include <type_traits>

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

class Never : public Interrupt {
    bool requested() override { return false; }
};

// A problem and an r that gathers along the diagonal, as between nearly equal sources, where sweeps
// are slow; the last state of X2 has no mass in the last class.
struct Table {
    std::size_t k, ky;
    std::vector<double> p1, p2, log_r, a, b;

    Table(std::size_t states, std::size_t classes, double width)
        : k(states), ky(classes), log_r(k * k), a(k * ky, 1.0), b(k * ky, 0.0) {
        Uniform uniform;
        p1 = random_numbers<double>(k * ky, uniform, 0.05, 1.0);
        p2 = random_numbers<double>(k * ky, uniform, 0.05, 1.0);
        p2[k * ky - 1] = 0.0;
        for (std::size_t y = 0; y < ky; ++y)
            for (auto* p : {&p1, &p2}) {
                double sum = 0.0;
                for (std::size_t i = 0; i < k; ++i)
                    sum += (*p)[i * ky + y];
                for (std::size_t i = 0; i < k; ++i)
                    (*p)[i * ky + y] /= sum * static_cast<double>(ky);
            }
        for (std::size_t i = 0; i < k; ++i)
            for (std::size_t j = 0; j < k; ++j) {
                const double apart = (static_cast<double>(i) - static_cast<double>(j)) / width;
                log_r[i * k + j] = -apart * apart;
            }
    }

    Problem problem() const { return {k, k, ky, p1.data(), p2.data()}; }
    // P1(i,y) and so on: columns of a class
    double q(const std::vector<double>& a_, const std::vector<double>& b_, std::size_t i,
             std::size_t j, std::size_t y) const {
        return std::exp(log_r[i * k + j]) * a_[i * ky + y] * b_[j * ky + y];
    }
    // a = P1 / (r b)
    void fit_rows(std::vector<double>& a_, const std::vector<double>& b_) const {
        for (std::size_t i = 0; i < k; ++i)
            for (std::size_t y = 0; y < ky; ++y) {
                double sum = 0.0;
                for (std::size_t j = 0; j < k; ++j)
                    sum += std::exp(log_r[i * k + j]) * b_[j * ky + y];
                a_[i * ky + y] = p1[i * ky + y] / sum;
            }
    }
    double column(const std::vector<double>& a_, const std::vector<double>& b_, std::size_t j,
                  std::size_t y) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < k; ++i)
            sum += q(a_, b_, i, j, y);
        return sum;
    }
    // The sources' fit after so many sweeps from a = 1.
    void sweep(int sweeps, std::vector<double>& a_, std::vector<double>& b_) const {
        for (int n = 0; n < sweeps; ++n) {
            std::fill(b_.begin(), b_.end(), 1.0);
            for (std::size_t j = 0; j < k; ++j)
                for (std::size_t y = 0; y < ky; ++y)
                    b_[j * ky + y] = p2[j * ky + y] / column(a_, b_, j, y);
            fit_rows(a_, b_);
        }
    }
};

// Newton's step in log b of class y, with diag(D) so many times more in the Hessian; by elimination.
std::vector<double> newton_step(const Table& t, const std::vector<double>& a,
                                const std::vector<double>& b, std::size_t y, double damping) {
    const std::size_t n = t.k;
    std::vector<double> m(n * (n + 1), 0.0);
    const auto at = [&](std::size_t j, std::size_t l) -> double& { return m[j * (n + 1) + l]; };
    for (std::size_t j = 0; j < n; ++j) {
        const double d = t.column(a, b, j, y);
        at(j, j) = (1.0 + damping) * d + (d > 0.0 ? 0.0 : 1.0);
        at(j, n) = t.p2[j * t.ky + y] - d;
        for (std::size_t l = 0; l < n; ++l)
            for (std::size_t i = 0; i < n; ++i)
                at(j, l) -= t.q(a, b, i, j, y) * t.q(a, b, i, l, y) / t.p1[i * t.ky + y];
    }
    for (std::size_t c = 0; c < n; ++c)
        for (std::size_t j = 0; j < n; ++j) {
            const double factor = j == c ? 0.0 : at(j, c) / at(c, c);
            for (std::size_t l = c; l <= n && factor != 0.0; ++l)
                at(j, l) -= factor * at(c, l);
        }
    std::vector<double> z(n);
    for (std::size_t j = 0; j < n; ++j)
        z[j] = at(j, n) / at(j, j);
    return z;
}

template <class Products>
void check_steps(const std::string& name, const Table& table) {
    constexpr bool kSingle = std::is_same_v<typename Products::Number, float>;
    Never never;
    StopCheck stop(never);
    BackendCpu<Products> backend(1, stop);
    backend.load(table.problem());
    backend.assign({const_cast<double*>(table.log_r.data()),
                    const_cast<double*>(table.a.data()), const_cast<double*>(table.b.data())});
    std::vector<double> a = table.a, b = table.b, log_r(table.log_r.size());
    backend.sweep();
    const double before = backend.sweep();
    const double after = backend.scaling_step();
    expect(backend.scaling_sweeps() > 1, name, "costs ", backend.scaling_sweeps());

    // the violation that Newton's step leaves by plain arithmetic
    table.sweep(2, a, b);
    double plain_before = 0.0, plain_after = 0.0;
    std::vector<double> moved = b;
    for (std::size_t y = 0; y < table.ky; ++y) {
        const auto z = newton_step(table, a, b, y, 0.002);
        for (std::size_t j = 0; j < table.k; ++j) {
            plain_before += std::abs(table.column(a, b, j, y) - table.p2[j * table.ky + y]);
            moved[j * table.ky + y] *= std::exp(std::clamp(z[j], -1.0, 1.0));
        }
    }
    std::vector<double> fitted = a;
    table.fit_rows(fitted, moved);
    for (std::size_t y = 0; y < table.ky; ++y)
        for (std::size_t j = 0; j < table.k; ++j)
            plain_after +=
                std::abs(table.column(fitted, moved, j, y) - table.p2[j * table.ky + y]);
    expect(std::abs(before - plain_before) <= (kSingle ? 1e-5 : 1e-12), name, "violation of ",
           before, ", plain ", plain_before);
    // the conjugate gradients stop at a tenth of it, or after twelve products
    expect(after <= plain_after + 0.11 * before, name, "violation from ", before, " to ", after,
           ", plain ", plain_after);

    // the fit itself, by sweeps and steps and by sweeps alone
    SolveReport report;
    const double enough = kSingle ? 1e-5 : 1e-12;
    expect(fit_marginals(backend, enough, 1000, report), name, "no fit after ", report.sweeps);
    expect(report.sweeps < 200, name, report.sweeps, " sweeps");
    if constexpr (kSingle)
        backend.shrink(); // makes the factors in double precision
    std::vector<double> fit_a(a.size()), fit_b(b.size());
    backend.factors({log_r.data(), fit_a.data(), fit_b.data()});
    table.sweep(2000, a, b);
    double apart = 0.0;
    for (std::size_t y = 0; y < table.ky; ++y)
        for (std::size_t i = 0; i < table.k; ++i)
            for (std::size_t j = 0; j < table.k; ++j)
                apart += std::abs(table.q(fit_a, fit_b, i, j, y) - table.q(a, b, i, j, y));
    expect(apart <= (kSingle ? 1e-3 : 1e-9), name, "couplings are ", apart, " apart");
}

// Where states nearly fall apart and r cannot carry the masses, no step makes it worse than by the factor
// that the contract allows.
template <class Products>
void check_guard(const std::string& name) {
    Never never;
    StopCheck stop(never);
    BackendCpu<Products> backend(1, stop);
    for (const double width : {0.04, 0.1, 0.2}) {
        Table table(10, 3, width);
        backend.load(table.problem());
        backend.assign({table.log_r.data(), table.a.data(), table.b.data()});
        for (int n = 0; n < 20; ++n) {
            const double before = backend.sweep();
            const double left = backend.scaling_step();
            expect(left <= 2.0 * before, name, "from ", before, " to ", left);
        }
    }
}

// A step that is taken back leaves a, b and the column sums as they were.
template <class Products>
void check_taken_back(const std::string& name, const Table& table) {
    using Real = typename Products::Number;
    Never never;
    StopCheck stop(never);
    const Problem problem = table.problem();
    const Layout layout = layout_of<Real>(problem);
    Blocks blocks(1, stop);
    blocks.load(layout, Products::block_rows(layout), Products::block_columns(layout));
    Products products(kernels(), blocks);
    products.load(layout);
    IterateCpu<Real> iterate;
    iterate.reserve(layout);
    TargetsCpu<Real> targets;
    targets.load(problem, layout, products);
    ScalingCpu<Products> scaling(kernels(), targets, products, iterate);
    scaling.load(layout);
    Uniform uniform;
    const auto fill = [&uniform](std::size_t n, Real* out) {
        const auto numbers = random_numbers<Real>(n, uniform, 0.5, 1.5);
        std::copy(numbers.begin(), numbers.end(), out);
    };
    const auto copy = [](std::size_t n, const Real* from) {
        return std::vector<Real>(from, from + n);
    };
    fill(layout.pairs(), iterate.r.get());
    fill(layout.columns(), iterate.column_sums.get());
    products.fit_columns(targets.p2t(), iterate.column_sums.get(), iterate.bt.get());
    products.for_blocks_and_sum_columns(
        iterate.r.get(), iterate.a.get(), iterate.column_sums.get(),
        [&](std::size_t, Block rows) {
            const std::size_t first = rows.begin * layout.ky;
            products.fit_rows(rows, iterate.r.get() + rows.begin * layout.ld, iterate.bt.get(),
                              targets.p1y() + first, iterate.a.get() + first);
        });
    const auto a = copy(layout.rows(), iterate.a.get());
    const auto bt = copy(layout.columns(), iterate.bt.get());
    const auto sums = copy(layout.columns(), iterate.column_sums.get());
    scaling.move_columns(1e-6);
    const auto differs = [](const std::vector<Real>& was, const Real* now) {
        return !std::equal(was.begin(), was.end(), now);
    };
    expect(differs(bt, iterate.bt.get()), name, "b did not move");
    fill(layout.rows(), iterate.a.get());
    fill(layout.columns(), iterate.column_sums.get());
    scaling.take_back();
    expect(!differs(a, iterate.a.get()) && !differs(bt, iterate.bt.get()) &&
               !differs(sums, iterate.column_sums.get()),
           name, "was not taken back");
}

} // namespace

int main() {
    const Table few(12, 3, 2.0), more(50, 49, 20.0);
    for_levels([&](const std::string& level) {
        check_steps<ThinProducts<double>>(level + ", thin: ", few);
        check_steps<ThinProducts<float>>(level + ", float: ", few);
        check_steps<WideProducts>(level + ", wide: ", few);
        check_guard<ThinProducts<double>>(level + ", thin: ");
        check_guard<ThinProducts<float>>(level + ", float: ");
        check_taken_back<ThinProducts<double>>(level + ", thin: ", few);
        check_taken_back<ThinProducts<float>>(level + ", float: ", few);
        check_taken_back<WideProducts>(level + ", wide: ", more);
    });
    return exit_status();
}
