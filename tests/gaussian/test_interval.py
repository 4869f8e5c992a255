# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Estimates and intervals of populations whose atoms are known."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.from_covariance import atoms_of_closed_form
from fourfold.gaussian.influence import RowBits
from fourfold.gaussian.interval import errors_of_draws
from fourfold.gaussian.wishart import wishart_draws
from tests.support.gaussians import of_channels

pytestmark = pytest.mark.filterwarnings("ignore::fourfold.GaussianFitWarning")

DRAWS = 60
HALF = [0.8] * 5 + [0.2] * 5
SYSTEMS = {
    "equal": (np.sqrt(0.2) * np.eye(10), np.sqrt(0.2) * np.eye(10)),
    "mixed": (np.diag(np.sqrt(HALF)), np.diag(np.sqrt([0.2] * 5 + [0.4] * 5))),
    "nothing": (np.zeros((10, 10)), np.zeros((10, 10))),
    "wide": (np.sqrt(0.4) * np.eye(6), np.sqrt(0.4) * np.eye(6)),
    "little": (np.array([[0.25]]), np.array([[0.25]])),
    "apart": (3 * np.eye(2), 0.3 * np.eye(2)),
    "strong": (4 * np.eye(3), 4 * np.array([[1.2, 1.6, 0], [-0.8, 0.6, 0], [0, 0, 0.4]])),
    "one": (np.array([[1.0, 0.0]]), np.array([[0.7, 0.0], [0.0, 0.1], [0.2, 0.2]])),
}


def drawn(name, n, *, layers=DRAWS, **options):
    """The result of samples as layers, and the population's atoms."""
    gains1, gains2 = SYSTEMS[name]
    cov = of_channels(gains1, gains2)
    sizes = (len(gains1), len(gains2), gains1.shape[1])
    rows = np.random.default_rng(7).standard_normal((layers, n, len(cov)))
    rows = rows @ np.linalg.cholesky(cov).T
    parts = np.split(rows, np.cumsum(sizes)[:2], axis=-1)
    result = ff.gaussian_pid(*parts, check_dependence=False, **options)
    return result, np.array(atoms_of_closed_form(closed_form(cov, sizes)), dtype=float)


def covered(result, truth):
    interval = result.confidence_interval
    low, high = (np.stack(end, 1) for end in (interval.low, interval.high))
    return ((low <= truth + 1e-9) & (truth <= high + 1e-9)).mean(0)


@pytest.mark.parametrize(
    ("name", "n", "off"),
    [
        ("equal", 480, [0.08, 0.08, 0.08, 0.08]),
        ("mixed", 480, [0.1, 0.1, 0.1, 0.1]),
        ("nothing", 120, [0.08, 0.1, 0.1, 0.1]),
        ("one", 60, [0.06, 0.06, 0.06, 0.06]),
    ],
)
def test_means_are_near_and_nine_of_ten_intervals_cover(name, n, off):
    """Nominal 95 %: 9 in 10 of 60 draws, three standard errors below, is less than 92 %."""
    result, truth = drawn(name, n)
    means = np.array([atom.mean() for atom in result.atoms])
    assert (abs(means - truth) < off).all(), means - truth
    assert (covered(result, truth) >= 0.88).all()
    assert (result.unique1 >= 0).all()
    assert (result.unique2 >= 0).all()


def test_sources_alike_have_far_fewer_bits_than_the_covariance_says():
    result, _ = drawn("equal", 480)
    assert result.plug_in.unique1.mean() > 0.35
    assert result.unique1.mean() < 0.08
    # the kink: the interval still reaches to what may be
    assert result.confidence_interval.kink.mean() > 0.1
    np.testing.assert_array_equal(result.kink, result.confidence_interval.kink)


@pytest.mark.parametrize(("name", "n"), [("equal", 80), ("one", 100)])
def test_draws_of_wisharts_cover_too(name, n):
    result, truth = drawn(name, n, layers=16, n_resamples=30, copula=False)
    assert (covered(result, truth) >= 0.85).all()
    interval = result[3].confidence_interval
    assert interval.method == "wishart"
    assert interval.replicates.shape == (30, 4)
    np.testing.assert_allclose(interval.replicates.mean(0), interval.estimate, atol=1e-12)


def test_few_bits_have_intervals_that_reach_up_to_them():
    """Where next to nothing is found errors are next to nothing, too: 4 in 5 covered."""
    result, truth = drawn("little", 60, layers=150, copula=False)
    assert 0 < truth[3] < 0.05
    assert (covered(result, truth) >= 0.93).all()


def test_no_interval_is_above_zero_where_the_covariance_has_nothing_unique():
    result, _ = drawn("apart", 40, layers=60, copula=False, confidence_level=0.5)
    nothing = result.plug_in.unique2 <= 1e-9
    assert nothing.sum() > 50
    assert (result.confidence_interval.low.unique2[nothing] <= 0).all()


def test_draws_and_rows_have_errors_of_one_size():
    by_rows, _ = drawn("mixed", 480, layers=1)
    by_draws, _ = drawn("mixed", 480, layers=1, n_resamples=100)
    for one, other in zip(by_rows.standard_error, by_draws.standard_error, strict=True):
        np.testing.assert_allclose(one, other, rtol=0.35)


def test_errors_of_few_rows_are_those_of_the_degrees_that_are_left():
    """Of 30 rows for 18 columns, where as many rows as there are would give .82 and .67 of them."""
    result, _ = drawn("wide", 30, layers=150, copula=False)
    for atom, least in (("redundancy", 0.9), ("synergy", 0.75)):
        errors = getattr(result.standard_error, atom)
        assert np.sqrt((errors**2).mean()) > least * getattr(result, atom).std()


def test_where_no_direction_is_confirmed_the_interval_has_the_plug_in():
    """D + 2 rows and more: nothing is silently wrong."""
    for n in (8, 10, 12):
        result, truth = drawn("one", n, layers=40)
        assert result.unique_cross_fitted is None
        np.testing.assert_allclose(
            result.union_information, np.maximum(result.mi1, result.mi2), atol=1e-12
        )
        assert (covered(result, truth) >= 0.9).all()


def test_levels_are_nested_and_ends_are_around_the_estimate():
    wide, _ = drawn("mixed", 200, layers=3, confidence_level=0.99)
    narrow, _ = drawn("mixed", 200, layers=3, confidence_level=0.8)
    for k in range(4):
        outer, inner = wide.confidence_interval, narrow.confidence_interval
        assert (outer.low[k] <= inner.low[k]).all()
        assert (inner.low[k] <= narrow.atoms[k]).all()
        assert (np.maximum(narrow.atoms[k], 0) <= inner.high[k]).all()
        assert (inner.high[k] <= outer.high[k]).all()
    for low, high in outer.contributions:
        assert ((low >= 0) & (low <= high) & (high <= 1)).all()


def test_draws_scatter_as_rows_with_heavy_tails_do():
    """By one factor, of the covariance, where rows are elliptical."""
    cov = of_channels(np.diag([2.0, 0.5]), np.diag([0.5, 2.0]))
    folds = np.full(16, 25)
    scatters = wishart_draws(cov, folds, (2, 2, 2), 2, np.random.default_rng(0))
    none = RowBits(
        *(np.zeros((400, size)) for size in (4, 4)), np.zeros(400), np.zeros((400, 2))
    )
    plain, wide = (
        errors_of_draws([none] * 2, scatters, 30, np.random.default_rng(1), tails)
        for tails in (None, np.array([1.0, 4.0]))
    )
    np.testing.assert_allclose(wide[0].low, plain[0].low)
    np.testing.assert_allclose(wide[1].low, 4 * plain[1].low)
    np.testing.assert_allclose(wide[1].high, 4 * plain[1].high)
    np.testing.assert_allclose(wide[1].replicates.std(0), 2 * plain[1].replicates.std(0))


def test_ranks_of_strong_dependence_scatter_more_than_rows_add():
    """Errors were .6 of what atoms scatter by, 80 % covered; 60 draws know a deviation to a tenth."""
    result, truth = drawn("strong", 60)
    errors = np.sqrt((np.stack(result.standard_error) ** 2).mean(1))
    scatter = np.array([atom.std() for atom in result.atoms])
    assert (errors > 0.75 * scatter).all()
    assert covered(result, truth).min() > 0.866
