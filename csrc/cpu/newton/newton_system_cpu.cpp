// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/newton/newton_system_cpu.hpp"

#include <algorithm>
#include <cmath>

#include "core/newton/small_cholesky.hpp"
#include "cpu/dispatch.hpp"
#include "cpu/threads.hpp"
#include "fourfold/error.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kBlockRows = 32;
constexpr std::size_t kBlockColumns = 64;
// Rows of X that are held at once: with one panel they stay in the first-level cache.
constexpr std::size_t kGramDepth = 240;
constexpr double kWorkForThreads = 500e3;

} // namespace

NewtonSystemCpu::NewtonSystemCpu(int threads, StopCheck& stop)
    : kernels_(kernels()), stop_(stop), max_threads_(threads),
      schur_(kernels_.newton, threads) {}

// Of what is supported: of counts, a tenth of the dense system or less.
double NewtonSystemCpu::work(const Problem& p) {
    const auto supported = [](const double* masses, std::size_t n) {
        return static_cast<double>(
            n - static_cast<std::size_t>(std::count(masses, masses + n, 0.0)));
    };
    const double unknowns = supported(p.p2y, p.k2 * p.ky);
    double total = unknowns * unknowns * unknowns / 6.0;
    for (std::size_t i = 0; i < p.k1; ++i) {
        const double classes = supported(p.p1y + i * p.ky, p.ky);
        total +=
            0.5 * classes * unknowns * (unknowns + classes) + classes * classes * classes / 6.0;
    }
    return total;
}

double NewtonSystemCpu::dense_bytes(const Problem& p) {
    const double unknowns = static_cast<double>(p.k2 * p.ky);
    const double width = unknowns + static_cast<double>(p.ky + kGramDepth) + 64.0;
    return 8.0 * unknowns * width;
}

void NewtonSystemCpu::load(const Problem& problem) {
    problem_ = problem;
    const auto [k1, k2, ky, p1y, p2y] = problem;
    ld_ = rounded_up(k2, kPadding);
    ld_rows_ = rounded_up(k1, kPadding);
    double* p2t = p2t_.reserve(columns());
    std::fill_n(p2t, columns(), 0.0);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            p2t[y * ld_ + j] = p2y[j * ky + y];

    support_.clear();
    support_begin_.assign(1, 0);
    place_in_support_.assign(rows(), kAbsent);
    lower_begin_.assign(1, 0);
    for (std::size_t i = 0; i < k1; ++i) {
        for (std::size_t y = 0; y < ky; ++y)
            if (p1y[i * ky + y] > 0.0) {
                place_in_support_[i * ky + y] = support_.size() - support_begin_.back();
                support_.push_back(y);
            }
        const std::size_t n = support_.size() - support_begin_.back();
        support_begin_.push_back(support_.size());
        lower_begin_.push_back(lower_begin_.back() + n * n);
    }
    lower_.reserve(lower_begin_.back());
    row_mass_.reserve(rows());
    row_scale_.reserve(rows());
    row_factor_.reserve(support_.size());
    row_vector_.reserve(ky);
    work_size_ = ky * (std::max(ld_, ld_rows_) + ky);
    work_.reserve(static_cast<std::size_t>(max_threads_) * work_size_);
    column_mass_.reserve(columns());
    pair_.reserve(pairs());
    row_work_.reserve(rows());
    row_work2_.reserve(rows());
    column_work_.reserve(columns());
    column_work2_.reserve(columns());
    at_.reserve(ky * ld_rows_);
    ct_.reserve(k2 * ld_rows_);
    find_unknowns();
}

// Every supported (j,y), by column, except the one with the largest mass in each class.
void NewtonSystemCpu::find_unknowns() {
    unknowns_.clear();
    std::vector<std::size_t> pinned(problem_.ky, 0);
    const double* p2t = p2t_.get();
    for (std::size_t y = 0; y < problem_.ky; ++y) {
        const double* of_class = p2t + y * ld_;
        pinned[y] = static_cast<std::size_t>(
            std::max_element(of_class, of_class + problem_.k2) - of_class);
    }
    for (std::size_t j = 0; j < problem_.k2; ++j)
        for (std::size_t y = 0; y < problem_.ky; ++y)
            if (p2t[y * ld_ + j] > 0.0 && pinned[y] != j)
                unknowns_.push_back({j, y, y * ld_ + j});
    unknown_scale_.resize(unknowns_.size());
    rhs_.resize(unknowns_.size());
    block_begin_.assign(1, 0);
    for (std::size_t k = 1; k <= unknowns_.size(); ++k)
        if (k == unknowns_.size() || unknowns_[k].column != unknowns_[k - 1].column)
            block_begin_.push_back(k);
}

void NewtonSystemCpu::place(const Factors& from, double* r, double* a, double* b) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    std::fill_n(r, pairs(), 0.0);
    std::fill_n(b, columns(), 0.0);
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            r[i * ld_ + j] = std::exp(from.log_r[i * k2 + j]);
    std::copy_n(from.a, rows(), a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            b[y * ld_ + j] = from.b[j * ky + y];
}

void NewtonSystemCpu::gather(const double* r, const double* a, const double* b,
                             const Factors& to) const {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    for (std::size_t i = 0; i < k1; ++i)
        for (std::size_t j = 0; j < k2; ++j)
            to.log_r[i * k2 + j] = std::log(r[i * ld_ + j]);
    std::copy_n(a, rows(), to.a);
    for (std::size_t j = 0; j < k2; ++j)
        for (std::size_t y = 0; y < ky; ++y)
            to.b[j * ky + y] = b[y * ld_ + j];
}

// The products run in blocks of fixed size, as in BackendCpu.
template <class Body>
void NewtonSystemCpu::for_blocks(std::size_t count, std::size_t block, const Body& body) const {
    const double work = static_cast<double>(pairs()) * static_cast<double>(problem_.ky);
    parallel_for((count + block - 1) / block, work >= kWorkForThreads ? max_threads_ : 1,
                 [&](std::size_t k) {
                     if (stop_.requested())
                         return;
                     const std::size_t begin = k * block;
                     body(begin, std::min(count, begin + block) - begin);
                 });
    if (stop_.requested())
        throw Interrupted();
}

void NewtonSystemCpu::products(const double* a, const double* b, double* m) const {
    for_blocks(problem_.k1, kBlockRows, [&](std::size_t i, std::size_t n) {
        kernels_.newton.products(n, ld_, problem_.ky, a + i * problem_.ky, b, m + i * ld_);
    });
}

void NewtonSystemCpu::row_sums(const double* t, const double* b, double* out) const {
    for_blocks(problem_.k1, kBlockRows, [&](std::size_t i, std::size_t n) {
        kernels_.in_double.row_products(n, ld_, problem_.ky, t + i * ld_, b,
                                        out + i * problem_.ky);
    });
}

void NewtonSystemCpu::column_sums(const double* t, const double* a, double* out) const {
    for_blocks(ld_, kBlockColumns, [&](std::size_t j, std::size_t n) {
        kernels_.in_double.column_products(problem_.k1, ld_, problem_.ky, j, j + n, true, t, a,
                                           out);
    });
}

void NewtonSystemCpu::factorise(const double* r, const double* c, const double* a,
                                const double* b) {
    r_ = r;
    c_ = c;
    a_ = a;
    b_ = b;
    double* row_mass = row_mass_.get();
    double* column_mass = column_mass_.get();
    row_sums(r, b, row_mass);
    for (std::size_t k = 0; k < rows(); ++k)
        row_mass[k] *= a[k];
    column_sums(r, a, column_mass);
    for (std::size_t k = 0; k < columns(); ++k)
        column_mass[k] *= b[k];
    for_blocks(problem_.k1, kBlockRows, [&](std::size_t begin, std::size_t n) {
        for (std::size_t i = begin; i < begin + n; ++i)
            factorise_row(i);
    });
    schur_.reset(unknowns_.size());
    add_column_blocks();
    eliminate_rows();
    schur_.factorise();
}

// H_i = a a^T * (sum_j c b b^T) + diag(row mass), over the classes of row i, scaled and
// factorised.
void NewtonSystemCpu::factorise_row(std::size_t i) {
    const std::size_t* classes = support_.data() + support_begin_[i];
    const std::size_t n = support_begin_[i + 1] - support_begin_[i];
    const std::size_t ky = problem_.ky;
    // with one thread of its own, this may run on any thread of a batch
    const int thread = max_threads_ == 1 ? 0 : thread_index();
    double* work = work_.get() + static_cast<std::size_t>(thread) * work_size_;
    double* cb = work;             // (n, ld): c(i,:) b(:,y)
    double* gram = work + n * ld_; // (n, KY): sum_j c b b^T
    const double* c = c_ + i * ld_;
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t j = 0; j < ld_; ++j)
            cb[k * ld_ + j] = c[j] * b_[classes[k] * ld_ + j];
    kernels_.in_double.row_products(n, ld_, ky, cb, b_, gram);
    double* h = lower_.get() + lower_begin_[i];
    double* scale = row_scale_.get() + i * ky;
    const double* a = a_ + i * ky;
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t y = classes[k];
        const double diagonal = a[y] * a[y] * gram[k * ky + y] + row_mass_.get()[i * ky + y];
        scale[y] = diagonal > 0.0 ? 1.0 / std::sqrt(diagonal) : 0.0;
        row_factor_.get()[support_begin_[i] + k] = scale[y] * a[y];
        for (std::size_t m = 0; m < k; ++m) {
            const std::size_t z = classes[m];
            h[k * n + m] = scale[y] * a[y] * gram[k * ky + z] * a[z] * scale[z];
        }
        h[k * n + k] = 1.0;
    }
    factorise_small(n, h);
}

// S <- the diagonal blocks of H over the columns, scaled to a unit diagonal.
void NewtonSystemCpu::add_column_blocks() {
    const auto [k1, k2, ky, p1y, p2y] = problem_;
    double* at = at_.get();
    double* ct = ct_.get();
    std::fill_n(at, ky * ld_rows_, 0.0);
    std::fill_n(ct, k2 * ld_rows_, 0.0);
    for (std::size_t i = 0; i < k1; ++i) {
        for (std::size_t y = 0; y < ky; ++y)
            at[y * ld_rows_ + i] = a_[i * ky + y];
        for (std::size_t j = 0; j < k2; ++j)
            ct[j * ld_rows_ + i] = c_[i * ld_ + j];
    }
    for (std::size_t block = 0; block + 1 < block_begin_.size(); ++block) {
        const std::size_t first = block_begin_[block];
        const std::size_t n = block_begin_[block + 1] - first;
        const std::size_t j = unknowns_[first].column;
        double* ca = work_.get();         // (n, K1): c(:,j) a(:,y)
        double* gram = ca + n * ld_rows_; // (n, KY): sum_i c a a^T
        for (std::size_t k = 0; k < n; ++k) {
            const double* a = at + unknowns_[first + k].cls * ld_rows_;
            for (std::size_t i = 0; i < ld_rows_; ++i)
                ca[k * ld_rows_ + i] = ct[j * ld_rows_ + i] * a[i];
        }
        kernels_.in_double.row_products(n, ld_rows_, ky, ca, at, gram);
        for (std::size_t k = 0; k < n; ++k) {
            const Unknown& u = unknowns_[first + k];
            const double diagonal =
                b_[u.at] * b_[u.at] * gram[k * ky + u.cls] + column_mass_.get()[u.at];
            unknown_scale_[first + k] = diagonal > 0.0 ? 1.0 / std::sqrt(diagonal) : 0.0;
        }
        for (std::size_t k = 0; k < n; ++k) {
            const Unknown& u = unknowns_[first + k];
            double* row = schur_.row(first + k) + first;
            row[k] = 1.0;
            for (std::size_t m = k + 1; m < n; ++m) {
                const Unknown& v = unknowns_[first + m];
                row[m] = unknown_scale_[first + k] * b_[u.at] * gram[k * ky + v.cls] *
                         b_[v.at] * unknown_scale_[first + m];
            }
        }
    }
}

// S <- S - sum_i X_i^T X_i, a few rows at a time.
void NewtonSystemCpu::eliminate_rows() {
    const std::size_t n = unknowns_.size();
    const std::size_t width = schur_.panels() * kPanel;
    double* expanded = expanded_.reserve(problem_.ky * width);
    for (std::size_t y = 0; y < problem_.ky; ++y)
        for (std::size_t k = 0; k < width; ++k)
            expanded[y * width + k] = k < n ? b_[y * ld_ + unknowns_[k].column] : 0.0;
    for (std::size_t begin = 0; begin < problem_.k1;) {
        std::size_t end = begin + 1;
        while (end < problem_.k1 &&
               support_begin_[end + 1] - support_begin_[begin] <= kGramDepth)
            ++end;
        const std::size_t depth = support_begin_[end] - support_begin_[begin];
        double* x = x_.reserve(depth * width);
        parallel_for(end - begin, schur_.threads(), [&](std::size_t k) {
            if (!stop_.requested())
                eliminate_row(begin + k, depth,
                              support_begin_[begin + k] - support_begin_[begin], x);
        });
        if (stop_.requested())
            throw Interrupted();
        schur_.subtract_gram(depth, x);
        begin = end;
    }
}

// Writes X_i = L_i^-1 T_i, scaled, to rows [offset, ...) of the panels x of the given depth.
void NewtonSystemCpu::eliminate_row(std::size_t i, std::size_t depth, std::size_t offset,
                                    double* x) const {
    const std::size_t* classes = support_.data() + support_begin_[i];
    const std::size_t n = support_begin_[i + 1] - support_begin_[i];
    const std::size_t width = schur_.panels() * kPanel;
    const double* r = r_ + i * ld_;
    const double* c = c_ + i * ld_;
    const double* a = a_ + i * problem_.ky;
    const std::size_t* place = place_in_support_.data() + i * problem_.ky;
    const double* factor = row_factor_.get() + support_begin_[i];
    for (std::size_t p = 0; p < schur_.panels(); ++p) {
        double* panel = x + (p * depth + offset) * kPanel;
        double f[kPanel] = {};
        const std::size_t first = p * kPanel;
        const std::size_t last = std::min(first + kPanel, unknowns_.size());
        for (std::size_t k = first; k < last; ++k) {
            const Unknown& u = unknowns_[k];
            f[k - first] = c[u.column] * a[u.cls] * b_[u.at] * unknown_scale_[k];
        }
        kernels_.newton.expand(n, factor, classes, width, expanded_.get() + first, f, panel);
        for (std::size_t k = first; k < last; ++k) {
            const Unknown& u = unknowns_[k];
            const std::size_t at = place[u.cls];
            if (at != kAbsent)
                panel[at * kPanel + k - first] +=
                    factor[at] * r[u.column] * b_[u.at] * unknown_scale_[k];
        }
        kernels_.newton.substitute(n, lower_.get() + lower_begin_[i], panel);
    }
}

// out(i,:) = H_i^-1 g(i,:)
void NewtonSystemCpu::apply_inverse_rows(const double* g, double* out) const {
    const std::size_t ky = problem_.ky;
    std::fill_n(out, rows(), 0.0);
    double* v = row_vector_.get();
    for (std::size_t i = 0; i < problem_.k1; ++i) {
        const std::size_t* classes = support_.data() + support_begin_[i];
        const std::size_t n = support_begin_[i + 1] - support_begin_[i];
        const double* scale = row_scale_.get() + i * ky;
        for (std::size_t k = 0; k < n; ++k)
            v[k] = scale[classes[k]] * g[i * ky + classes[k]];
        solve_small(n, lower_.get() + lower_begin_[i], v);
        for (std::size_t k = 0; k < n; ++k)
            out[i * ky + classes[k]] = scale[classes[k]] * v[k];
    }
}

// ha = H_rows,columns db
void NewtonSystemCpu::couple_to_rows(const double* db, double* ha) {
    double* bd = column_work_.get();
    double* cz = pair_.get();
    double* of_r = row_work_.get();
    for (std::size_t k = 0; k < columns(); ++k)
        bd[k] = b_[k] * db[k];
    products(a_, bd, cz);
    for (std::size_t k = 0; k < pairs(); ++k)
        cz[k] *= c_[k];
    row_sums(cz, b_, ha);
    row_sums(r_, bd, of_r);
    for (std::size_t k = 0; k < rows(); ++k)
        ha[k] = a_[k] * (ha[k] + of_r[k]);
}

// hb = H_columns,rows da
void NewtonSystemCpu::couple_to_columns(const double* da, double* hb) {
    double* ad = row_work_.get();
    double* cz = pair_.get();
    double* of_r = column_work_.get();
    for (std::size_t k = 0; k < rows(); ++k)
        ad[k] = a_[k] * da[k];
    products(ad, b_, cz);
    for (std::size_t k = 0; k < pairs(); ++k)
        cz[k] *= c_[k];
    column_sums(cz, a_, hb);
    column_sums(r_, ad, of_r);
    for (std::size_t k = 0; k < columns(); ++k)
        hb[k] = b_[k] * (hb[k] + of_r[k]);
}

void NewtonSystemCpu::solve(const double* ga, const double* gb, double* da, double* db) {
    double* inner = row_work2_.get();
    double* gb_left = column_work2_.get();
    apply_inverse_rows(ga, inner);
    couple_to_columns(inner, gb_left);
    for (std::size_t k = 0; k < unknowns_.size(); ++k)
        rhs_[k] = unknown_scale_[k] * (gb[unknowns_[k].at] - gb_left[unknowns_[k].at]);
    schur_.solve(rhs_.data());
    std::fill_n(db, columns(), 0.0);
    for (std::size_t k = 0; k < unknowns_.size(); ++k)
        db[unknowns_[k].at] = unknown_scale_[k] * rhs_[k];
    couple_to_rows(db, inner);
    for (std::size_t k = 0; k < rows(); ++k)
        inner[k] = ga[k] - inner[k];
    apply_inverse_rows(inner, da);
}

} // namespace fourfold
