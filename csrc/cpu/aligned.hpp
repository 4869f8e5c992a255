// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace fourfold {

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
