// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that read columns of integers, compiled once for each instruction set like
// step_kernels.cpp: raw pointers and internal linkage only. Plain loops, which compilers vectorise.
#include "cpu/kernels/label_kernels.hpp"

#include <cstring>
#include <type_traits>

#include "cpu/kernels/simd_level.hpp"

namespace fourfold {
namespace {

using std::ptrdiff_t;
using std::size_t;
using std::uint64_t;

template <class Integer>
inline Integer read(const char* p, ptrdiff_t stride, size_t k) {
    Integer value;
    std::memcpy(&value, p + static_cast<ptrdiff_t>(k) * stride, sizeof value); // unaligned too
    return value;
}

template <class Integer>
inline uint64_t comparable(Integer value) {
    const auto wide = static_cast<uint64_t>(value); // sign-extended
    return std::is_signed<Integer>::value ? wide ^ (uint64_t{1} << 63) : wide;
}

template <class Integer>
inline IntegerRange range_of(const char* p, ptrdiff_t stride, size_t n) {
    Integer low = read<Integer>(p, stride, 0), high = low;
    for (size_t k = 1; k < n; ++k) {
        const auto value = read<Integer>(p, stride, k);
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    return {comparable(low), comparable(high)};
}

template <class Integer, class Flat>
inline bool append_from(const char* p, ptrdiff_t stride, size_t n, uint64_t origin,
                        uint64_t most, Flat span, Flat* flat) {
    uint64_t largest = 0;
    for (size_t k = 0; k < n; ++k) {
        const uint64_t offset = static_cast<uint64_t>(read<Integer>(p, stride, k)) - origin;
        largest = offset > largest ? offset : largest;
        flat[k] = static_cast<Flat>(flat[k] * span + static_cast<Flat>(offset));
    }
    return largest <= most;
}

// body(0 of the type of the integers, stride), the stride known to the compiler where there are no gaps
template <class Integer, class Body>
inline auto with_stride(const IntegerColumn& column, const Body& body) {
    constexpr auto kDense = static_cast<ptrdiff_t>(sizeof(Integer));
    return column.stride == kDense ? body(Integer{}, kDense) : body(Integer{}, column.stride);
}

template <class Body>
inline auto with_type(const IntegerColumn& column, const Body& body) {
    switch (column.bytes) {
    case 1:
        return column.is_signed ? with_stride<std::int8_t>(column, body)
                                : with_stride<std::uint8_t>(column, body);
    case 2:
        return column.is_signed ? with_stride<std::int16_t>(column, body)
                                : with_stride<std::uint16_t>(column, body);
    case 4:
        return column.is_signed ? with_stride<std::int32_t>(column, body)
                                : with_stride<std::uint32_t>(column, body);
    default:
        return column.is_signed ? with_stride<std::int64_t>(column, body)
                                : with_stride<std::uint64_t>(column, body);
    }
}

IntegerRange range(const IntegerColumn& column, size_t n) {
    return with_type(column, [&](auto zero, ptrdiff_t stride) {
        return range_of<decltype(zero)>(column.data, stride, n);
    });
}

template <class Flat>
inline bool append(const IntegerColumn& column, size_t n, const IntegerRange& within,
                   Flat* flat) {
    const uint64_t origin = within.origin(column.is_signed), most = within.last - within.first;
    const auto span = static_cast<Flat>(within.span());
    return with_type(column, [&](auto zero, ptrdiff_t stride) {
        return append_from<decltype(zero)>(column.data, stride, n, origin, most, span, flat);
    });
}

bool append_32(const IntegerColumn& column, size_t n, const IntegerRange& within,
               std::uint32_t* flat) {
    return append(column, n, within, flat);
}

bool append_64(const IntegerColumn& column, size_t n, const IntegerRange& within,
               uint64_t* flat) {
    return append(column, n, within, flat);
}

} // namespace

extern const LabelKernels FOURFOLD_LEVEL_NAME(label_kernels_);
const LabelKernels FOURFOLD_LEVEL_NAME(label_kernels_) = {range, append_32, append_64};

} // namespace fourfold
