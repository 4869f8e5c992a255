// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace fourfold {

// One source of a target of at most two classes: p (states, ky) row-major, ky 1 or 2, with no entry
// negative. A class that is not there has no mass.
struct BinarySource {
    std::size_t states = 0;
    std::size_t ky = 0;
    const double* p = nullptr;
    double scale0 = 1.0; // of the masses of either class, see with_classes()
    double scale1 = 1.0;

    double mass0(std::size_t i) const { return scale0 * p[i * ky]; }
    double mass1(std::size_t i) const { return ky > 1 ? scale1 * p[i * ky + 1] : 0.0; }

    // p(1 | i) / p(0 | i): zero or infinite in a state of one class. Unlike the posterior this tells
    // states apart at both ends, however close to certain they are.
    double odds(std::size_t i) const {
        const double one = mass1(i);
        return one > 0.0 ? one / mass0(i) : 0.0;
    }
};

// Masses of both classes.
struct ClassMasses {
    double zero = 0.0;
    double one = 0.0;
};
ClassMasses masses_of(const BinarySource& source);

// The source with the p(y) of another one, from which its own differs by rounding.
BinarySource with_classes(const BinarySource& source, const ClassMasses& classes);

// Mass of class 0 and of class 1 in units of a grid, exact.
struct RocPoint {
    std::int64_t x = 0;
    std::int64_t y = 0;
};

// So many units are the largest mass that is drawn, rounded up to a power of two: differences of
// points are below 2^62, and products of two of them are exact in 128 bits.
inline constexpr int kGridBits = 61;

// The ROC curve of a source: its states by their odds, largest first, and the masses of both classes
// summed in that order. The curve is concave. Buffers are reused by the next assign().
class RocCurve {
public:
    // `per_unit`: points are masses times this.
    void assign(const BinarySource& source, double per_unit);

    std::size_t size() const { return states_.size(); }
    std::size_t state(std::size_t k) const { return states_[k].second; }
    double odds(std::size_t k) const { return states_[k].first; }
    const ClassMasses& masses(std::size_t k) const { return masses_[k]; }
    // After k + 1 states.
    const RocPoint& point(std::size_t k) const { return points_[k]; }
    RocPoint end() const { return points_.empty() ? RocPoint{} : points_.back(); }

private:
    using State = std::pair<double, std::uint32_t>;
    void sort_by_odds();

    std::vector<State> states_, scratch_;
    std::vector<ClassMasses> masses_;
    std::vector<RocPoint> points_;
};

// Points per unit of mass, where no source has more than this.
double grid_of(double largest_mass);

} // namespace fourfold
