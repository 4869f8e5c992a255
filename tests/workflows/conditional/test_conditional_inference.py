# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T): corrections of means over strata, and their intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fourfold as ff
from fourfold.counts.samples import read_samples
from fourfold.inference.intervals import RandomHalves
from fourfold.solve import backends
from fourfold.solve.options import SolverOptions
from fourfold.workflows.conditional.halves import atoms_of_halves
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
            x1, x2, y, given=t, n_resamples=40, rng=seed
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
    found, again = (RandomHalves(101, 25, np.random.default_rng(2)) for _ in range(2))
    atoms = atoms_of_halves(read_samples(x1, x2, y), t, found, 25, options)
    assert atoms.shape == (25, 4)
    missing = 0
    for row, chosen in zip(atoms, again, strict=True):
        missing += 0 not in t[chosen]
        parts = [chosen[t[chosen] == k] for k in np.unique(t[chosen])]
        expected = sum(
            len(part) / 50 * np.array(ff.pid(x1[part], x2[part], y[part], **PLAIN).atoms)
            for part in parts
        )
        np.testing.assert_allclose(row, expected, rtol=0, atol=2e-3)  # solved loosely
    assert 5 < missing < 20
    assert found.drawn == again.drawn


def test_the_seed_decides(rows):
    x1, x2, y, t = rows
    one, other, third = (
        ff.conditional_pid(x1, x2, y, given=t, n_resamples=25, bias_correction="auto", rng=k)
        for k in (1, np.random.default_rng(1), 2)
    )
    assert one.to_dict() == other.to_dict()
    assert one.result.atoms != third.result.atoms
    # however many halves, the correction is the same
    more = ff.conditional_pid(x1, x2, y, given=t, n_resamples=30, bias_correction="auto", rng=1)
    assert more.result.atoms == one.result.atoms
    plain = ff.conditional_pid(
        x1, x2, y, given=t, n_resamples=25, bias_correction="none", rng=1
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
    assert found.pvalue.unique1 < 1e-3
    assert ff.compare(a, a).pvalue == (1, 1, 1, 1)
    # and with what there is without the condition
    assert ff.compare(a, ff.pid(x1, x2, y, n_resamples=50)).low.unique1 > 0
    for changes in ({"rng": 1}, {"n_resamples": 51}):
        other = ff.conditional_pid(x1, x2, y, given=t, **({"n_resamples": 50} | changes))
        with pytest.raises(ValueError, match="a and b were resampled differently"):
            ff.compare(a, other.result)


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
