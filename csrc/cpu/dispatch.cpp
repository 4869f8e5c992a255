// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/dispatch.hpp"

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace fourfold {

extern const KernelTable kernels_base;
#ifdef FOURFOLD_X86_LEVELS
extern const KernelTable kernels_v3;
extern const KernelTable kernels_v4;
#endif

namespace {

std::vector<const KernelTable*> available() {
    std::vector<const KernelTable*> tables{&kernels_base};
#ifdef FOURFOLD_X86_LEVELS
    __builtin_cpu_init();
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool v4 = v3 && __builtin_cpu_supports("avx512f") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (v3)
        tables.push_back(&kernels_v3);
    if (v4)
        tables.push_back(&kernels_v4);
#endif
    return tables;
}

const KernelTable* find(const std::string& level) {
    std::string known;
    for (const KernelTable* table : available()) {
        if (level == table->name)
            return table;
        known += known.empty() ? table->name : std::string(", ") + table->name;
    }
    throw std::invalid_argument(
        "FOURFOLD_SIMD: '" + level +
        "' is not an instruction set of this machine and build; it has " + known);
}

std::atomic<const KernelTable*> active{nullptr};

} // namespace

const KernelTable& kernels() {
    const KernelTable* table = active.load();
    if (table == nullptr) {
        const char* wanted = std::getenv("FOURFOLD_SIMD");
        table = wanted != nullptr && *wanted != '\0' ? find(wanted) : available().back();
        active.store(table);
    }
    return *table;
}

std::vector<std::string> simd_levels() {
    std::vector<std::string> names;
    for (const KernelTable* table : available())
        names.emplace_back(table->name);
    return names;
}

void select_simd(const std::string& level) {
    active.store(find(level));
}

} // namespace fourfold
