// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Steps on active pairs, of every instruction set: the lists of the pairs, the products and the marks against
// plain loops, and a scaling step over all pairs against that of dense arrays.
#include "cpu/active/active_products.hpp"
#include "cpu/iterate_cpu.hpp"
#include "cpu/products/thin_products.hpp"
#include "cpu/scaling_cpu.hpp"

#include <algorithm>

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

namespace {

class Never : public Interrupt {
    bool requested() override { return false; }
};

constexpr std::size_t kRows = 13, kColumns = 21, kLd = 24;

double apart(double x, double y) {
    return std::abs(x - y) / (1.0 + std::abs(y));
}

// Which pairs are alive: a part of them, one row and one column without any.
std::vector<unsigned char> flags(double part) {
    Uniform uniform;
    std::vector<unsigned char> alive(kRows * kLd, 0);
    for (std::size_t i = 0; i < kRows; ++i)
        for (std::size_t j = 0; j < kColumns; ++j)
            alive[i * kLd + j] = uniform() < part && (part == 1.0 || (i != 4 && j != 8));
    return alive;
}

void check_pairs(double part) {
    const auto alive = flags(part);
    ActivePairs pairs;
    pairs.assign(kRows, kColumns, kLd, alive.data());
    std::size_t k = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
        expect(pairs.by_rows().first[i] == k, "row ", i, " begins at ",
               pairs.by_rows().first[i]);
        for (std::size_t j = 0; j < kColumns; ++j)
            if (alive[i * kLd + j] != 0) {
                expect(pairs.by_rows().index[k] == j, "pair ", k, " of row ", i);
                ++k;
            }
    }
    expect(pairs.size() == k, pairs.size(), " pairs for ", k);
    std::size_t at = 0;
    for (std::size_t j = 0; j < kColumns; ++j) {
        expect(pairs.by_columns().first[j] == at, "column ", j);
        for (std::size_t i = 0; i < kRows; ++i)
            if (alive[i * kLd + j] != 0) {
                const std::size_t place = pairs.places()[at];
                expect(pairs.by_columns().index[at] == i, "pair ", at, " of column ", j);
                expect(place >= pairs.by_rows().first[i] &&
                           place < pairs.by_rows().first[i + 1] &&
                           pairs.by_rows().index[place] == j,
                       "place of ", i, ", ", j);
                ++at;
            }
    }
    for (const std::size_t parts : {1, 3, 40}) {
        std::size_t next = 0;
        for (const Block& block : ActivePairs::cut(pairs.by_rows(), parts)) {
            expect(block.begin == next && block.end > next, "parts ", parts);
            next = block.end;
        }
        expect(next == kRows, "parts ", parts, " end at ", next);
    }
}

void check_products(const std::string& name, std::size_t ky, double part) {
    Never never;
    StopCheck stop(never);
    ActiveProducts products(kernels(), 1, stop);
    const std::size_t kp = products.padded(ky);
    products.load({kRows, kColumns, kp, kColumns});
    const auto alive = flags(part);
    ActivePairs pairs;
    pairs.assign(kRows, kColumns, kLd, alive.data());
    products.take_pairs(pairs);
    Uniform uniform;
    const auto r = random_numbers<double>(pairs.size(), uniform);
    auto a = random_numbers<double>(kRows * kp, uniform);
    auto b = random_numbers<double>(kColumns * kp, uniform);
    for (std::size_t y = ky; y < kp; ++y) {
        for (std::size_t i = 0; i < kRows; ++i)
            a[i * kp + y] = 0.0;
        for (std::size_t j = 0; j < kColumns; ++j)
            b[j * kp + y] = 0.0;
    }
    products.take_r(r.data());
    std::vector<double> of_rows(a.size(), -1.0), of_columns(b.size(), -1.0), m(pairs.size());
    products.for_blocks_and_sum_columns(
        r.data(), a.data(), of_columns.data(), [&](std::size_t, Block rows) {
            products.multiply_rows(rows, b.data(), of_rows.data());
            products.pair_products(rows, a.data(), b.data(), m.data());
        });
    std::vector<double> rows(a.size(), 0.0), columns(b.size(), 0.0);
    for (std::size_t i = 0; i < kRows; ++i)
        for (std::size_t k = pairs.by_rows().first[i]; k < pairs.by_rows().first[i + 1]; ++k) {
            const std::size_t j = pairs.by_rows().index[k];
            double of_pair = 0.0;
            for (std::size_t y = 0; y < kp; ++y) {
                rows[i * kp + y] += r[k] * b[j * kp + y];
                columns[j * kp + y] += r[k] * a[i * kp + y];
                of_pair += a[i * kp + y] * b[j * kp + y];
            }
            expect(apart(m[k], of_pair) < 1e-14, name, "M of ", i, ", ", j);
        }
    for (std::size_t k = 0; k < rows.size(); ++k)
        expect(apart(of_rows[k], rows[k]) < 1e-14, name, "r b at ", k);
    for (std::size_t k = 0; k < columns.size(); ++k)
        expect(apart(of_columns[k], columns[k]) < 1e-14, name, "r a at ", k);
}

void check_marks(const std::string& name, std::size_t ky) {
    Uniform uniform;
    const auto a = random_numbers<double>(kRows * ky, uniform);
    const auto bt =
        random_numbers<double>(ky * kLd, uniform, 0.0, 1.2 / static_cast<double>(ky));
    const auto r = random_numbers<double>(kRows * kLd, uniform);
    std::vector<unsigned char> marks(kRows * kLd, 0);
    const double cut = 0.2, keep = 0.4;
    kernels().active.mark(kRows, kLd, ky, a.data(), bt.data(), r.data(), cut, keep,
                          marks.data());
    std::size_t marked = 0;
    for (std::size_t i = 0; i < kRows; ++i)
        for (std::size_t j = 0; j < kLd; ++j) {
            double m = 0.0;
            for (std::size_t y = 0; y < ky; ++y)
                m += a[i * ky + y] * bt[y * kLd + j];
            const double above = std::max(r[i * kLd + j] * m - cut, m - keep);
            if (std::abs(above) < 1e-12)
                continue;
            expect((marks[i * kLd + j] != 0) == (above > 0.0), name, "mark ", i, ", ", j);
            marked += marks[i * kLd + j];
        }
    expect(marked > 0 && marked < kRows * kLd, name, marked, " marks");
}

// log b and a by a sweep, a scaling step and a sweep with r over all pairs; r with rows of `stride`.
template <class Products>
std::vector<double> fit(Products& products, const Layout& layout, const Problem& problem,
                        const std::vector<double>& r, std::size_t ky) {
    IterateCpu<double> iterate;
    TargetsCpu<double> targets;
    iterate.a.reserve(layout.rows());
    iterate.bt.reserve(layout.columns());
    iterate.column_sums.reserve(layout.columns());
    iterate.r.reserve(r.size());
    std::copy(r.begin(), r.end(), iterate.r.get());
    targets.load(problem, layout, products);
    ScalingCpu<Products> scaling(kernels(), targets, products, iterate);
    scaling.load(layout);
    for (std::size_t k = 0; k < layout.rows(); ++k)
        iterate.a.get()[k] = targets.p1y()[k] > 0.0 ? 1.0 : 0.0;
    const auto rows = [&](std::size_t, Block block) {
        const std::size_t first = block.begin * layout.ky;
        products.fit_rows(block, iterate.r.get() + block.begin * layout.ld, iterate.bt.get(),
                          targets.p1y() + first, iterate.a.get() + first);
    };
    const auto sum = [&](auto body) {
        products.for_blocks_and_sum_columns(iterate.r.get(), iterate.a.get(),
                                            iterate.column_sums.get(), body);
    };
    sum([](std::size_t, Block) {});
    products.fit_columns(targets.p2t(), iterate.column_sums.get(), iterate.bt.get());
    sum(rows);
    scaling.move_columns(
        products.misfit(iterate.bt.get(), iterate.column_sums.get(), targets.p2t()));
    sum(rows);
    std::vector<double> out{
        products.misfit(iterate.bt.get(), iterate.column_sums.get(), targets.p2t()),
        static_cast<double>(scaling.sweeps())};
    for (std::size_t j = 0; j < kColumns; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            out.push_back(iterate.bt.get()[products.at(y, j)]);
    for (std::size_t i = 0; i < kRows; ++i)
        for (std::size_t y = 0; y < ky; ++y)
            out.push_back(iterate.a.get()[i * layout.ky + y]);
    return out;
}

void check_scaling(const std::string& name, std::size_t ky) {
    Never never;
    StopCheck stop(never);
    Uniform uniform;
    auto p1 = random_numbers<double>(kRows * ky, uniform, 0.05, 1.0);
    auto p2 = random_numbers<double>(kColumns * ky, uniform, 0.05, 1.0);
    p2[kColumns * ky - 1] = 0.0;
    for (std::size_t y = 0; y < ky; ++y)
        for (auto* const p : {&p1, &p2}) {
            double sum = 0.0;
            for (std::size_t k = y; k < p->size(); k += ky)
                sum += (*p)[k];
            for (std::size_t k = y; k < p->size(); k += ky)
                (*p)[k] /= sum * static_cast<double>(ky);
        }
    const Problem problem{kRows, kColumns, ky, p1.data(), p2.data()};
    const auto r_of = [](std::size_t i, std::size_t j) {
        const double d = static_cast<double>(i) / kRows - static_cast<double>(j) / kColumns;
        return std::exp(-50.0 * d * d);
    };

    const Layout layout = layout_of<double>(problem);
    Blocks blocks(1, stop);
    blocks.load(layout, kRows, layout.ld);
    ThinProducts<double> thin(kernels(), blocks);
    thin.load(layout);
    std::vector<double> r(layout.pairs(), 0.0), list;
    for (std::size_t i = 0; i < kRows; ++i)
        for (std::size_t j = 0; j < kColumns; ++j) {
            r[i * layout.ld + j] = r_of(i, j);
            list.push_back(r_of(i, j));
        }
    const auto dense = fit(thin, layout, problem, r, ky);

    ActiveProducts products(kernels(), 1, stop);
    const std::size_t kp = products.padded(ky);
    const Layout by_pairs{kRows, kColumns, kp, kColumns};
    const auto padded = [&](const std::vector<double>& p) {
        std::vector<double> out(p.size() / ky * kp, 0.0);
        for (std::size_t k = 0; k < p.size(); ++k)
            out[k / ky * kp + k % ky] = p[k];
        return out;
    };
    const auto padded1 = padded(p1), padded2 = padded(p2);
    ActivePairs pairs;
    const auto alive = flags(1.0);
    pairs.assign(kRows, kColumns, kLd, alive.data());
    products.load(by_pairs);
    products.take_pairs(pairs);
    products.take_r(list.data());
    const auto active = fit(products, by_pairs,
                            {kRows, kColumns, kp, padded1.data(), padded2.data()}, list, ky);
    expect(dense[1] > 2.0, name, dense[1], " sweeps for a scaling step");
    for (std::size_t k = 0; k < dense.size(); ++k)
        expect(apart(active[k], dense[k]) < 1e-9, name, "number ", k, ": ", active[k], " for ",
               dense[k]);
}

} // namespace

int main() {
    for (const double part : {0.0, 0.1, 0.7, 1.0})
        check_pairs(part);
    for_levels([&](const std::string& level) {
        // in one tile of registers, in two and in several
        for (const std::size_t ky : {1, 3, 10, 17, 70}) {
            const std::string name = level + ", " + std::to_string(ky) + " classes: ";
            for (const double part : {0.1, 0.7, 1.0})
                check_products(name, ky, part);
            check_marks(name, ky);
            check_scaling(name, ky);
        }
    });
    return exit_status();
}
