// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Groups of similar states: they part the states, their losses add up to what is lost of I(X;Y), no
// fewer would do by much, and every instruction set chooses the nearest mean as plain loops do.
#include "core/coarse/similar_states.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "check.hpp"
#include "core/information.hpp"
#include "cpu/coarse/nearest_mean_cpu.hpp"
#include "fourfold/options.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

class Never : public Interrupt {
public:
    bool requested() override { return false; }
};

class PlainNearest : public NearestMean {
public:
    void find(std::size_t states, std::size_t ld, std::size_t ky, const double* p,
              const double* logs, std::uint32_t* group) override {
        for (std::size_t i = 0; i < states; ++i) {
            double best = -std::numeric_limits<double>::infinity();
            for (std::size_t g = 0; g < ld; ++g) {
                double sum = 0.0;
                for (std::size_t y = 0; y < ky; ++y)
                    sum += p[i * ky + y] * logs[y * ld + g];
                if (sum > best) {
                    best = sum;
                    group[i] = static_cast<std::uint32_t>(g);
                }
            }
        }
    }
};

// Masses (states, ky) of mass 1 over decades, a part of them 0, some states without mass.
std::vector<double> random_masses(std::size_t states, std::size_t ky, double zeros,
                                  Uniform& uniform) {
    std::vector<double> p(states * ky);
    double total = 0.0;
    for (std::size_t i = 0; i < states; ++i) {
        const double mass = uniform() < zeros / 4 ? 0.0 : std::exp(-9.0 * uniform());
        for (std::size_t y = 0; y < ky; ++y) {
            const double u = uniform();
            p[i * ky + y] = u < zeros ? 0.0 : mass * std::exp(-6.0 * uniform());
            if (i + y == 0) // some mass, whatever the zeros
                p[0] += 0.01;
            total += p[i * ky + y];
        }
    }
    for (double& x : p)
        x /= total;
    return p;
}

double information(const std::vector<double>& p, std::size_t ky) {
    std::vector<double> classes(ky);
    return mutual_information(p.data(), p.size() / ky, ky, classes.data());
}

void check_groups(const std::vector<double>& p, std::size_t ky, const GroupedStates& found) {
    const std::size_t states = p.size() / ky;
    std::vector<double> sums(found.p.size(), 0.0);
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < states; ++i) {
        const std::int64_t g = found.group[i];
        expect(g >= 0 && g < static_cast<std::int64_t>(found.p.size() / ky), "no such group");
        double mass = 0.0;
        for (std::size_t y = 0; y < ky; ++y) {
            sums[static_cast<std::size_t>(g) * ky + y] += p[i * ky + y];
            mass += p[i * ky + y];
        }
        if (mass > 0.0) {
            expect(seen.count(g) != 0 || g == static_cast<std::int64_t>(seen.size()),
                   "groups are not in the order of their first states");
            seen.insert(g);
        }
    }
    expect(seen.size() == found.p.size() / ky, "a group without states");
    for (std::size_t k = 0; k < sums.size(); ++k)
        expect(std::abs(sums[k] - found.p[k]) <= 1e-14 * found.p[k], "masses do not add up");
    const double lost = information(p, ky) - information(found.p, ky);
    expect(found.loss >= lost - 1e-15 && found.loss <= lost + 1e-12, "lost ", lost, " and not ",
           found.loss);
    if (found.p.size() / ky == states)
        expect(found.loss == 0.0, "nothing was merged, and ", found.loss, " lost");
}

void check_similar_states() {
    Uniform uniform;
    Never never;
    StopCheck stop(never);
    NearestMeanCpu nearest(1, stop);
    PlainNearest plain;
    for (std::size_t ky : {1, 2, 3, 10, 40})
        for (double zeros : {0.0, 0.4})
            for (std::size_t states : {1, 2, 7, 60, 300}) {
                const std::vector<double> p1 = random_masses(states, ky, zeros, uniform);
                const std::vector<double> p2 =
                    random_masses(states / 2 + 1, ky, zeros, uniform);
                const Problem problem{states, states / 2 + 1, ky, p1.data(), p2.data()};
                const double all = information(p1, ky) + information(p2, ky);
                std::size_t last = 0;
                for (double part : {2.0, 0.5, 0.1, 0.02, 1e-15, 0.0}) {
                    const double most = part * all;
                    const SimilarStates found(problem, most, nearest, never);
                    check_groups(p1, ky, found.source(0));
                    check_groups(p2, ky, found.source(1));
                    expect(found.loss() <= most, "lost ", found.loss(), " of ", most);
                    const std::size_t groups =
                        (found.source(0).p.size() + found.source(1).p.size()) / ky;
                    expect(groups >= last, "less loss with fewer groups");
                    last = groups - groups / 8;
                    if (part >= 2.0 && all > 1e-9)
                        expect(groups == 2, "groups are left that need not be");
                    const SimilarStates again(problem, most, plain, never);
                    expect(again.source(0).group == found.source(0).group &&
                               again.source(1).group == found.source(1).group,
                           "plain loops choose other groups");
                }
            }
}

// States that lie in a few tight bunches: as many groups as bunches.
void check_bunches() {
    constexpr std::size_t kBunches = 6, kEach = 50, kClasses = 4;
    Uniform uniform;
    Never never;
    PlainNearest nearest;
    const std::vector<double> centres = random_numbers<double>(kBunches * kClasses, uniform);
    std::vector<double> p;
    for (std::size_t i = 0; i < kBunches * kEach; ++i)
        for (std::size_t y = 0; y < kClasses; ++y)
            p.push_back(centres[i % kBunches * kClasses + y] * (1.0 + 1e-3 * uniform()));
    double total = 0.0;
    for (double x : p)
        total += x;
    for (double& x : p)
        x /= total;
    const std::size_t states = kBunches * kEach;
    const Problem problem{states, states, kClasses, p.data(), p.data()};
    const SimilarStates found(problem, 1e-5, nearest, never);
    expect(found.source(0).p.size() == kBunches * kClasses, "bunches came apart");
    for (std::size_t i = 0; i < states; ++i)
        expect(found.source(0).group[i] == static_cast<std::int64_t>(i % kBunches),
               "a state in the wrong bunch");
}

void check_nearest() {
    Uniform uniform;
    Never never;
    StopCheck stop(never);
    PlainNearest plain;
    for (std::size_t ky : {1, 3, 10})
        for (std::size_t ld : {8, 24, 72})
            for (std::size_t states : {1, 5, 131}) {
                const auto p = random_numbers<double>(states * ky, uniform);
                auto logs = random_numbers<double>(ky * ld, uniform, -9.0, 0.0);
                for (std::size_t y = 0; y < ky; ++y) // copies behind the first
                    logs[y * ld + 5] = logs[y * ld + ld - 1] = logs[y * ld + 2];
                std::vector<std::uint32_t> expected(states), got(states);
                plain.find(states, ld, ky, p.data(), logs.data(), expected.data());
                for (int threads : {1, 3}) {
                    NearestMeanCpu nearest(threads, stop);
                    nearest.find(states, ld, ky, p.data(), logs.data(), got.data());
                    expect(got == expected, "another mean is nearest, ", ky, " classes");
                }
            }
}

} // namespace

int main() {
    for_levels([](const std::string&) {
        check_nearest();
        check_similar_states();
    });
    check_bunches();
    return exit_status();
}
