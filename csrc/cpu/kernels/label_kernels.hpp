// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace fourfold {

// Integers of any width, `stride` bytes apart, aligned or not.
struct IntegerColumn {
    const char* data = nullptr;
    std::ptrdiff_t stride = 0;
    int bytes = 8; // 1, 2, 4 or 8
    bool is_signed = true;
};

// What integers lie between, in 64 bits with the sign bit turned where they are signed, so that they
// compare as unsigned ones. None is in it at first.
struct IntegerRange {
    std::uint64_t first = UINT64_MAX, last = 0;

    std::uint64_t span() const { return last - first + 1; } // 0 of 2^64

    // The first of it as two's complement, where the integers of the range are signed.
    std::uint64_t origin(bool is_signed) const {
        return is_signed ? first ^ (std::uint64_t{1} << 63) : first;
    }
};

// Passes over the first n integers of a column; n is at least 1.
struct LabelKernels {
    // What they lie between.
    IntegerRange (*range)(const IntegerColumn& column, std::size_t n);

    // flat = flat * span + (integer - first). Returns whether all are in the range; where one is not,
    // flat is of no use. Products are taken modulo 2^32 or 2^64.
    bool (*append_32)(const IntegerColumn& column, std::size_t n, const IntegerRange& range,
                      std::uint32_t* flat);
    bool (*append_64)(const IntegerColumn& column, std::size_t n, const IntegerRange& range,
                      std::uint64_t* flat);
};

} // namespace fourfold
