# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T): corrections of means over strata, and their intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fourfold as ff
from fourfold.counts.cells import Cells
from fourfold.counts.samples import read_samples
from fourfold.inference.halves import RandomHalves
from fourfold.solve import backends
from fourfold.solve.options import SolverOptions
from fourfold.workflows.conditional.counted import parted
from fourfold.workflows.conditional.halves import atoms_of_halves, atoms_of_halves_of_rows
from fourfold.workflows.conditional.strata import grouped
from tests.support.marks import ignore_undersampled
from tests.support.tables import drawn

TOL = 1e-7
PLAIN: dict[str, Any] = {"bias_correction": "none", "confidence_level": None, "tol": TOL}


@pytest.mark.parametrize("correction", ["auto", "chao", "linear", "shuffle", "qe"])
def test_corrections_are_means_too(rows, correction):
    x1, x2, y, t = rows
    found = ff.conditional_pid(x1, x2, y, given=t, bias_correction=correction)
    plain = ff.conditional_pid(x1, x2, y, given=t, bias_correction="none", tol=1e-6)
    result = found.result
    parts = np.array([part.atoms for part in found.by_stratum])
    np.testing.assert_allclose(result.atoms, found.weights @ parts, atol=1e-12)
    assert result.bias_correction == ("chao" if correction == "auto" else correction)
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    np.testing.assert_allclose(
        np.add(result.atoms, result.bias), plain.result.atoms, atol=result.gap + 1e-5
    )
    assert result.synergy < plain.result.synergy - 0.003


@ignore_undersampled
def test_intervals_hold_the_truth():
    """60 data sets: fewer than 51 of 60 would happen once in 300 at a level of 95 %.

    Nor may they hold it by being wide: at most twice what the estimates scatter.
    """
    rng = np.random.default_rng(5)
    truth = rng.gamma(0.6, size=(3, 3, 2, 3)) * np.array([3, 2, 1])
    truth /= truth.sum()
    exact = sum(
        part.sum() * np.array(ff.decompose(part, tol=1e-8).atoms)
        for part in np.moveaxis(truth, 3, 0)
    )
    held, widths, estimates = np.zeros(4), [], []
    for seed in range(60):
        x1, x2, y, t = drawn(truth, 500, rng)
        interval = ff.conditional_pid(
            x1, x2, y, given=t, n_resamples=40, random_state=seed
        ).result.confidence_interval
        held += (interval.low <= exact) & (exact <= interval.high)
        widths.append(np.subtract(interval.high, interval.low))
        estimates.append(interval.estimate)
    assert held.min() >= 51
    scatter = 2 * 1.96 * np.std(estimates, axis=0, ddof=1)
    assert (np.mean(widths, axis=0) <= 2 * scatter).all()
    assert (np.mean(widths, axis=0) >= 0.8 * scatter).all()


def test_intervals_take_account_of_the_shares(rng):
    """Where T is one, y is x1, else it is nothing: U1 is as uncertain as the share of that."""
    n = 1000
    x1, x2, t = rng.integers(2, size=(3, n))
    y = np.where(t == 1, x1, 0)
    interval = ff.conditional_pid(
        x1, x2, y, given=t, n_resamples=200
    ).result.confidence_interval
    error = (interval.high.unique1 - interval.low.unique1) / (2 * 1.96)
    assert error == pytest.approx(np.sqrt(0.25 / n), rel=0.25)


@ignore_undersampled
def test_halves_that_miss_a_stratum_count_it_for_nothing(rows):
    """The first stratum is a single row, and in about half of the halves."""
    x1, x2, y, _ = (column[:101] for column in rows)
    y = np.eye(y.max() + 1)[y] * 0.9 + 0.1 / (y.max() + 1)  # halves of probabilities stay as is
    t = np.r_[0, np.repeat([1, 2], 50)]
    options = SolverOptions.checked(
        tol=TOL, max_iter=20_000, num_threads=1, dtype="float64", device="cpu"
    )
    samples = read_samples(x1, x2, y)
    strata = grouped(["a", "b", "c"], [1, 50, 50], (), ("given", "", "")).with_rows(t)
    found = atoms_of_halves_of_rows(samples, strata, 25, np.random.default_rng(2), options)
    assert found.atoms.shape == (25, 4)
    assert set(found.sizes.tolist()) == {50}
    again = RandomHalves(101, 25, np.random.default_rng(2))
    missing = 0
    for row, chosen in zip(found.atoms, again, strict=True):
        missing += 0 not in t[chosen]
        parts = [chosen[t[chosen] == k] for k in np.unique(t[chosen])]
        expected = sum(
            len(part) / 50 * np.array(ff.pid(x1[part], x2[part], y[part], **PLAIN).atoms)
            for part in parts
        )
        np.testing.assert_allclose(row, expected, rtol=0, atol=2e-3)  # solved loosely
    assert 5 < missing < 20
    assert found.checksum == again.drawn


def test_halves_are_drawn_of_the_cells_of_all_strata_together(rows):
    """By the sizes that a half has in each stratum, which scatter as those of halves of rows."""
    x1, x2, y, t = rows
    strata, parts = parted(read_samples(x1, x2, y), t, 32)
    options = SolverOptions.checked(
        tol=TOL, max_iter=20_000, num_threads=1, dtype="float64", device="cpu"
    )
    drawn = []

    def seen(self, counts):
        drawn.append(counts)
        return tallies_of(self, counts)

    tallies_of = Cells.tallies_of
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Cells, "tallies_of", seen)
        found = atoms_of_halves(parts, 400, np.random.default_rng(2), options)
    assert found.atoms.shape == (400, 4)
    assert set(found.sizes.tolist()) == {300}
    sizes = np.array(
        [np.concatenate([one.sum(1) for one in drawn[k::3]]) for k in range(len(parts))]
    )
    assert (sizes.sum(0) == 300).all()
    # hypergeometric, of N / 2 of the N rows; five standard errors of a variance
    share = strata.weights
    expected = 600 * share * (1 - share) / 4 * 600 / 599
    np.testing.assert_allclose(
        sizes.mean(1), 300 * share, atol=5 * np.sqrt(expected.max() / 400)
    )
    np.testing.assert_allclose(sizes.var(1), expected, rtol=5 * np.sqrt(2 / 400))
    # the four atoms of a half add up to what its strata inform, weighted by their sizes in it
    joint = np.array(
        [
            np.concatenate(
                [part.tallies_of(one).estimates().chao.mi_joint for one in drawn[k::3]]
            )
            for k, part in enumerate(parts)
        ]
    )
    np.testing.assert_allclose(found.atoms.sum(1), (sizes * joint).sum(0) / 300, atol=1e-12)


def test_a_half_without_a_stratum_counts_it_for_nothing(rng):
    """Of a stratum of one sample, in about half of the halves."""
    shape = (2, 2, 2)
    every = np.arange(8)
    parts = [
        Cells(every, np.full(8, 6), shape),
        Cells(np.array([5]), np.array([1]), shape),
    ]
    options = SolverOptions.checked(
        tol=TOL, max_iter=20_000, num_threads=1, dtype="float64", device="cpu"
    )
    found = atoms_of_halves(parts, 200, rng, options)
    alone = atoms_of_halves(parts[:1], 200, rng, options)
    assert np.isfinite(found.atoms).all()
    assert found.atoms.std() == pytest.approx(alone.atoms.std(), rel=0.2)


def test_the_seed_decides(rows):
    x1, x2, y, t = rows
    one, other, third = (
        ff.conditional_pid(
            x1, x2, y, given=t, n_resamples=25, bias_correction="auto", random_state=k
        )
        for k in (1, np.random.default_rng(1), 2)
    )
    assert one.to_dict() == other.to_dict()
    assert one.result.atoms != third.result.atoms
    # however many halves, the correction is the same
    more = ff.conditional_pid(
        x1, x2, y, given=t, n_resamples=30, bias_correction="auto", random_state=1
    )
    assert more.result.atoms == one.result.atoms
    plain = ff.conditional_pid(
        x1, x2, y, given=t, n_resamples=25, bias_correction="none", random_state=1
    ).result
    assert plain.atoms == one.result.plug_in
    assert (
        plain.atoms
        == ff.conditional_pid(x1, x2, y, given=t, bias_correction="none").result.atoms
    )
    assert plain.bias_correction == "none"
    np.testing.assert_allclose(plain.bias, one.result.bias, atol=2e-4)


def test_two_of_the_same_rows_can_be_compared(rows, rng):
    x1, x2, y, t = rows
    noisy = np.where(rng.random(600) < 0.4, 1 - x1, x1)
    a, b = (ff.conditional_pid(x, x2, y, given=t, n_resamples=50).result for x in (x1, noisy))
    found = ff.compare(a, b)
    assert found.low.unique1 > 0
    assert found.pvalue.unique1 == pytest.approx(1 / 51)  # of 50 halves none can be less
    assert ff.compare(a, a).pvalue == (1, 1, 1, 1)
    # and with what there is without the condition
    assert ff.compare(a, ff.pid(x1, x2, y, n_resamples=50)).low.unique1 > 0
    # of other halves of the same rows, too
    other = ff.conditional_pid(x1, x2, y, given=t, n_resamples=51, random_state=1).result
    assert min(ff.compare(a, other).pvalue) > 0.2
    assert ff.compare(other, b).low.unique1 > 0


def test_few_samples_cannot_be_corrected():
    columns = [[0, 1] * 3] * 3
    for options in ({"bias_correction": "chao"}, {"n_resamples": 25}):
        with pytest.raises(ValueError, match=r"n_resamples: .* at least 8 samples, got 6"):
            ff.conditional_pid(*columns, given=[0] * 6, **options)
    found = ff.conditional_pid(*columns, given=[0] * 6)
    assert found.result.redundancy == pytest.approx(1)
    assert found.result.bias_correction == "none"
    assert found.result.confidence_interval is None


@ignore_undersampled
@pytest.mark.parametrize("bias_correction", ["none", "auto"])
@pytest.mark.parametrize("n_resamples", [0, 25])
def test_plain_tables_are_solved_once(rows, monkeypatch, bias_correction, n_resamples):
    x1, x2, y, t = rows
    solved = []

    def count_tables(p1y, *others):
        solved.append(len(p1y))
        return solve_many(p1y, *others)

    solve_many = backends.solve_many
    monkeypatch.setattr(backends, "solve_many", count_tables)
    found = ff.conditional_pid(
        x1, x2, y, given=t, bias_correction=bias_correction, n_resamples=n_resamples
    )
    # halves have one shape, and go another way
    assert solved == [len(found.strata)]
