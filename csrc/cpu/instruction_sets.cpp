// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/instruction_sets.hpp"

#if defined(__x86_64__)

#include <cpuid.h>

#include <cstdint>

// Asked of the processor itself: __builtin_cpu_supports needs a run-time library that clang-cl
// does not link.
namespace fourfold {

namespace {

struct Registers {
    unsigned a = 0, b = 0, c = 0, d = 0;
};

// All zero where the processor knows no such leaf.
Registers cpuid(unsigned leaf) {
    Registers r;
    if (__get_cpuid_count(leaf, 0, &r.a, &r.b, &r.c, &r.d) == 0)
        return {};
    return r;
}

bool has_all(std::uint64_t word, std::uint64_t bits) {
    return (word & bits) == bits;
}

template <class... Number>
constexpr std::uint64_t bits(Number... number) {
    return ((std::uint64_t{1} << number) | ...);
}

// Which registers the system saves: 1 SSE, 2 AVX, 5 to 7 those of AVX-512.
std::uint64_t saved_registers() {
    unsigned low = 0, high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return std::uint64_t{high} << 32 | low;
}

} // namespace

InstructionSets instruction_sets() {
    const Registers basic = cpuid(1), more = cpuid(7), extended = cpuid(0x80000001u);
    InstructionSets has;
    if (!has_all(basic.c, bits(27))) // OSXSAVE: xgetbv may be used
        return has;
    const std::uint64_t saved = saved_registers();
    // FMA, MOVBE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT
    has.v3 = has_all(saved, bits(1, 2)) && has_all(basic.c, bits(12, 22, 28, 29)) &&
             has_all(more.b, bits(3, 5, 8)) && has_all(extended.c, bits(5));
    // AVX-512 F, DQ, CD, BW, VL
    has.v4 = has.v3 && has_all(more.b, bits(16, 17, 28, 30, 31));
#ifndef __APPLE__ // macOS saves those of AVX-512 from their first use on, and says so only then
    has.v4 = has.v4 && has_all(saved, bits(5, 6, 7));
#endif
    return has;
}

} // namespace fourfold

#else

namespace fourfold {

InstructionSets instruction_sets() {
    return {};
}

} // namespace fourfold

#endif
