// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "core/certificate.hpp"
#include "cpu/aligned.hpp"
#include "cpu/kernels/kernel_table.hpp"
#include "cpu/products/wide_products.hpp"
#include "cpu/stop_check.hpp"
#include "fourfold/backend.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

// The back end on CPU threads; see fourfold/backend.hpp for what each stage does. Real is double,
// or float: the steps are then taken in single precision, in half the time, and the certificate is
// still one in double precision, of the coupling that factors() writes. For it shrink() makes
// another pair (a, b) of the iterate's r and b, whose rows fit to the last digits of a double; so
// certificate() and factors() are to follow it.
//
// Arrays: r, x, x_prev (K1, ld); a (K1, KY); bt, p2t, column_sums (KY, ld), where ld is K2
// padded to kPaddingOf<Real> and `t` marks a transpose; those of KY rows lie in panels where there
// are many classes, see WideProducts. Work is cut into chunks of rows whose number does not depend on
// that of the threads, and sums over chunks are added in order. So the result does not
// depend on the number of threads, to the last bit. A chunk is worked through in blocks that stay in
// cache from the pass that writes r or a to the one that sums r a over the rows.
template <class Real>
class BackendCpu {
public:
    BackendCpu(int threads, StopCheck& stop);

    // `problem` must outlive the solve. Throws Interrupted, as do the other stages.
    void load(const Problem& problem);
    double sweep();
    void shrink();
    Bounds certificate();
    void average(double weight);
    double averaged_lower();
    Step step(double power, double weight);
    void restart();
    void factors(const Factors& out);
    void assign(const Factors& in);

private:
    static constexpr std::size_t kBlockColumns = 256;
    struct Block {
        std::size_t begin;
        std::size_t end;
        std::size_t size() const { return end - begin; }
    };
    // body(index, block) for every chunk of rows, in parallel.
    template <class Body>
    void for_chunks(const Body& body) {
        parallel_for(chunks_, threads_, [&](std::size_t index) {
            if (!stop_.requested())
                body(index, Block{index * chunk_rows_,
                                  std::min(problem_.k1, (index + 1) * chunk_rows_)});
        });
        if (stop_.requested())
            throw Interrupted();
    }
    // body(block) for the blocks of some rows, one after the other.
    template <class Body>
    void for_parts(Block rows, const Body& body) {
        for (std::size_t i = rows.begin; i < rows.end && !stop_.requested(); i += block_rows_)
            body(Block{i, std::min(rows.end, i + block_rows_)});
    }
    // body(index, block) for the blocks of every chunk.
    template <class Body>
    void for_row_blocks(const Body& body) {
        for_chunks([&](std::size_t index, Block chunk) {
            for_parts(chunk, [&](Block rows) { body(index, rows); });
        });
    }
    // body(index, block) for every block of columns, in parallel.
    template <class Body>
    void for_column_blocks(const Body& body) {
        const std::size_t size = wide_ ? wide_products_.block_columns() : kBlockColumns;
        parallel_for((ld_ + size - 1) / size, threads_, [&](std::size_t index) {
            if (!stop_.requested())
                body(index, Block{index * size, std::min(ld_, (index + 1) * size)});
        });
        if (stop_.requested())
            throw Interrupted();
    }
    template <class Body>
    void for_blocks_and_sum_columns(const Body& body);
    Real* partial_sums(std::size_t chunk);
    void set_blocks();
    void set_r();
    static constexpr double kFloor = std::is_same_v<Real, double> ? kLogFloor : kLogFloorSingle;
    static constexpr std::size_t kPanelRows = 64; // of r that refit() widens at a time
    static constexpr bool kIsDouble = std::is_same_v<Real, double>;
    // What the certificate is taken from: these arrays themselves, or their counterparts.
    static double* exact(AlignedArrayOf<Real>& own, AlignedArray& other) {
        if constexpr (kIsDouble)
            return own.get();
        else
            return other.get();
    }
    // The other way: a work array of the certificate, or its counterpart in single precision.
    static Real* in_precision(AlignedArray& of_certificate, AlignedArrayOf<Real>& other) {
        if constexpr (kIsDouble)
            return of_certificate.get();
        else
            return other.get();
    }
    const Real* p1_in_precision() const {
        if constexpr (kIsDouble)
            return problem_.p1y;
        else
            return p1y_.get();
    }
    const double* rows_of_r(Block rows);
    double* scratch();
    std::size_t certificate_rows(Block chunk) const;
    void refit();
    // Where (y, j) is in the (KY, ld) arrays.
    std::size_t at(std::size_t y, std::size_t j) const {
        return wide_ ? (j / kPanel * problem_.ky + y) * kPanel + j % kPanel : y * ld_ + j;
    }
    StepSums step_rows(Block rows, double power, double weight, const Real* bt);
    void copy_a();
    void copy_b(bool divide);
    void fit_rows(Block rows);
    double misfit();
    LogSums primal_of_rows(Block rows, const double* log_a);
    ScanSums scan_rows(Block rows, double* row_max, double* column_max);
    void maxima_of_rows(Block rows, const double* a, const double* bt, double* row_max,
                        double* column_max);
    void add_shift(std::size_t n, const double* p, double* maxima, double& shift,
                   CertificateTerms& terms) const;
    void add_logs(std::size_t n, const double* p, const double* factor, const double* sums,
                  const double* log, CertificateTerms& terms) const;
    void add_chunks(CertificateTerms& terms);

    const StepKernels<Real>& kernels_;
    const StepKernels<double>& exact_kernels_;
    const CertificateKernels& certificate_kernels_;
    StopCheck& stop_;
    int max_threads_;
    int threads_ = 1; // of these, those that the problem is worth
    Problem problem_;
    double entropy_y_ = 0.0;
    std::size_t ld_ = 0;
    std::size_t chunks_ = 0;
    std::size_t chunk_rows_ = 0;
    std::size_t block_rows_ = 0;
    bool wide_ = false; // many classes, in double: the products are those of wide_products_
    WideProducts wide_products_;
    bool sums_by_chunk_ = true;         // else the columns are summed in a pass of their own
    AlignedArrayOf<Real> partial_sums_; // of all chunks but the first: (chunks - 1, KY, ld)
    AlignedArrayOf<Real> r_, x_, x_prev_, a_, bt_, p1y_, p2t_, column_sums_;
    // In single precision only: the same in double, a and b of the last shrink(); part of r for
    // each thread; and whether b stayed within the range of a float.
    AlignedArray exact_a_, exact_bt_, exact_p2t_, exact_column_sums_, scratch_;
    AlignedArrayOf<Real> work_a_, work_bt_; // logarithms of a and bt
    std::size_t scratch_size_ = 0;
    bool in_range_ = true;
    AlignedArray mean_log_a_, mean_log_bt_; // of the averaged factors, 0 where there is none
    AlignedArray chunk_column_max_;         // (chunks, ld)
    AlignedArray log_a_, row_products_, row_max_; // of the certificate: (K1, KY) twice, (K1)
    AlignedArray log_bt_;                         // (KY, ld)
    std::vector<double> p1_, p2_;                 // marginals of X1 and X2
    std::vector<StepSums> step_sums_;
    std::vector<double> block_misfits_; // of the blocks of columns
    std::vector<double> class_sums_;
    std::vector<CertificateTerms> chunk_terms_;
};

// Where there are many classes, in double precision only: wide_backend_cpu.cpp.
template <>
void BackendCpu<double>::copy_a();
template <>
void BackendCpu<double>::copy_b(bool divide);
template <>
void BackendCpu<double>::fit_rows(Block rows);
template <>
double BackendCpu<double>::misfit();
template <>
LogSums BackendCpu<double>::primal_of_rows(Block rows, const double* log_a);
template <>
ScanSums BackendCpu<double>::scan_rows(Block rows, double* row_max, double* column_max);
template <>
void BackendCpu<double>::maxima_of_rows(Block rows, const double* a, const double* bt,
                                        double* row_max, double* column_max);

} // namespace fourfold
