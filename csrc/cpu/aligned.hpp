// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace fourfold {

// Asks for pages of 2 MiB under a large buffer: passes that stride through thousands of small ones
// otherwise wait for their translation. A hint, without effect where it is not taken.
inline void prefer_huge_pages([[maybe_unused]] void* p, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::uintptr_t kHuge = std::uintptr_t{1} << 21;
    const auto start = reinterpret_cast<std::uintptr_t>(p);
    const std::uintptr_t first = (start + kHuge - 1) & ~(kHuge - 1);
    const std::uintptr_t last = (start + bytes) & ~(kHuge - 1);
    if (first < last)
        madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

// n, or the next multiple of `step`.
inline std::size_t rounded_up(std::size_t n, std::size_t step) {
    return (n + step - 1) / step * step;
}

// A buffer at a cache-line boundary, that only grows and is not initialised: solving many
// problems of one size allocates once.
template <class Real>
class AlignedArrayOf {
public:
    // At least n numbers; what was stored is lost.
    Real* reserve(std::size_t n) {
        if (n > size_) {
            data_.reset();
            data_.reset(static_cast<Real*>(
                ::operator new[](n * sizeof(Real), std::align_val_t{kAlignment})));
            size_ = n;
            prefer_huge_pages(data_.get(), n * sizeof(Real));
        }
        return data_.get();
    }

    Real* get() const { return data_.get(); }

private:
    static constexpr std::size_t kAlignment = 64;
    struct Free {
        void operator()(Real* p) const { ::operator delete[](p, std::align_val_t{kAlignment}); }
    };
    std::unique_ptr<Real[], Free> data_;
    std::size_t size_ = 0;
};

using AlignedArray = AlignedArrayOf<double>;

} // namespace fourfold
