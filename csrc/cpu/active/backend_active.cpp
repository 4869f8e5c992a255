// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/active/backend_active.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/dispatch.hpp"

namespace fourfold {

namespace {

// Outer steps over all pairs: before, too many that are needed later are dropped.
constexpr long kDenseSteps = 12;
// A pair is alive where r M is above this part of an even share, or M above kKeep: M <= 1 at the optimum,
// and 1 where there is mass.
constexpr double kCut = 1e-3;
constexpr double kKeep = 0.995;
// Lists of more than this part of all pairs are not begun: a listed pair takes two to three times as long as
// one of a dense array.
constexpr double kMostAlive = 0.5;
// What a pair that comes back has at least, of what it was dropped at.
constexpr double kReturn = 0.01;
// And of an even share, when all of them do.
constexpr double kReturnAll = 1e-3;
// A cell (i,y) or (j,y) of whose mass less than this part is on alive pairs gets its best pair back.
constexpr double kSupport = 0.5;
// Rows of a part of the choice.
constexpr std::size_t kChoiceRows = 32;

} // namespace

BackendActive::BackendActive(int threads, StopCheck& stop)
    : kernels_(kernels()), all_(threads, stop), products_(kernels(), threads, stop),
      scaling_(kernels(), targets_, products_, iterate_) {}

void BackendActive::load(const Problem& problem) {
    all_.load(problem);
    ky_ = problem.ky;
    const std::size_t kp = products_.padded(ky_);
    const auto pad = [&](std::size_t states, const double* p, std::vector<double>& out) {
        out.assign(states * kp, 0.0);
        for (std::size_t i = 0; i < states; ++i)
            std::copy_n(p + i * ky_, ky_, out.data() + i * kp);
    };
    pad(problem.k1, problem.p1y, p1y_);
    pad(problem.k2, problem.p2y, p2y_);
    layout_ = {problem.k1, problem.k2, kp, problem.k2};
    products_.load(layout_);
    targets_.load({problem.k1, problem.k2, kp, p1y_.data(), p2y_.data()}, layout_, products_);
    scaling_.load(layout_);
    iterate_.a.reserve(layout_.rows());
    iterate_.bt.reserve(layout_.columns());
    iterate_.column_sums.reserve(layout_.columns());
    products_of_rows_.reserve(layout_.rows());
    products_of_columns_.reserve(layout_.columns());
    alive_.resize(all_.layout().pairs());
    guard_.reset();
    steps_ = 0;
    pruned_ = too_many_ = certified_ = false;
    verdict_ = PruneGuard::Verdict::kGoOn;
    problem_ = problem;
}

double BackendActive::alive_part() const {
    if (pruned_)
        return static_cast<double>(pairs_.size()) / static_cast<double>(layout_.pairs());
    return verdict_ == PruneGuard::Verdict::kGoOn && !too_many_ ? 0.0 : 1.0;
}

double BackendActive::sweep() {
    if (!pruned_)
        return all_.sweep();
    products_.fit_columns(targets_.p2t(), iterate_.column_sums.get(), iterate_.bt.get());
    violation_ = fit_rows();
    return violation_;
}

double BackendActive::scaling_step() {
    if (!pruned_)
        return all_.scaling_step();
    if (plain_sweeps())
        return sweep();
    const double before = violation_;
    scaling_.move_columns(before);
    violation_ = fit_rows();
    if (!(violation_ <= kMostGrowth * before)) {
        scaling_.take_back();
        violation_ = before;
    }
    return violation_;
}

int BackendActive::scaling_sweeps() const {
    if (!pruned_)
        return all_.scaling_sweeps();
    return plain_sweeps() ? 1 : scaling_.sweeps();
}

// a = P1 / (r b) and the column sums r^T a. Returns sum |b (r^T a) - P2|.
double BackendActive::fit_rows() {
    const double* const b = iterate_.bt.get();
    products_.for_blocks_and_sum_columns(
        iterate_.r.get(), iterate_.a.get(), iterate_.column_sums.get(),
        [&](std::size_t, Block rows) {
            const std::size_t first = rows.begin * layout_.ky;
            products_.fit_rows(rows, iterate_.r.get(), b, targets_.p1y() + first,
                               iterate_.a.get() + first);
        });
    return products_.misfit(b, iterate_.column_sums.get(), targets_.p2t());
}

void BackendActive::sum_columns() {
    products_.take_r(iterate_.r.get());
    products_.for_blocks_and_sum_columns(iterate_.r.get(), iterate_.a.get(),
                                         iterate_.column_sums.get(), [](std::size_t, Block) {});
}

void BackendActive::shrink() {
    if (!pruned_)
        return all_.shrink();
    kernels_.certificate.shrink(layout_.columns(), targets_.p2t(), iterate_.column_sums.get(),
                                iterate_.bt.get());
}

Bounds BackendActive::certificate() {
    if (pruned_) {
        give_factors();
        give_r();
    }
    const Bounds bounds = all_.certificate();
    certified_ = true;
    if (pruned_)
        verdict_ = guard_.after(std::max(bounds.lower, averaged_lower_), bounds.upper, steps_);
    return bounds;
}

void BackendActive::average(double weight) {
    if (pruned_)
        give_factors();
    all_.average(weight);
}

double BackendActive::averaged_lower() {
    averaged_lower_ = all_.averaged_lower();
    return averaged_lower_;
}

bool BackendActive::start_anew() {
    if (!pruned_ || verdict_ != PruneGuard::Verdict::kAnew)
        return false;
    all_.load(problem_);
    pruned_ = too_many_ = certified_ = false;
    return true;
}

Step BackendActive::step(double power, double weight) {
    if (certified_) {
        if (verdict_ != PruneGuard::Verdict::kGoOn) {
            if (pruned_)
                leave();
        } else if (pruned_ || steps_ >= kDenseSteps) {
            choose_pairs();
        }
    }
    certified_ = false;
    ++steps_;
    if (!pruned_)
        return all_.step(power, weight);
    const PairRuns& runs = pairs_.by_rows();
    const double* const a = iterate_.a.get();
    const double* const b = iterate_.bt.get();
    products_.pair_products({0, layout_.k1}, a, b, m_.get());
    const std::size_t n = rounded_up(runs.index.size(), kPadding);
    const StepSums sums =
        kernels_.in_double.step_stored(1, n, n, m_.get(), n, power, weight, iterate_.x.get(),
                                       iterate_.x_prev.get(), iterate_.r.get());
    sum_columns();
    return {sums.change, sums.alignment};
}

void BackendActive::restart() {
    if (!pruned_)
        return all_.restart();
    const std::size_t n = rounded_up(pairs_.size(), kPadding);
    std::copy_n(iterate_.x_prev.get(), n, iterate_.x.get());
    kernels_.in_double.exponentials(n, iterate_.x.get(), iterate_.r.get());
    sum_columns();
}

void BackendActive::factors(const Factors& out) {
    if (pruned_) {
        give_factors();
        give_r();
    }
    all_.factors(out);
}

void BackendActive::assign(const Factors& in) {
    all_.assign(in);
    guard_.reset();
    steps_ = 0;
    pruned_ = too_many_ = certified_ = false;
}

// body(k, where it is among all pairs) for the alive pairs.
template <class Body>
void BackendActive::for_pairs(const Body& body) const {
    const PairRuns& runs = pairs_.by_rows();
    const std::size_t ld = all_.layout().ld;
    for (std::size_t i = 0; i < layout_.k1; ++i)
        for (std::size_t k = runs.first[i]; k < runs.first[i + 1]; ++k)
            body(k, i * ld + runs.index[k]);
}

// a, b and the column sums, to all_.
void BackendActive::give_factors() {
    const std::size_t kp = layout_.ky, ld = all_.layout().ld;
    IterateCpu<double>& to = all_.iterate();
    for (std::size_t i = 0; i < layout_.k1; ++i)
        std::copy_n(iterate_.a.get() + i * kp, ky_, to.a.get() + i * ky_);
    for (std::size_t y = 0; y < ky_; ++y)
        for (std::size_t j = 0; j < layout_.k2; ++j) {
            to.bt.get()[y * ld + j] = iterate_.bt.get()[j * kp + y];
            to.column_sums.get()[y * ld + j] = iterate_.column_sums.get()[j * kp + y];
        }
}

// The other way.
void BackendActive::take_factors() {
    const std::size_t kp = layout_.ky, ld = all_.layout().ld;
    const IterateCpu<double>& from = all_.iterate();
    std::fill_n(iterate_.a.get(), layout_.rows(), 0.0);
    std::fill_n(iterate_.bt.get(), layout_.columns(), 0.0);
    for (std::size_t i = 0; i < layout_.k1; ++i)
        std::copy_n(from.a.get() + i * ky_, ky_, iterate_.a.get() + i * kp);
    for (std::size_t j = 0; j < layout_.k2; ++j)
        for (std::size_t y = 0; y < ky_; ++y)
            iterate_.bt.get()[j * kp + y] = from.bt.get()[y * ld + j];
}

// r, to all_, whose r of the other pairs is exp(kLogFloor).
void BackendActive::give_r() {
    double* const r = all_.iterate().r.get();
    for_pairs([&](std::size_t k, std::size_t at) { r[at] = iterate_.r.get()[k]; });
}

// Marks the pairs that are alive, from r, a and b of all_, and says how many.
std::size_t BackendActive::mark_pairs() {
    const Layout& layout = all_.layout();
    const IterateCpu<double>& all = all_.iterate();
    const double cut = kCut / static_cast<double>(layout_.pairs());
    const std::size_t parts = (layout.k1 + kChoiceRows - 1) / kChoiceRows;
    products_.share_out(parts, [&](std::size_t part) {
        const std::size_t i = part * kChoiceRows;
        const std::size_t rows = std::min(kChoiceRows, layout.k1 - i);
        std::fill_n(alive_.data() + i * layout.ld, rows * layout.ld, 0);
        kernels_.active.mark(rows, layout.ld, layout.ky, all.a.get() + i * layout.ky,
                             all.bt.get(), all.r.get() + i * layout.ld, cut, kKeep,
                             alive_.data() + i * layout.ld);
    });
    return static_cast<std::size_t>(std::count(alive_.begin(), alive_.end(), 1));
}

// Chooses the pairs that steps run over from here on; all of them for now where lists would be too long.
void BackendActive::choose_pairs() {
    const std::size_t alive = mark_pairs();
    const auto most =
        static_cast<std::size_t>(kMostAlive * static_cast<double>(layout_.pairs()));
    too_many_ = !pruned_ && alive > most;
    if (too_many_)
        return;
    const Layout& layout = all_.layout();
    IterateCpu<double>& all = all_.iterate();
    const double share = 1.0 / static_cast<double>(layout_.pairs());
    const double dead = std::exp(kLogFloor);
    if (pruned_) {
        for_pairs([&](std::size_t k, std::size_t at) {
            all.x.get()[at] = iterate_.x.get()[k];
            all.x_prev.get()[at] = iterate_.x_prev.get()[k];
        });
    } else {
        take_factors();
    }
    take_pairs();
    keep_support();
    // those that come back
    const double least = std::log(kReturn * kCut * share);
    for_pairs([&](std::size_t k, std::size_t at) {
        double& x = iterate_.x.get()[k];
        double& x_prev = iterate_.x_prev.get()[k];
        x = all.x.get()[at];
        x_prev = all.x_prev.get()[at];
        if (!(all.r.get()[at] > 2.0 * dead))
            x = x_prev = std::max(x, least);
    });
    const std::size_t n = rounded_up(pairs_.size(), kPadding);
    kernels_.in_double.exponentials(n, iterate_.x.get(), iterate_.r.get());
    std::fill_n(all.r.get(), layout.pairs(), dead);
    sum_columns();
    pruned_ = true;
}

// The lists of the pairs that are marked.
void BackendActive::take_pairs() {
    pairs_.assign(layout_.k1, layout_.k2, all_.layout().ld, alive_.data());
    products_.take_pairs(pairs_);
    const std::size_t n = rounded_up(pairs_.size(), kPadding);
    for (auto* const pairs : {&iterate_.r, &iterate_.x, &iterate_.x_prev, &m_})
        pairs->reserve(n);
    for (std::size_t k = pairs_.size(); k < n; ++k) {
        iterate_.x.get()[k] = iterate_.x_prev.get()[k] = kLogFloor;
        iterate_.r.get()[k] = 0.0;
        m_.get()[k] = 1.0;
    }
    for_pairs([&](std::size_t k, std::size_t at) {
        iterate_.r.get()[k] = all_.iterate().r.get()[at];
    });
    products_.take_r(iterate_.r.get());
}

// Marks the best pair of each cell of whose mass too little is on marked pairs.
void BackendActive::keep_support() {
    const std::size_t kp = layout_.ky, ld = all_.layout().ld;
    const IterateCpu<double>& all = all_.iterate();
    const double* const r = all.r.get();
    const double* const a = iterate_.a.get();
    const double* const b = iterate_.bt.get();
    double* const of_rows = products_of_rows_.get();
    double* const of_columns = products_of_columns_.get();
    products_.for_blocks_and_sum_columns(r, a, of_columns, [&](std::size_t, Block rows) {
        products_.multiply_rows(rows, b, of_rows);
    });
    bool added = false;
    for (std::size_t i = 0; i < layout_.k1; ++i)
        for (std::size_t y = 0; y < ky_; ++y) {
            const std::size_t k = i * kp + y;
            if (!(p1y_[k] > 0.0) || a[k] * of_rows[k] >= kSupport * p1y_[k])
                continue;
            const double* const bt = all.bt.get() + y * ld;
            std::size_t best = 0;
            for (std::size_t j = 1; j < layout_.k2; ++j)
                if (r[i * ld + j] * bt[j] > r[i * ld + best] * bt[best])
                    best = j;
            alive_[i * ld + best] = 1;
            added = true;
        }
    for (std::size_t j = 0; j < layout_.k2; ++j)
        for (std::size_t y = 0; y < ky_; ++y) {
            const std::size_t k = j * kp + y;
            if (!(p2y_[k] > 0.0) || b[k] * of_columns[k] >= kSupport * p2y_[k])
                continue;
            std::size_t best = 0;
            for (std::size_t i = 1; i < layout_.k1; ++i)
                if (r[i * ld + j] * a[i * kp + y] > r[best * ld + j] * a[best * kp + y])
                    best = i;
            alive_[best * ld + j] = 1;
            added = true;
        }
    if (added)
        take_pairs();
}

// Back to all pairs, for good.
void BackendActive::leave() {
    pruned_ = false;
    IterateCpu<double>& all = all_.iterate();
    give_factors();
    for_pairs([&](std::size_t k, std::size_t at) {
        all.x.get()[at] = iterate_.x.get()[k];
        all.x_prev.get()[at] = iterate_.x_prev.get()[k];
    });
    const double least = std::log(kReturnAll / static_cast<double>(layout_.k1 * layout_.k2));
    for (std::size_t at = 0; at < all_.layout().pairs(); ++at)
        if (alive_[at] == 0)
            all.x_prev.get()[at] = all.x.get()[at] = std::max(all.x.get()[at], least);
    all_.resume();
}

} // namespace fourfold
