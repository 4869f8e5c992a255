# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unique informations by directions of other rows."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.cross_fitted_unique import cross_fitted
from fourfold.gaussian.scatters import Scatters
from fourfold.gaussian.wishart import wishart_draws
from tests.support.gaussians import of_channels, random_covariance


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def folds_of(n, number=16):
    return np.array([len(part) for part in np.array_split(np.arange(n - 1), number)])


EQUAL = of_channels(np.sqrt(0.2) * np.eye(10), np.sqrt(0.2) * np.eye(10))
MIXED = of_channels(
    np.diag(np.sqrt([0.8] * 5 + [0.2] * 5)), np.diag(np.sqrt([0.2] * 5 + [0.4] * 5))
)


def test_no_bits_of_sources_that_are_alike(rng):
    """Ten columns alike: the samples' covariance has .4 bits in each of U1 and U2 at 480 rows."""
    drawn = wishart_draws(EQUAL, folds_of(480), (10, 10, 10), 60, rng)
    found = cross_fitted(drawn)
    exact = closed_form(drawn.whole() / drawn.total, (10, 10, 10))
    assert exact.unique1.mean() > 0.35
    error = found.unique1.std() / np.sqrt(60)
    assert found.unique1.mean() == pytest.approx(0, abs=4 * error)
    assert found.unique2.mean() == pytest.approx(0, abs=4 * error)
    assert error < 0.02


def test_most_bits_of_sources_that_differ(rng):
    exact = closed_form(MIXED, (10, 10, 10))
    for n, off in ((480, 0.1), (4000, 0.03)):
        found = cross_fitted(wishart_draws(MIXED, folds_of(n), (10, 10, 10), 40, rng))
        assert found.extrapolated
        assert found.unique1.mean() == pytest.approx(exact.unique1, abs=off)
        assert found.unique2.mean() == pytest.approx(exact.unique2, abs=off)


def test_a_direction_that_is_known_is_measured_without_bias(rng):
    """32 rows, of which X2 takes 9: log dets of halves are low by .02 and .11 bits."""
    cov, sizes = of_channels([[3.0]], np.full((9, 1), 0.1)), (1, 9, 1)
    found = cross_fitted(wishart_draws(cov, np.full(16, 2), sizes, 2000, rng))
    exact = closed_form(cov, sizes)
    error = found.unique1.std() / np.sqrt(2000)
    assert error < 0.008
    assert found.unique1.mean() == pytest.approx(exact.unique1, abs=3 * error)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (4, 2, 3), (1, 3, 5)])
def test_the_population_is_its_own_limit(rng, sizes):
    """Scatters that are the covariance itself, of nearly infinitely many degrees."""
    cov = random_covariance(rng, sizes)
    degrees = np.full(16, 10**9)
    found = cross_fitted(Scatters(cov * degrees[:, None, None], degrees, sizes))
    exact = closed_form(cov, sizes)
    np.testing.assert_allclose(
        [found.unique1, found.unique2], [exact.unique1, exact.unique2], atol=1e-7
    )
    assert found.plug_in_of_halves == pytest.approx(exact.unique1 + exact.unique2, abs=1e-7)


def test_slopes_are_those_of_the_rows_that_are_measured_on(rng):
    """A fold moved a little, that no direction was chosen by: the halves' directions are kept."""
    sizes = (2, 3, 2)
    cov = random_covariance(rng, sizes)
    drawn = wishart_draws(cov, folds_of(4001), sizes, 1, rng)
    found = cross_fitted(drawn)
    # each fold measures in half of the halves; of all rows the mean of the quadratic forms is d
    for source, part in ((0, slice(0, 2)), (1, slice(2, 5))):
        whole = drawn.whole()[0] / drawn.total
        left = whole[5:, 5:] - whole[5:, part] @ np.linalg.solve(
            whole[part, part], whole[part, 5:]
        )
        mean = found.slopes[0].mean(0)[source]
        trace = np.trace(mean @ left)
        told = closed_form(cov, sizes).eigenvalues
        way = -1 if source == 0 else 1
        expected = way * ((told > 1).sum() - (told < 1).sum())
        assert trace == pytest.approx(expected, abs=0.1)
    np.testing.assert_allclose(found.slopes, found.slopes.swapaxes(-1, -2), atol=1e-12)


def test_swapped_sources_swap_what_is_unique(rng):
    sizes = (2, 3, 4)
    drawn = wishart_draws(random_covariance(rng, sizes), folds_of(300), sizes, 3, rng)
    order = [2, 3, 4, 0, 1, 5, 6, 7, 8]
    swapped = Scatters(drawn.scatter[..., order, :][..., order], drawn.degrees, (3, 2, 4))
    one, other = cross_fitted(drawn), cross_fitted(swapped)
    np.testing.assert_allclose(one.unique1, other.unique2, atol=1e-9)
    np.testing.assert_allclose(one.slopes, other.slopes[:, :, ::-1], atol=1e-6)


def test_quarters_and_halves_that_are_too_small(rng):
    sizes = (3, 3, 3)
    cov = random_covariance(rng, sizes)
    assert cross_fitted(wishart_draws(cov, folds_of(18), sizes, 2, rng)) is None
    assert not cross_fitted(wishart_draws(cov, folds_of(30), sizes, 2, rng)).extrapolated
    assert cross_fitted(wishart_draws(cov, folds_of(60), sizes, 2, rng)).extrapolated


def test_large_batches_are_worked_on_in_parts(rng, monkeypatch):
    sizes = (2, 1, 2)
    drawn = wishart_draws(random_covariance(rng, sizes), folds_of(80), sizes, 7, rng)
    whole = cross_fitted(drawn)
    monkeypatch.setattr("fourfold.gaussian.cross_fitted_unique._BYTES", 8 * 25 * 16 * 3)
    for one, other in zip(whole, cross_fitted(drawn), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
