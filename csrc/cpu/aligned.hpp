// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace fourfold {

// A buffer of doubles at a cache-line boundary, that only grows and is not initialised: solving
// many problems of one size allocates once.
class AlignedArray {
public:
    // At least n doubles; what was stored is lost.
    double* reserve(std::size_t n) {
        if (n > size_) {
            data_.reset();
            data_.reset(static_cast<double*>(
                ::operator new[](n * sizeof(double), std::align_val_t{kAlignment})));
            size_ = n;
        }
        return data_.get();
    }

    double* get() const { return data_.get(); }

private:
    static constexpr std::size_t kAlignment = 64;
    struct Free {
        void operator()(double* p) const {
            ::operator delete[](p, std::align_val_t{kAlignment});
        }
    };
    std::unique_ptr<double[], Free> data_;
    std::size_t size_ = 0;
};

} // namespace fourfold
