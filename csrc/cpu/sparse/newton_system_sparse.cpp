// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/sparse/newton_system_sparse.hpp"

#include <algorithm>
#include <cmath>

#include "core/newton/small_cholesky.hpp"
#include "cpu/dispatch.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

// Rows of X that are multiplied at once: with one panel they stay in the first-level cache.
constexpr std::size_t kDepth = 240;

// x <- L^-1 x and x <- L^-T x for a lower triangular L (n, n) with the inverses of its diagonal in
// their place.
void solve_lower(std::size_t n, const double* lower, double* x) {
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t m = 0; m < k; ++m)
            x[k] -= lower[k * n + m] * x[m];
        x[k] *= lower[k * n + k];
    }
}

void solve_upper(std::size_t n, const double* lower, double* x) {
    for (std::size_t k = n; k-- > 0;) {
        x[k] *= lower[k * n + k];
        for (std::size_t m = 0; m < k; ++m)
            x[m] -= lower[k * n + m] * x[k];
    }
}

} // namespace

NewtonSystemSparse::NewtonSystemSparse(const ClassBlocks& blocks, StopCheck& stop)
    : kernels_(kernels()), blocks_(blocks), stop_(stop), products_(kernels_, blocks, stop),
      schur_(kernels_.newton, 1) {}

double NewtonSystemSparse::stored(double columns) {
    const double width = kPaddingOf<double>;
    return width * std::ceil(columns / width);
}

double NewtonSystemSparse::work(const Problem& p) {
    std::vector<double> columns(p.ky, 0.0); // of each class
    for (std::size_t j = 0; j < p.k2; ++j)
        for (std::size_t y = 0; y < p.ky; ++y)
            columns[y] += p.p2y[j * p.ky + y] > 0.0;
    double total = 0.0, unknowns = 0.0;
    for (double& n : columns) {
        unknowns += n;
        n = stored(n);
    }
    for (std::size_t i = 0; i < p.k1; ++i) {
        double classes = 0.0, width = 0.0;
        for (std::size_t y = 0; y < p.ky; ++y)
            if (p.p1y[i * p.ky + y] > 0.0) {
                ++classes;
                width += columns[y];
            }
        total += 0.5 * classes * width * width;
    }
    return total + unknowns * unknowns * unknowns / 6.0;
}

double NewtonSystemSparse::dense_bytes(const Problem& p) {
    double unknowns = 0.0;
    for (std::size_t k = 0; k < p.k2 * p.ky; ++k)
        unknowns += p.p2y[k] > 0.0;
    return 8.0 * unknowns * unknowns;
}

void NewtonSystemSparse::load(const Problem& problem) {
    blocks_.take_rows(problem.p1y, p1_.reserve(rows()));
    blocks_.take_columns(problem.p2y, p2_.reserve(columns()));
    first_unknown_.assign(1, 0);
    std::size_t widest = 0;
    for (const Block& block : blocks_.blocks()) {
        first_unknown_.push_back(first_unknown_.back() + unknowns(block));
        widest = std::max(widest, block.width);
    }
    row_of_x_.clear();
    panels_at_.resize(rows());
    std::size_t lower = 0, x = 0, deepest = 0;
    for (std::size_t i = 0; i < problem.k1; ++i) {
        const Places places = blocks_.places_of_row(i);
        row_of_x_.push_back({lower, x});
        lower += places.size() * places.size();
        for (const ClassBlocks::Place& place : places) {
            panels_at_[place.at] = x;
            x += places.size() * blocks_.blocks()[place.cls].width;
        }
        deepest = std::max(deepest, places.size());
    }
    lower_.reserve(lower);
    x_.reserve(x);
    r_.reserve(pairs());
    c_.reserve(pairs());
    std::fill_n(spread_.reserve(problem.ky * columns()), problem.ky * columns(), 0.0);
    coupled_.reserve(problem.ky * columns());
    scale_.reserve(columns());
    y_panels_.reserve((kDepth + deepest) * widest);
    z_panels_.reserve((kDepth + deepest) * widest);
    part_.reserve(widest * widest);
    row_.reserve(2 * problem.ky);
    unknown_.reserve(first_unknown_.back());
}

void NewtonSystemSparse::place(const Factors& from, double* r, double* a, double* b) const {
    const std::size_t k2 = blocks_.problem().k2;
    std::fill_n(r, pairs(), 0.0);
    for (const Block& block : blocks_.blocks())
        for (std::size_t k = 0; k < block.rows; ++k) {
            const std::size_t i = blocks_.row_state()[block.first_row + k];
            for (std::size_t e = 0; e < block.columns; ++e)
                r[block.first_cell + k * block.width + e] = std::exp(
                    from.log_r[i * k2 + blocks_.column_state()[block.first_column + e]]);
        }
    products_.clear_guests(r);
    blocks_.take_rows(from.a, a);
    blocks_.take_columns(from.b, b);
}

void NewtonSystemSparse::gather(const double* r, const double* a, const double* b,
                                const Factors& to) const {
    const auto [k1, k2, ky, p1y, p2y] = blocks_.problem();
    std::fill_n(to.log_r, k1 * k2, kLogFloor);
    std::fill_n(to.a, k1 * ky, 0.0);
    std::fill_n(to.b, k2 * ky, 0.0);
    for (const Block& block : blocks_.blocks())
        for (std::size_t k = 0; k < block.rows; ++k) {
            const std::size_t i = blocks_.row_state()[block.first_row + k];
            const double* const cells = r + block.first_cell + k * block.width;
            for (std::size_t e = 0; e < block.columns; ++e)
                if (cells[e] > 0.0)
                    to.log_r[i * k2 + blocks_.column_state()[block.first_column + e]] =
                        std::log(cells[e]);
        }
    blocks_.give_rows(a, to.a);
    blocks_.give_columns(b, to.b);
}

void NewtonSystemSparse::products(const double* a, const double* b, double* m) const {
    products_.products(a, b, m);
}

void NewtonSystemSparse::row_sums(const double* t, const double* b, double* out) const {
    products_.row_sums(t, b, out);
    products_.add_guest_rows(t, b, out);
}

void NewtonSystemSparse::column_sums(const double* t, const double* a, double* out) const {
    products_.column_sums(t, a, out);
    products_.add_guest_columns(t, a, out);
}

void NewtonSystemSparse::factorise(const double* r, const double* c, const double* a,
                                   const double* b) {
    std::copy_n(r, pairs(), r_.get());
    std::copy_n(c, pairs(), c_.get());
    products_.fill_guests(r_.get());
    products_.fill_guests(c_.get());
    spread_columns(b);
    const std::size_t ky = blocks_.blocks().size();
    std::fill_n(coupled_.get(), ky * columns(), 0.0);
    for (std::size_t i = 0; i < row_of_x_.size(); ++i)
        eliminate_row(i, a, b);
    scale_columns();
    schur_.reset(first_unknown_.back());
    for (std::size_t y = 0; y < ky; ++y) {
        if (stop_.requested())
            throw Interrupted();
        for (std::size_t z = y; z < ky; ++z) {
            multiply_rows(y, z);
            write_part(y, z);
        }
    }
    add_column_blocks();
    schur_.factorise();
}

// spread(y, place of (j,z)) = b(j,y); what has no mass stays zero.
void NewtonSystemSparse::spread_columns(const double* b) {
    for (std::size_t j = 0; j < blocks_.problem().k2; ++j) {
        const Places places = blocks_.places_of_column(j);
        for (const ClassBlocks::Place& from : places)
            for (const ClassBlocks::Place& to : places)
                spread_.get()[from.cls * columns() + to.at] = b[from.at];
    }
}

// T_i and H_i, then X_i in place of T_i; adds the row to H_columns.
void NewtonSystemSparse::eliminate_row(std::size_t i, const double* a, const double* b) {
    const Places places = blocks_.places_of_row(i);
    const std::size_t n = places.size();
    const RowOfX& of = row_of_x_[i];
    double* const h = lower_.get() + of.lower;
    double* x = x_.get() + of.x;
    for (std::size_t m = 0; m < n; ++m) {
        const Block& block = blocks_.blocks()[places[m].cls];
        const std::size_t cell = blocks_.cell(places[m].cls, places[m].at);
        const double a_m = a[places[m].at];
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t row = places[k].cls * columns() + block.first_column;
            const double sum = kernels_.sparse.couple(
                block.width / kPanel, n, a[places[k].at] * a_m, c_.get() + cell,
                spread_.get() + row, b + block.first_column, a_m,
                k == m ? r_.get() + cell : nullptr, x + k * kPanel,
                k <= m ? coupled_.get() + row : nullptr);
            if (k >= m)
                h[k * n + m] = sum;
        }
        x += n * block.width;
    }
    factorise_row(n, h);
    double* const panels = x_.get() + of.x;
    kernels_.sparse.substitute(static_cast<std::size_t>(x - panels) / (n * kPanel), n, h,
                               panels);
}

// L of h = L L^T, by way of a unit diagonal; its own diagonal inverted.
void NewtonSystemSparse::factorise_row(std::size_t n, double* h) const {
    double* const scale = row_.get();
    double* const size = scale + n;
    for (std::size_t k = 0; k < n; ++k) {
        size[k] = h[k * n + k] > 0.0 ? std::sqrt(h[k * n + k]) : 1.0;
        scale[k] = 1.0 / size[k];
        for (std::size_t m = 0; m < k; ++m)
            h[k * n + m] *= scale[k] * scale[m];
        h[k * n + k] = h[k * n + k] > 0.0 ? 1.0 : 0.0;
    }
    factorise_small(n, h);
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t m = 0; m < k; ++m)
            h[k * n + m] *= size[k];
        h[k * n + k] = scale[k] / h[k * n + k];
    }
}

void NewtonSystemSparse::scale_columns() {
    double* const scale = scale_.get();
    for (std::size_t y = 0; y < blocks_.blocks().size(); ++y) {
        const Block& block = blocks_.blocks()[y];
        const double* const diagonal = coupled_.get() + y * columns();
        for (std::size_t k = block.first_column; k < block.first_column + block.width; ++k)
            scale[k] = k < block.first_column + unknowns(block) && diagonal[k] > 0.0
                           ? 1.0 / std::sqrt(diagonal[k])
                           : 0.0;
    }
}

// part <- -sum X_i(:,y)^T X_i(:,z) over the rows that have both classes.
void NewtonSystemSparse::multiply_rows(std::size_t y, std::size_t z) {
    const Block& of_y = blocks_.blocks()[y];
    const Block& of_z = blocks_.blocks()[z];
    std::fill_n(part_.get(), of_y.width * of_z.width, 0.0);
    std::size_t depth = 0;
    sources_.clear();
    for (std::size_t k = of_y.first_row; k < of_y.first_row + of_y.rows; ++k) {
        const std::size_t i = blocks_.row_state()[k];
        const std::size_t other = blocks_.row_at(i, z);
        if (other == ClassBlocks::kNone)
            continue;
        const std::size_t n = blocks_.places_of_row(i).size();
        sources_.push_back({x_.get() + panels_at_[k], x_.get() + panels_at_[other], n});
        depth += n;
        if (depth >= kDepth) {
            multiply_sources(of_y, of_z, depth);
            sources_.clear();
            depth = 0;
        }
    }
    if (depth > 0)
        multiply_sources(of_y, of_z, depth);
}

// The same for the rows in sources_, copied to panels of `depth` rows first.
void NewtonSystemSparse::multiply_sources(const Block& of_y, const Block& of_z,
                                          std::size_t depth) {
    const bool same = &of_y == &of_z;
    copy_sources(of_y.width, depth, &Source::y, y_panels_.get());
    if (!same)
        copy_sources(of_z.width, depth, &Source::z, z_panels_.get());
    const double* const z_panels = same ? y_panels_.get() : z_panels_.get();
    for (std::size_t e = 0; e < of_y.width; e += kPanel) {
        const std::size_t f = same ? e : 0;
        kernels_.newton.rank_update(depth, (of_z.width - f) / kPanel,
                                    y_panels_.get() + e * depth, z_panels + f * depth,
                                    part_.get() + e * of_z.width + f, of_z.width);
    }
}

void NewtonSystemSparse::copy_sources(std::size_t width, std::size_t depth,
                                      const double* Source::* of, double* panels) const {
    for (const Source& source : sources_) {
        const std::size_t n = source.depth * kPanel;
        for (std::size_t p = 0; p < width / kPanel; ++p)
            std::copy_n(source.*of + p * n, n, panels + p * depth * kPanel);
        panels += n;
    }
}

// The part of S for classes y and z, scaled.
void NewtonSystemSparse::write_part(std::size_t y, std::size_t z) {
    const Block& of_y = blocks_.blocks()[y];
    const Block& of_z = blocks_.blocks()[z];
    const double* const scale = scale_.get() + of_z.first_column;
    for (std::size_t e = 0; e < unknowns(of_y); ++e) {
        const double of_row = scale_.get()[of_y.first_column + e];
        const double* const from = part_.get() + e * of_z.width;
        double* const to = schur_.row(first_unknown_[y] + e) + first_unknown_[z];
        for (std::size_t f = y == z ? e : 0; f < unknowns(of_z); ++f)
            to[f] = of_row * scale[f] * from[f];
    }
}

// S += H_columns, the blocks of the states of X2.
void NewtonSystemSparse::add_column_blocks() {
    const auto unknown_at = [this](const ClassBlocks::Place& place) {
        return first_unknown_[place.cls] + place.at - blocks_.blocks()[place.cls].first_column;
    };
    const double* const scale = scale_.get();
    for (std::size_t j = 0; j < blocks_.problem().k2; ++j) {
        const Places places = blocks_.places_of_column(j);
        for (std::size_t k = 0; k < places.size(); ++k)
            for (std::size_t m = k; m < places.size(); ++m) {
                const double both = scale[places[k].at] * scale[places[m].at];
                if (both > 0.0) // neither is pinned
                    schur_.row(unknown_at(places[k]))[unknown_at(places[m])] +=
                        both * coupled_.get()[places[k].cls * columns() + places[m].at];
            }
    }
}

void NewtonSystemSparse::solve(const double* ga, const double* gb, double* da, double* db) {
    std::copy_n(gb, columns(), db);
    for (std::size_t i = 0; i < row_of_x_.size(); ++i) {
        const Places places = blocks_.places_of_row(i);
        const std::size_t n = places.size();
        double* const v = row_.get();
        for (std::size_t k = 0; k < n; ++k)
            v[k] = ga[places[k].at];
        solve_lower(n, lower_.get() + row_of_x_[i].lower, v);
        for (std::size_t k = 0; k < n; ++k) {
            const Block& block = blocks_.blocks()[places[k].cls];
            da[places[k].at] = v[k];
            kernels_.sparse.subtract_from_columns(block.width / kPanel, n, v,
                                                  x_.get() + panels_at_[places[k].at],
                                                  db + block.first_column);
        }
    }
    solve_columns(db);
    for (std::size_t i = 0; i < row_of_x_.size(); ++i) {
        const Places places = blocks_.places_of_row(i);
        const std::size_t n = places.size();
        double* const v = row_.get();
        for (std::size_t k = 0; k < n; ++k)
            v[k] = da[places[k].at];
        for (const ClassBlocks::Place& place : places) {
            const Block& block = blocks_.blocks()[place.cls];
            kernels_.sparse.subtract_from_rows(block.width / kPanel, n,
                                               x_.get() + panels_at_[place.at],
                                               db + block.first_column, v);
        }
        solve_upper(n, lower_.get() + row_of_x_[i].lower, v);
        for (std::size_t k = 0; k < n; ++k)
            da[places[k].at] = v[k];
    }
}

// S db = db, zero where pinned.
void NewtonSystemSparse::solve_columns(double* db) {
    const double* const scale = scale_.get();
    const auto for_unknowns = [this](const auto& body) {
        for (std::size_t y = 0; y < blocks_.blocks().size(); ++y) {
            const Block& block = blocks_.blocks()[y];
            for (std::size_t e = 0; e < unknowns(block); ++e)
                body(block.first_column + e, unknown_.get()[first_unknown_[y] + e]);
        }
    };
    for_unknowns([&](std::size_t at, double& value) { value = scale[at] * db[at]; });
    schur_.solve(unknown_.get());
    std::fill_n(db, columns(), 0.0);
    for_unknowns([&](std::size_t at, double& value) { db[at] = scale[at] * value; });
}

} // namespace fourfold
