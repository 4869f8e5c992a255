// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cuda/pinned_memory.hpp"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cuda/cuda_error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kLeastBytes = 4096; // a page
// Of a thread: two transfers at a time have two buffers each, and a launch has a counter.
constexpr std::size_t kMostKept = 8;

struct Piece {
    void* memory;
    std::size_t bytes; // a power of two
    bool in_use;
};

class Pieces {
public:
    ~Pieces() {
        for (const Piece& piece : pieces_)
            cudaFreeHost(piece.memory); // fails without harm where the driver is gone
    }

    void* take(std::size_t bytes) {
        std::size_t size = kLeastBytes;
        while (size < bytes)
            size *= 2;
        Piece* best = nullptr;
        for (Piece& piece : pieces_)
            if (!piece.in_use && piece.bytes >= size &&
                (best == nullptr || piece.bytes < best->bytes))
                best = &piece;
        if (best != nullptr) {
            best->in_use = true;
            return best->memory;
        }
        make_room();
        Piece piece{nullptr, size, true};
        const cudaError_t status = cudaMallocHost(&piece.memory, size);
        if (status == cudaErrorMemoryAllocation) {
            cudaGetLastError();
            throw CudaMemoryError("a transfer: needs " + std::to_string(size) +
                                  " bytes of page-locked host memory");
        }
        check_cuda(status, "cudaMallocHost");
        pieces_.push_back(piece);
        return piece.memory;
    }

    void give(void* memory) {
        const auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& each) {
            return each.memory == memory;
        });
        piece->in_use = false;
    }

private:
    // Frees the smallest piece that nobody uses, where there are as many as are kept.
    void make_room() {
        auto smallest = pieces_.end();
        for (auto piece = pieces_.begin(); piece != pieces_.end(); ++piece)
            if (!piece->in_use && (smallest == pieces_.end() || piece->bytes < smallest->bytes))
                smallest = piece;
        if (pieces_.size() < kMostKept || smallest == pieces_.end())
            return;
        cudaFreeHost(smallest->memory);
        pieces_.erase(smallest);
    }

    std::vector<Piece> pieces_;
};

thread_local Pieces pieces;

} // namespace

void* take_pinned(std::size_t bytes) {
    return pieces.take(bytes);
}

void give_pinned(void* memory) {
    if (memory != nullptr)
        pieces.give(memory);
}

} // namespace fourfold
