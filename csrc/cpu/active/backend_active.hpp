// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/active/active_pairs.hpp"
#include "cpu/active/active_products.hpp"
#include "cpu/active/prune_guard.hpp"
#include "cpu/backend_cpu.hpp"
#include "cpu/iterate_cpu.hpp"
#include "cpu/scaling_cpu.hpp"
#include "fourfold/backend.hpp"

namespace fourfold {

// The back end for tables of which few pairs carry mass after some steps; see fourfold/backend.hpp for what
// each stage does. It begins as BackendCpu. From the first certificate after kDenseSteps outer steps by which
// few enough pairs are alive, sweeps, scaling and outer steps run over these alone, chosen anew after each
// certificate from M of all pairs; the others have r = exp(kLogFloor) and are part of every certificate. It
// goes back to all pairs, and stays there until the next load(), when PruneGuard says so.
class BackendActive {
public:
    BackendActive(int threads, StopCheck& stop);
    BackendActive(const BackendActive&) = delete; // its parts refer to each other
    BackendActive& operator=(const BackendActive&) = delete;

    // `problem` must outlive the solve. Throws Interrupted, as do the other stages.
    void load(const Problem& problem);
    double sweep();
    double scaling_step();
    int scaling_sweeps() const;
    void shrink();
    Bounds certificate();
    void average(double weight);
    double averaged_lower();
    void dual(const Dual& out) const { all_.dual(out); }
    Step step(double power, double weight);
    void restart();
    void factors(const Factors& out);
    void assign(const Factors& in);

    double alive_part() const;
    bool start_anew();

private:
    std::size_t mark_pairs();
    void choose_pairs();
    void keep_support();
    void take_pairs();
    void leave();
    double fit_rows();
    void sum_columns();
    void give_factors();
    void give_r();
    void take_factors();
    template <class Body>
    void for_pairs(const Body& body) const;

    const KernelTable& kernels_;
    BackendCpu<ThinProducts<double>> all_; // whose r, a and b are those of the last certificate
    ActivePairs pairs_;
    ActiveProducts products_;
    Layout layout_;              // see ActiveProducts
    IterateCpu<double> iterate_; // r, x and x_prev of the pairs, by rows, padded
    TargetsCpu<double> targets_;
    ScalingCpu<ActiveProducts> scaling_;
    double violation_ = 0.0; // that the last sweep or scaling step left
    Problem problem_;
    std::size_t ky_ = 0;
    std::vector<double> p1y_, p2y_; // padded
    AlignedArray m_;
    std::vector<StepSums> step_sums_;
    std::vector<unsigned char> alive_; // (K1, ld) of all pairs
    AlignedArray products_of_rows_, products_of_columns_;
    PruneGuard guard_;
    double averaged_lower_ = 0.0;
    long steps_ = 0;
    bool pruned_ = false;    // steps run over pairs_
    bool too_many_ = false;  // pairs were alive when they were last looked at
    bool certified_ = false; // r, a and b of all_ are those of now
    PruneGuard::Verdict verdict_ = PruneGuard::Verdict::kGoOn;
};

} // namespace fourfold
