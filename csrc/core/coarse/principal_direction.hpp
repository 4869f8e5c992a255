// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace fourfold {

// The direction along which points of a weight each are most spread around their mean.
class PrincipalDirection {
public:
    // The points with these numbers, order (n), of point (., ky) and weight (.).
    void find(std::size_t n, const std::size_t* order, std::size_t ky, const double* point,
              const double* weight);

    // How far along it a point (ky) lies from the mean.
    double along(const double* point) const;

private:
    // Of so many classes the matrix is squared; of more it is never formed.
    static constexpr std::size_t kMostSquared = 32;
    static constexpr int kSquarings = 8; // so that directions of other spread are forgotten
    static constexpr int kSteps = 24;

    void by_squaring(std::size_t n, const std::size_t* order, const double* point,
                     const double* weight);
    void by_steps(std::size_t n, const std::size_t* order, const double* point,
                  const double* weight);

    std::size_t ky_ = 0;
    std::vector<double> mean_, direction_, next_, spread_, squared_;
};

} // namespace fourfold
