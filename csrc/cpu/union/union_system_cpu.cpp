// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/union/union_system_cpu.hpp"

#include <algorithm>
#include <cmath>

#include "core/newton/small_cholesky.hpp"
#include "core/union/pinned_cells.hpp"
#include "cpu/dispatch.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

UnionSystemCpu::UnionSystemCpu(int threads, StopCheck& stop)
    : kernels_(kernels()), stop_(stop), rest_(kernels_.newton, threads) {}

double UnionSystemCpu::numbers(const UnionTables& tables) {
    const auto all = static_cast<double>(tables.cells());
    const double rest = all - static_cast<double>(tables.size(0) * tables.classes());
    return rest * all;
}

void UnionSystemCpu::load(const UnionTables& tables) {
    sources_ = tables.sources();
    ky_ = tables.classes();
    states_ = tables.states();
    eliminated_ = tables.first(1);
    const std::vector<char> pinned = pinned_cells(tables);
    start_.assign(1, 0);
    class_.clear();
    for (std::size_t x = 0; x < states_; ++x) {
        for (std::size_t y = 0; y < ky_; ++y)
            if (tables.p()[x * ky_ + y] > 0.0 && pinned[x * ky_ + y] == 0)
                class_.push_back(y);
        start_.push_back(class_.size());
    }
    block_start_.assign(1, 0);
    for (std::size_t x = 0; x < eliminated_; ++x)
        block_start_.push_back(block_start_.back() + count(x) * count(x));
    batches_.clear();
    for (std::size_t x = 0; x < eliminated_; ++x) {
        if (batches_.empty() || batches_.back().depth + count(x) > kDepth)
            batches_.push_back({x, x, 0, {}});
        batches_.back().end = x + 1;
        batches_.back().depth += count(x);
    }
    scale_.assign(class_.size(), 0.0);
    blocks_.assign(block_start_.back(), 0.0);
    compact_.assign(sources_ * ky_, 0.0);
}

void UnionSystemCpu::factorise(const TupleList& list, const double* r, const double* c,
                               const double* e) {
    find_scales(list, r, c, e);
    std::fill(blocks_.begin(), blocks_.end(), 0.0);
    rest_.reset(class_.size() - start_[eliminated_]);
    const std::size_t ld = rest_.panels() * kPanel;
    columns_.resize(ky_ * ld);
    std::size_t k = 0;
    for (Batch& batch : batches_) {
        if (stop_.requested())
            throw Interrupted();
        batch.x.reserve(batch.depth * ld);
        std::size_t row = 0;
        for (std::size_t x = batch.begin; x < batch.end; ++x) {
            const std::size_t own = count(x);
            std::fill_n(columns_.begin(), own * ld, 0.0);
            double* const block = blocks_.data() + block_start_[x];
            for (; k < list.size() && list[k][0] == x; ++k) {
                const double* const of_tuple = e + k * ky_;
                compact(list[k], of_tuple);
                add_outer(x, x, 0, 0, r[k], c[k], of_tuple, block, own);
                for (std::size_t j = 1; j < sources_; ++j)
                    add_outer(x, list[k][j], 0, j, r[k], c[k], of_tuple,
                              columns_.data() + place(list[k][j]), ld);
                add_to_rest(list[k], r[k], c[k], of_tuple);
            }
            eliminate(x, row, batch);
            row += own;
        }
    }
    for (const Batch& batch : batches_)
        rest_.subtract_gram(batch.depth, batch.x.get());
    if (stop_.requested())
        throw Interrupted();
    rest_.factorise();
}

// scale_ <- 1 / sqrt of the diagonal
void UnionSystemCpu::find_scales(const TupleList& list, const double* r, const double* c,
                                 const double* e) {
    diagonal_.assign(states_ * ky_, 0.0);
    for (std::size_t k = 0; k < list.size(); ++k)
        for (std::size_t i = 0; i < sources_; ++i) {
            double* const sums = diagonal_.data() + list[k][i] * ky_;
            const double* const row = e + k * ky_;
            for (std::size_t y = 0; y < ky_; ++y)
                sums[y] += row[y] * (r[k] + c[k] * row[y]);
        }
    for (std::size_t x = 0; x < states_; ++x)
        for (std::size_t u = start_[x]; u < start_[x + 1]; ++u) {
            const double value = diagonal_[x * ky_ + class_[u]];
            scale_[u] = value > 0.0 ? 1.0 / std::sqrt(value) : 0.0;
        }
}

// compact_(i,:) <- e at the unknowns of the i-th state, scaled
void UnionSystemCpu::compact(const std::uint32_t* tuple, const double* e) {
    for (std::size_t i = 0; i < sources_; ++i) {
        const std::size_t start = start_[tuple[i]], own = count(tuple[i]);
        for (std::size_t u = 0; u < own; ++u)
            compact_[i * ky_ + u] = scale_[start + u] * e[class_[start + u]];
    }
}

// out += scaled c e e^T + r diag(e), for the unknowns of the states `rows` and `columns`, the i-th
// and the j-th of the tuple that compact_ holds.  out (count(rows), count(columns)) in rows of ld
void UnionSystemCpu::add_outer(std::size_t rows, std::size_t columns, std::size_t i,
                               std::size_t j, double r, double c, const double* e, double* out,
                               std::size_t ld) const {
    const std::size_t height = count(rows), width = count(columns);
    const double* const left = compact_.data() + i * ky_;
    const double* const right = compact_.data() + j * ky_;
    const std::size_t* const row_class = class_.data() + start_[rows];
    const std::size_t* const column_class = class_.data() + start_[columns];
    for (std::size_t u = 0, v = 0; u < height; ++u) {
        const double factor = c * left[u];
        double* const row = out + u * ld;
        for (std::size_t l = 0; l < width; ++l)
            row[l] += factor * right[l];
        while (v < width && column_class[v] < row_class[u])
            ++v;
        if (v < width && column_class[v] == row_class[u])
            row[v] +=
                r * e[row_class[u]] * scale_[start_[rows] + u] * scale_[start_[columns] + v];
    }
}

void UnionSystemCpu::add_to_rest(const std::uint32_t* tuple, double r, double c,
                                 const double* e) {
    const std::size_t ld = rest_.panels() * kPanel;
    for (std::size_t i = 1; i < sources_; ++i)
        for (std::size_t j = i; j < sources_; ++j)
            if (count(tuple[i]) > 0)
                add_outer(tuple[i], tuple[j], i, j, r, c, e,
                          rest_.row(place(tuple[i])) + place(tuple[j]), ld);
}

// L of the state's block, and the rows [row, row + count) of x
void UnionSystemCpu::eliminate(std::size_t state, std::size_t row, Batch& batch) {
    const std::size_t own = count(state), ld = rest_.panels() * kPanel;
    double* const lower = blocks_.data() + block_start_[state];
    factorise_small(own, lower);
    for (std::size_t p = 0; p < rest_.panels(); ++p) {
        double* const panel = batch.x.get() + (p * batch.depth + row) * kPanel;
        for (std::size_t u = 0; u < own; ++u)
            std::copy_n(columns_.data() + u * ld + p * kPanel, kPanel, panel + u * kPanel);
        kernels_.newton.substitute(own, lower, panel);
    }
}

void UnionSystemCpu::solve(const double* g, double* d) {
    const std::size_t others = start_[eliminated_];
    right_.assign(class_.size(), 0.0);
    double* const rest = right_.data() + others;
    for (std::size_t x = 0; x < states_; ++x)
        for (std::size_t u = start_[x]; u < start_[x + 1]; ++u)
            right_[u] = scale_[u] * g[x * ky_ + class_[u]];
    for (std::size_t x = 0; x < eliminated_; ++x)
        substitute_small(count(x), blocks_.data() + block_start_[x], right_.data() + start_[x]);
    const std::size_t n = class_.size() - others;
    for (const Batch& batch : batches_) {
        const double* const own = right_.data() + start_[batch.begin];
        for (std::size_t p = 0; p < rest_.panels(); ++p)
            for (std::size_t k = 0; k < batch.depth; ++k)
                for (std::size_t l = 0; l < std::min(kPanel, n - p * kPanel); ++l)
                    rest[p * kPanel + l] -=
                        batch.x.get()[(p * batch.depth + k) * kPanel + l] * own[k];
    }
    rest_.solve(rest);
    for (const Batch& batch : batches_) {
        double* const own = right_.data() + start_[batch.begin];
        for (std::size_t p = 0; p < rest_.panels(); ++p)
            for (std::size_t k = 0; k < batch.depth; ++k)
                for (std::size_t l = 0; l < std::min(kPanel, n - p * kPanel); ++l)
                    own[k] -= batch.x.get()[(p * batch.depth + k) * kPanel + l] *
                              rest[p * kPanel + l];
    }
    for (std::size_t x = 0; x < eliminated_; ++x)
        substitute_back_small(count(x), blocks_.data() + block_start_[x],
                              right_.data() + start_[x]);
    std::fill_n(d, states_ * ky_, 0.0);
    for (std::size_t x = 0; x < states_; ++x)
        for (std::size_t u = start_[x]; u < start_[x + 1]; ++u)
            d[x * ky_ + class_[u]] = scale_[u] * right_[u];
}

} // namespace fourfold
