# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T) of counts by stratum: that of the rows, of any number of them."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.tables import drawn


def counted(x1, x2, y, t):
    return {
        name: ff.Counts.from_labels(x1[t == name], x2[t == name], y[t == name])
        for name in np.unique(t)[::-1].tolist()
    }


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"n_resamples": 30},
        {"bias_correction": "none"},
        {"bias_correction": "linear", "random_state": 3},
        {"bias_correction": "shuffle", "n_resamples": 25},
    ],
)
def test_counts_by_stratum_are_decomposed_as_their_rows(rows, options):
    """To the bit, in whatever order the strata are given."""
    found = ff.conditional_pid(*rows[:3], given=rows[3], **options)
    assert ff.conditional_pid(counted(*rows), **options).to_dict() == found.to_dict()
    order = np.random.default_rng(0).permutation(600)
    x1, x2, y, t = (column[order] for column in rows)
    assert ff.conditional_pid(x1, x2, y, given=t, **options).to_dict() == found.to_dict()


def test_states_of_strata_are_united(rng):
    """Of names, of which the strata have others."""
    x1 = np.array(["a", "b", "c"])[
        np.r_[rng.integers(2, size=300), rng.integers(1, 3, size=300)]
    ]
    x2, y = rng.integers(2, size=(2, 600))
    y = np.where(rng.random(600) < 0.7, (x1 == "b") ^ x2, y)
    t = np.repeat(["p", "q"], 300)
    found = ff.conditional_pid(x1, x2, y, given=t)
    parts = counted(x1, x2, y, t)
    assert [part.shape for part in parts.values()] == [(2, 2, 2)] * 2
    again = ff.conditional_pid(parts)
    assert again.to_dict() == found.to_dict()
    assert again.by_stratum[0].coupling().shape == (3, 2, 2)


@ignore_undersampled
def test_small_strata_are_pooled_as_rows_are(rows):
    x1, x2, y, t = rows
    t = np.where(np.arange(600) < 40, np.arange(600) % 4 + 10, t)
    found = ff.conditional_pid(x1, x2, y, given=t)
    assert found.pooled == ("10", "11", "12", "13")
    assert ff.conditional_pid(counted(x1, x2, y, t)).to_dict() == found.to_dict()
    with pytest.raises(ValueError, match="x1: none of its 3 values has enough rows"):
        ff.conditional_pid(counted(*rows), min_samples=500)


@pytest.mark.parametrize("n_resamples", [0, 40])
def test_errors_of_many_samples_are_those_of_few_but_smaller(rng, n_resamples):
    """By the square root of how many there are; of 4e9 each cell is halved by itself."""
    truth = rng.dirichlet(np.full(3 * 4 * 3 * 2, 3.0)).reshape(3, 4, 3, 2)
    errors = []
    for n in (4 * 10**5, 4 * 10**9):
        table = rng.multinomial(n, truth.ravel()).reshape(truth.shape)
        parts = {k: ff.Counts.from_table(table[..., k]) for k in range(2)}
        found = ff.conditional_pid(parts, n_resamples=n_resamples, tol=1e-7).result
        assert found.n_samples == n
        errors.append(found.standard_error)
        exact = sum(
            truth[..., k].sum() * np.array(ff.decompose(truth[..., k], tol=1e-9).atoms)
            for k in range(2)
        )
        off = np.abs(np.subtract(found.atoms, exact))
        error = np.hypot(found.standard_error, found.confidence_interval.bias_error)
        assert (off <= 3.5 * error + found.gap).all()
    ratio = np.divide(*errors) / 100
    np.testing.assert_allclose(ratio, 1, atol=0.05 if n_resamples == 0 else 0.5)


def test_means_of_counts_can_be_compared(rng):
    truth = rng.dirichlet(np.full(16, 2.0)).reshape(2, 2, 2, 2)
    found = [ff.conditional_pid(counted(*drawn(truth, 4000, rng))).result for _ in range(2)]
    assert min(ff.compare(*found).pvalue) > 0.001


def test_a_wrong_mixture_is_refused(rows):
    x1, x2, y, t = rows
    parts = counted(*rows)
    for call, message in (
        (
            lambda: ff.conditional_pid(parts, given=t),
            "given: counts by stratum are given as x1",
        ),
        (lambda: ff.conditional_pid(parts, x2, y), "x2: counts by stratum"),
        (lambda: ff.conditional_pid(parts, estimator="kmeans"), "estimator: counts by stratum"),
        (
            lambda: ff.conditional_pid(parts[0]),
            "x1: expected columns of labels, or .*got Counts",
        ),
        (
            lambda: ff.conditional_pid(x1, x2, y, given=parts),
            "given: expected columns.*got dict",
        ),
        (lambda: ff.conditional_pid(x1, x2, given=t), "y: expected labels as for x1, got None"),
        (
            lambda: ff.conditional_pid({"a": x1}),
            r"x1\['a'\]: expected a fourfold.Counts, got ndarray",
        ),
    ):
        with pytest.raises(TypeError, match=message):
            call()
    weighted = ff.Counts.from_labels(x1, x2, y, weights=np.linspace(0.5, 1, 600))
    for given, message in (
        ({}, r"x1: expected counts by stratum, .*got none"),
        ({"a": ff.Counts()}, r"x1\['a'\]: holds no samples; leave such strata out"),
        ({"a": weighted}, r"x1\['a'\]: holds weights .*decompose each by fourfold.pid"),
        ({"a": parts[0], 1: parts[1]}, "x1: labels must be of one kind, .* got int, str"),
        ({0.5: parts[0]}, "x1: labels must be integers or strings"),
        (parts | {9: ff.Counts.from_labels(["a"], [0], [0])}, "x1"),
    ):
        with pytest.raises((ValueError, TypeError), match=message):
            ff.conditional_pid(given)
