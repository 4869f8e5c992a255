# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Scatters of folds, and draws of them."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.gaussian.scatters import deal_rows
from fourfold.gaussian.wishart import wishart_draws

SIZES = (1, 1, 2)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def residual(rows, given):
    fit = np.ones((len(rows), 1)) if given is None else np.c_[np.ones(len(rows)), given]
    return rows - fit @ np.linalg.lstsq(fit, rows, rcond=None)[0]


@pytest.mark.parametrize(("n", "columns"), [(40, 0), (40, 3), (9, 5), (1000, 1)])
def test_folds_add_up_to_what_is_left_of_the_fit(rng, n, columns):
    rows = rng.standard_normal((2, n, 4)) @ rng.standard_normal((4, 4)) + 3
    given = rng.standard_normal((n, columns)) + rows[0, :, :1] if columns else None
    dealt = deal_rows(rows, SIZES, generator=rng, given=given, n_folds=4)
    assert dealt.scatters.total == n - 1 - columns
    for layer in range(2):
        left = residual(rows[layer], given)
        np.testing.assert_allclose(dealt.residual[layer], left, atol=1e-11)
        np.testing.assert_allclose(dealt.scatters.whole()[layer], left.T @ left, atol=1e-9)
    assert (np.bincount(dealt.folds, minlength=4) >= dealt.scatters.degrees).all()


def test_folds_of_gaussian_rows_are_independent_draws_of_one_wishart(rng):
    """Means, variances and correlations of entries of 4000 samples of 12 rows, T of two columns."""
    root = np.array([[1.0, 0, 0, 0], [0.5, 1, 0, 0], [0.2, -0.4, 1, 0], [0.7, 0, 0.3, 1]])
    rows = rng.standard_normal((4000, 12, 4)) @ root.T
    given = rng.standard_normal((4000, 12, 2))
    scatters = deal_rows(rows, SIZES, generator=rng, given=given, n_folds=3).scatters
    assert scatters.degrees.tolist() == [3, 3, 3]
    cov = root @ root.T
    expected = 3 * (cov**2 + np.outer(cov.diagonal(), cov.diagonal()))
    np.testing.assert_allclose(scatters.scatter.mean(0), np.stack([3 * cov] * 3), atol=0.25)
    for fold in range(3):
        np.testing.assert_allclose(scatters.scatter[:, fold].var(0), expected, rtol=0.15)
    entries = scatters.scatter[..., 3, 0]
    np.testing.assert_allclose(np.corrcoef(entries.T), np.eye(3), atol=0.06)


def test_joined_folds_are_sums_of_neighbours(rng):
    scatters = deal_rows(rng.standard_normal((50, 4)), SIZES, generator=rng).scatters
    joined = scatters.joined(5)
    assert joined.total == 49
    assert joined.scatter.shape == (5, 4, 4)
    np.testing.assert_allclose(joined.whole(), scatters.whole())
    np.testing.assert_allclose(joined.scatter[0], scatters.scatter[:4].sum(0))
    others = joined.others()
    np.testing.assert_allclose(others.scatter[2] + joined.scatter[2], joined.whole())
    np.testing.assert_array_equal(others.degrees + joined.degrees, [49] * 5)


@pytest.mark.parametrize("degrees", [2, 5])
def test_draws_have_the_moments_of_a_wishart(rng, degrees):
    """Mean n C and variances n (C_ij^2 + C_ii C_jj); with fewer degrees than columns, too."""
    cov = np.array([[2, 0.5, 0.1], [0.5, 1, 0.3], [0.1, 0.3, 1]])
    drawn = wishart_draws(cov, np.array([degrees, 7]), (1, 1, 1), 20000, rng)
    assert drawn.scatter.shape == (20000, 2, 3, 3)
    first = drawn.scatter[:, 0]
    np.testing.assert_allclose(first.mean(0), degrees * cov, rtol=0.03, atol=0.03)
    expected = degrees * (cov**2 + np.outer(cov.diagonal(), cov.diagonal()))
    np.testing.assert_allclose(first.var(0), expected, rtol=0.06)
    assert np.linalg.matrix_rank(first[0]) == min(degrees, 3)


def test_draws_of_a_batch_are_of_each(rng):
    cov = np.stack([np.eye(3), 9 * np.eye(3)])
    drawn = wishart_draws(cov, np.array([4, 4]), (1, 1, 1), 3000, rng)
    assert drawn.scatter.shape == (3000, 2, 2, 3, 3)
    means = drawn.whole().mean(0)[:, range(3), range(3)]
    np.testing.assert_allclose(means, [[8] * 3, [72] * 3], rtol=0.05)
