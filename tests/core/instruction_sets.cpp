// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
//
// The levels of x86-64 that are found, against what the compiler's own library finds.
#include "cpu/instruction_sets.hpp"

#include "check.hpp"

using namespace fourfold;
using namespace fourfold::checks;

int main() {
    const InstructionSets has = instruction_sets();
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool v4 = v3 && __builtin_cpu_supports("avx512f") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    const bool v3 = false, v4 = false;
#endif
    expect(has.v3 == v3, "the level v3 of this processor");
    expect(has.v4 == v4, "the level v4 of this processor");
    return exit_status();
}
