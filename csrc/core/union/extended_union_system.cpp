// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/extended_union_system.hpp"

#include "core/newton/small_cholesky.hpp"
#include "core/union/extended_cholesky.hpp"
#include "core/union/pinned_cells.hpp"

namespace fourfold {

void ExtendedUnionSystem::load(const UnionTables& tables) {
    ky_ = tables.classes();
    number_.assign(tables.cells(), kNone);
    n_ = 0;
    const std::vector<char> pinned = pinned_cells(tables);
    for (std::size_t cell = 0; cell < tables.cells(); ++cell)
        if (tables.p()[cell] > 0.0 && pinned[cell] == 0)
            number_[cell] = n_++;
    scale_.resize(n_);
    work_.resize(n_);
    outer_.resize(ky_ * ky_);
}

void ExtendedUnionSystem::factorise(const TupleList& list, const Array& r, const Array& c,
                                    const Array& e) {
    h_.assign(n_ * n_, DoubleDouble());
    for (std::size_t k = 0; k < list.size(); ++k) {
        const DoubleDouble* const u = e.data() + k * ky_;
        for (std::size_t y = 0; y < ky_; ++y) {
            const DoubleDouble cu = u[y] * c[k];
            for (std::size_t z = 0; z <= y; ++z)
                outer_[y * ky_ + z] = outer_[z * ky_ + y] = cu * u[z];
            outer_[y * ky_ + y] = outer_[y * ky_ + y] + u[y] * r[k];
        }
        add_tuple(list[k], list.sources());
    }
    for (std::size_t k = 0; k < n_; ++k) {
        const DoubleDouble diagonal = h_[k * n_ + k];
        scale_[k] = diagonal.high > 0.0 ? DoubleDouble(1.0) / sqrt(diagonal) : DoubleDouble();
    }
    for (std::size_t k = 0; k < n_; ++k) {
        for (std::size_t m = 0; m < k; ++m)
            h_[k * n_ + m] = h_[k * n_ + m] * scale_[k] * scale_[m];
        h_[k * n_ + k] = DoubleDouble(1.0);
    }
    factorise_extended(n_, h_.data(), interrupt_);
}

// The products act on all states of the tuple alike.
void ExtendedUnionSystem::add_tuple(const std::uint32_t* tuple, std::size_t sources) {
    for (std::size_t i = 0; i < sources; ++i)
        for (std::size_t y = 0; y < ky_; ++y) {
            const std::size_t row = number_[tuple[i] * ky_ + y];
            if (row == kNone)
                continue;
            for (std::size_t j = 0; j <= i; ++j)
                for (std::size_t z = 0; z < (j < i ? ky_ : y + 1); ++z) {
                    const std::size_t column = number_[tuple[j] * ky_ + z];
                    if (column == kNone || outer_[y * ky_ + z].high == 0.0)
                        continue;
                    DoubleDouble& sum = h_[row * n_ + column];
                    sum = sum + outer_[y * ky_ + z];
                }
        }
}

void ExtendedUnionSystem::solve(const Array& g, Array& d) {
    for (std::size_t cell = 0; cell < number_.size(); ++cell)
        if (number_[cell] != kNone)
            work_[number_[cell]] = g[cell] * scale_[number_[cell]];
    solve_small(n_, h_.data(), work_.data());
    for (std::size_t cell = 0; cell < number_.size(); ++cell)
        d[cell] = number_[cell] == kNone ? DoubleDouble()
                                         : work_[number_[cell]] * scale_[number_[cell]];
}

} // namespace fourfold
