# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rank correlations and their exact p-values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from fourfold.workflows.ablation.correlation import adjusted, rank_correlations


def test_correlations_and_exact_pvalues_are_those_of_scipy(rng):
    x = np.array([[1.0, 3, 0, 1, 3], [2, 2, 2, 1, 5]])  # with ties
    y = np.vstack([rng.standard_normal((2, 5)), [1, 1, 0, 1, 1]])
    rho, pvalue = rank_correlations(x, y, rng)
    for i, k in np.ndindex(2, 3):
        assert rho[i, k] == pytest.approx(stats.spearmanr(x[i], y[k]).statistic)
        exact = stats.permutation_test(
            (y[k],),
            lambda values, i=i: stats.spearmanr(x[i], values).statistic,
            permutation_type="pairings",
        )
        every = np.abs(exact.null_distribution) >= abs(rho[i, k]) - 1e-9
        assert len(every) == 120
        assert pvalue[i, k] == pytest.approx(every.mean())


def test_known_ranks(rng):
    x = np.array([[1.0, 2, 3, 4, 5]])
    y = np.array([[10.0, 20, 30, 40, 50], [5, 4, 3, 2, 1], [1, 2, 3, 5, 4]])
    rho, pvalue = rank_correlations(x, y, rng)
    np.testing.assert_allclose(rho, [[1, -1, 0.9]])
    np.testing.assert_allclose(pvalue, [[2 / 120, 2 / 120, 10 / 120]])


def test_rounding_breaks_no_tie(rng):
    x = np.array([[0.3, 0.1 + 0.2, 0.5, 0.7]])
    assert x[0, 0] != x[0, 1]
    y = np.array([[2.0, 1, 3, 4]])
    rho, _ = rank_correlations(x, y, rng)
    assert rho[0, 0] == pytest.approx(stats.spearmanr([1, 1, 2, 3], y[0]).statistic)


def test_pvalues_of_many_cases_are_drawn(rng):
    x = np.arange(30.0)[None]
    y = np.vstack([x, rng.standard_normal((40, 30))])
    rho, pvalue = rank_correlations(x, y, rng)
    assert pvalue[0, 0] == 1 / 10000
    expected = stats.spearmanr(x[0], y[1]).pvalue
    assert pvalue[0, 1] == pytest.approx(expected, abs=0.03)
    assert rho.shape == pvalue.shape == (1, 41)


def test_constants_and_few_cases_have_no_correlation(rng):
    y = rng.standard_normal((1, 5))
    x = np.vstack([np.ones(5), y[0], [np.nan, 1, 2, 3, 4]])
    rho, pvalue = rank_correlations(x, y, rng)
    np.testing.assert_array_equal(np.isnan(rho[:, 0]), [True, False, True])
    np.testing.assert_array_equal(np.isnan(pvalue), np.isnan(rho))
    few, _ = rank_correlations(y[:, :3], y[:, :3], rng)
    assert np.isnan(few).all()
    got = adjusted(np.array([[0.01, np.nan], [0.04, 0.03]]))
    np.testing.assert_allclose(got, [[0.03, np.nan], [0.04, 0.04]])
