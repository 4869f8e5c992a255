// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/dispatch.hpp"

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "cpu/instruction_sets.hpp"

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
    const InstructionSets has = instruction_sets();
    if (has.v3)
        tables.push_back(&kernels_v3);
    if (has.v4)
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
