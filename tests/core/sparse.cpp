// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The sparse back end against plain arithmetic: its Newton system against the one in 32 digits, its
// sweeps and steps on the scaling problem against the marginals, the passes over pairs of every
// instruction set against those of the plainest.
#include <algorithm>
#include <array>
#include <cmath>

#include "check.hpp"
#include "core/newton/extended_system.hpp"
#include "cpu/sparse/sparse_cpu.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

class Never : public Interrupt {
public:
    bool requested() override { return false; }
};

// Marginals of a table in which each pair of states has few classes.
struct Tables {
    std::vector<double> p1y, p2y;
    Problem problem;

    Tables(std::size_t k1, std::size_t k2, std::size_t ky, double kept)
        : p1y(k1 * ky), p2y(k2 * ky), problem{k1, k2, ky, p1y.data(), p2y.data()} {
        Uniform uniform;
        double total = 0.0;
        for (std::size_t i = 0; i < k1; ++i)
            for (std::size_t j = 0; j < k2; ++j)
                for (std::size_t y = 0; y < ky; ++y) {
                    // every state and class has some
                    const bool own = (y == i % ky || i == 0) && (y == j % ky || j == 0);
                    const double mass = own || uniform() < kept ? uniform() : 0.0;
                    p1y[i * ky + y] += mass;
                    p2y[j * ky + y] += mass;
                    total += mass;
                }
        for (std::vector<double>* p : {&p1y, &p2y})
            for (double& mass : *p)
                mass /= total;
    }
};

struct Arrays {
    std::vector<double> log_r, a, b;
    Factors factors() { return {log_r.data(), a.data(), b.data()}; }
};

// Factors with zeros where there is no mass.
Arrays random_factors(const Problem& p, Uniform& uniform) {
    Arrays out{random_numbers<double>(p.k1 * p.k2, uniform, -5.0, 0.0),
               random_numbers<double>(p.k1 * p.ky, uniform, 0.1, 1.0),
               random_numbers<double>(p.k2 * p.ky, uniform, 0.1, 1.0)};
    for (std::size_t k = 0; k < out.a.size(); ++k)
        out.a[k] *= p.p1y[k] > 0.0;
    for (std::size_t k = 0; k < out.b.size(); ++k)
        out.b[k] *= p.p2y[k] > 0.0;
    return out;
}

// The direction of a Newton system for factors and a right-hand side in the public layout.
template <class System>
Arrays direction(System& system, const Problem& p, Arrays start, Arrays right) {
    std::vector<double> r(system.pairs()), c(system.pairs()), a(system.rows()),
        b(system.columns()), ga(system.rows()), gb(system.columns()), da(system.rows()),
        db(system.columns());
    // the right-hand side and c by way of place()
    system.place(right.factors(), c.data(), ga.data(), gb.data());
    system.place(start.factors(), r.data(), a.data(), b.data());
    system.factorise(r.data(), c.data(), a.data(), b.data());
    system.solve(ga.data(), gb.data(), da.data(), db.data());
    Arrays out{std::vector<double>(p.k1 * p.k2), std::vector<double>(p.k1 * p.ky),
               std::vector<double>(p.k2 * p.ky)};
    system.gather(r.data(), da.data(), db.data(), out.factors());
    return out;
}

double furthest(const std::vector<double>& x, const std::vector<double>& y) {
    double most = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k)
        most = std::max(most, std::abs(x[k] - y[k]) / (1.0 + std::abs(y[k])));
    return most;
}

void check_system(const std::string& level, const Tables& tables) {
    const Problem& p = tables.problem;
    Never never;
    StopCheck stop(never);
    SparseCpu sparse(1, stop);
    sparse.backend.load(p);
    sparse.newton_system.load(p);
    ExtendedSystem exact(never);
    exact.load(p);
    Uniform uniform;
    const Arrays start = random_factors(p, uniform), right = random_factors(p, uniform);
    const Arrays found = direction(sparse.newton_system, p, start, right);
    const Arrays known = direction(exact, p, start, right);
    expect(furthest(found.a, known.a) < 1e-8 && furthest(found.b, known.b) < 1e-8, level, " ",
           p.k1, " x ", p.k2, " x ", p.ky, ": a direction ", furthest(found.a, known.a),
           " and ", furthest(found.b, known.b), " off");
}

// After a load and some steps: rows fit, a step on the scaling problem leaves at most what it says,
// and factors given out and taken in again are the same iterate.
void check_back_end(const std::string& level, const Tables& tables) {
    const Problem& p = tables.problem;
    Never never;
    StopCheck stop(never);
    SparseCpu sparse(1, stop);
    BackendSparse& backend = sparse.backend;
    backend.load(p);
    for (int k = 0; k < 3; ++k) {
        backend.sweep();
        backend.step(1.2, 0.0);
    }
    double left = backend.sweep();
    for (int k = 0; k < 6; ++k) {
        const double before = left;
        left = backend.scaling_step();
        expect(left <= 2.0 * before + 1e-16, level, ": a step on the scaling problem led from ",
               before, " to ", left);
    }
    expect(left < 1e-12, level, ": six Newton steps leave ", left);
    Uniform uniform;
    Arrays f = random_factors(p, uniform);
    backend.factors(f.factors());
    double off = 0.0;
    for (std::size_t i = 0; i < p.k1; ++i)
        for (std::size_t y = 0; y < p.ky; ++y) {
            double mass = 0.0;
            for (std::size_t j = 0; j < p.k2; ++j)
                mass += std::exp(f.log_r[i * p.k2 + j]) * f.a[i * p.ky + y] * f.b[j * p.ky + y];
            off += std::abs(mass - p.p1y[i * p.ky + y]);
        }
    expect(off < 1e-13, level, ": rows of the factors are ", off, " off");
    const Bounds bounds = backend.certificate();
    backend.assign(f.factors());
    const Bounds again = backend.certificate();
    expect(std::abs(bounds.lower - again.lower) < 1e-13 &&
               std::abs(bounds.upper - again.upper) < 1e-13,
           level, ": other bounds after factors() and assign()");
    expect(bounds.lower <= bounds.upper, level, ": bounds the wrong way round");
}

void check_passes(const std::string& level) {
    constexpr std::size_t kCount = 64;
    const PairPasses& passes = kernels().pairs;
    const PairPasses& plain = plain_pair_passes();
    Uniform uniform;
    std::vector<double> r = random_numbers<double>(kCount, uniform, 0.1, 1.0);
    std::vector<double> w = random_numbers<double>(kCount, uniform, 0.1, 1.0);
    std::vector<double> s = random_numbers<double>(kCount, uniform);
    std::vector<double> t = random_numbers<double>(kCount, uniform, -1.0, 1.0);
    r[5] = s[5] = t[5] = 0.0; // no class supports it
    w[5] = 1.0;
    std::array<std::vector<double>, 2> result;
    for (std::size_t k = 0; k < 2; ++k) {
        const PairPasses& of = k == 0 ? plain : passes;
        std::vector<double> inverse(kCount), c(kCount), dr(kCount), dw(kCount), x = r, z = w;
        of.ratios(kCount, r.data(), w.data(), inverse.data(), c.data());
        of.begin(kCount, 0.1, 0.5, t.data(), t.data(), s.data(), r.data(), w.data(),
                 inverse.data(), c.data(), dr.data(), dw.data());
        of.add_change(kCount, t.data(), c.data(), dr.data(), dw.data());
        const double step = of.step_in(kCount, 0.99, r.data(), dr.data());
        for (std::size_t i = 0; i < kCount; ++i)
            expect(i == 5 || r[i] + step * dr[i] > 0.0, level, ": a step that goes too far");
        expect(step > 0.0 && step <= 1.0, level, ": a step of ", step);
        expect(dr[5] == 0.0 && dw[5] == 0.0, level, ": a pair that cannot move is moved");
        of.move(kCount, step, dr.data(), x.data());
        of.raise_slacks(kCount, s.data(), z.data());
        for (std::vector<double>* part : {&inverse, &c, &dr, &dw, &x, &z})
            result[k].insert(result[k].end(), part->begin(), part->end());
        result[k].push_back(step);
        result[k].push_back(of.complementarity(kCount, r.data(), w.data()));
        result[k].push_back(of.complementarity_after(kCount, r.data(), step, dr.data(),
                                                     w.data(), 0.5, dw.data()));
    }
    expect(furthest(result[1], result[0]) < 1e-14, level, ": passes over pairs are ",
           furthest(result[1], result[0]), " off");
}

} // namespace

int main() {
    for_levels([](const std::string& level) {
        check_passes(level);
        for (const auto& [k1, k2, ky, kept] :
             {std::tuple<std::size_t, std::size_t, std::size_t, double>{3, 2, 2, 0.3},
              {1, 1, 1, 1.0},
              {5, 1, 3, 0.2},
              {12, 9, 4, 0.02},
              {30, 25, 3, 0.01},
              {40, 40, 6, 0.002}}) {
            const Tables tables(k1, k2, ky, kept);
            check_system(level, tables);
            check_back_end(level, tables);
        }
    });
    return exit_status();
}
