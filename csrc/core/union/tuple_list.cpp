// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "core/union/tuple_list.hpp"

#include <algorithm>
#include <numeric>

namespace fourfold {

namespace {

int compared(const std::uint32_t* one, const std::uint32_t* other, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        if (one[i] != other[i])
            return one[i] < other[i] ? -1 : 1;
    return 0;
}

} // namespace

std::size_t TupleList::find(const std::uint32_t* tuple) const {
    std::size_t low = 0, high = size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (compared((*this)[middle], tuple, sources_) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < size() && compared((*this)[low], tuple, sources_) == 0 ? low : kNone;
}

std::vector<std::size_t> TupleList::change(const std::vector<char>& keep,
                                           std::vector<std::uint32_t> states) {
    const std::size_t n = sources_, added = states.size() / n;
    const auto tuple = [&](std::size_t k) { return states.data() + k * n; };
    std::vector<std::size_t> order(added);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t k, std::size_t l) {
        return compared(tuple(k), tuple(l), n) < 0;
    });
    std::vector<std::uint32_t> merged;
    merged.reserve(states_.size() + states.size());
    std::vector<std::size_t> before;
    std::size_t next = 0;
    const auto add_until = [&](const std::uint32_t* end) {
        for (; next < added && (end == nullptr || compared(tuple(order[next]), end, n) <= 0);
             ++next) {
            const std::uint32_t* const one = tuple(order[next]);
            const bool there =
                (end != nullptr && compared(one, end, n) == 0) ||
                (!merged.empty() && compared(one, &merged[merged.size() - n], n) == 0);
            if (there)
                continue;
            merged.insert(merged.end(), one, one + n);
            before.push_back(kNone);
        }
    };
    for (std::size_t k = 0; k < size(); ++k) {
        if (keep[k] == 0)
            continue;
        add_until((*this)[k]);
        merged.insert(merged.end(), (*this)[k], (*this)[k] + n);
        before.push_back(k);
    }
    add_until(nullptr);
    states_ = std::move(merged);
    return before;
}

void TupleList::take_all(const UnionTables& tables) {
    reset(tables.sources());
    const std::size_t n = sources_, ky = tables.classes();
    std::vector<std::uint32_t> tuple(n);
    for (std::size_t i = 0; i < n; ++i)
        tuple[i] = static_cast<std::uint32_t>(tables.first(i));
    for (std::size_t at = 0; at < n;) {
        bool supported = false;
        for (std::size_t y = 0; y < ky && !supported; ++y)
            supported = std::all_of(tuple.begin(), tuple.end(), [&](std::uint32_t x) {
                return tables.p()[x * ky + y] > 0.0;
            });
        if (supported)
            states_.insert(states_.end(), tuple.begin(), tuple.end());
        // the last source's state moves fastest
        for (at = 0; at < n; ++at) {
            const std::size_t i = n - 1 - at;
            if (++tuple[i] < tables.first(i + 1))
                break;
            tuple[i] = static_cast<std::uint32_t>(tables.first(i));
        }
    }
}

} // namespace fourfold
