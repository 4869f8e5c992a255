# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What ranks take off correlations and informations of a Gaussian."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtri
from scipy.stats import beta

import fourfold as ff
from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.estimate import plug_in_slopes
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.rank_bias import RankBias, correlation_shift, covariance_shift
from tests.support.gaussians import of_channels


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n", [50, 200, 1000])
def test_the_variance_of_normal_scores_is_that_of_order_statistics(n):
    """n times the mean squared distance of scores from the normal values, by quadrature."""
    nodes, weights = leggauss(200)
    ranks = np.arange(1, n // 2 + 1)
    quantiles = beta.ppf((nodes[:, None] + 1) / 2, ranks, n - ranks + 1)
    means = weights / 2 @ ndtri(quantiles)  # of the order statistics
    scores = ndtri(ranks / (n + 1))
    alike = 2 * (means @ scores) / np.sqrt(2 * (scores @ scores) * n)
    total = np.log(np.log(n)) + np.euler_gamma + np.log(2)
    assert n * (2 - 2 * alike) == pytest.approx(total, abs=0.01)


@pytest.mark.parametrize("rho", [0.3, 0.7, 0.9])
def test_correlations_of_scores_are_below_pearsons_by_the_formula(rng, rho):
    n, samples = 60, 20000
    first = rng.standard_normal((samples, n))
    second = rho * first + np.sqrt(1 - rho**2) * rng.standard_normal((samples, n))
    found = []
    for one, other in ((first, second), map(normal_values, (first, second))):
        one, other = (each - each.mean(1, keepdims=True) for each in (one, other))  # noqa: PLW2901
        size = np.sqrt((one**2).sum(1) * (other**2).sum(1))
        found.append((one * other).sum(1) / size)
    shift = correlation_shift(np.array([[1, rho], [rho, 1]]), n)
    assert shift[0, 0] == 0
    # .0005 is three standard errors of this many samples
    assert (found[1] - found[0]).mean() == pytest.approx(shift[0, 1], abs=0.0012)
    assert shift[0, 1] < -0.005


def normal_values(rows):
    return normal_scores(rows[..., None]).values[..., 0]


def test_informations_and_unique_parts_of_scores_lose_what_is_said(rng):
    """Of 4 columns, of which X1 sees 1.16 bits each and X2 half a bit, at 120 rows."""
    sizes, n = (4, 4, 4), 120
    cov = of_channels(2 * np.eye(4), np.eye(4))
    rows = rng.standard_normal((1000, n, 12)) @ np.linalg.cholesky(cov).T
    exact, own = [], None
    for values in (rows, normal_scores(rows).values):
        centred = values - values.mean(1, keepdims=True)
        own = centred.swapaxes(1, 2) @ centred / (n - 1)
        exact.append(closed_form(own, sizes))
    ranks = RankBias(own, covariance_shift(own, n), n - 1, sizes)
    said = [each.mean() for each in ranks.information()]
    lost = [(exact[1][k] - exact[0][k]).mean() for k in range(3)]
    np.testing.assert_allclose(said, lost, atol=0.02)
    assert lost[0] < -0.1
    unique = [(each.unique1 + each.unique2).mean() for each in exact]
    slopes = np.stack(plug_in_slopes(own, exact[1], sizes), -3)
    assert ranks.unique(slopes).mean() == pytest.approx(unique[1] - unique[0], abs=0.02)
    assert unique[1] - unique[0] < -0.05


def test_the_shift_given_others_is_that_of_the_residual(rng):
    """By a small step of the covariance along the shift."""
    drawn = rng.standard_normal((6, 20))
    cov = drawn @ drawn.T / 20
    shift = covariance_shift(cov, 100)

    def left(matrix):
        return matrix[:4, :4] - matrix[:4, 4:] @ np.linalg.solve(matrix[4:, 4:], matrix[4:, :4])

    step = 1e-5
    expected = (left(cov + step * shift) - left(cov - step * shift)) / (2 * step)
    np.testing.assert_allclose(covariance_shift(cov, 100, given=2), expected, atol=1e-8)


@pytest.mark.filterwarnings("ignore::fourfold.GaussianFitWarning")  # of equal sources
@pytest.mark.parametrize("n", [100, 1000])
@pytest.mark.parametrize("noise", [0, 0.01])
def test_a_target_that_both_sources_determine_is_warned_of(n, noise):
    """Scores of a sum are not the sum of scores: the finite information is that of their noise."""
    first, second, more = np.random.default_rng(1).standard_normal((3, n))
    y = first + second + noise * more
    with pytest.warns(
        ff.GaussianFitWarning, match="x1 and x2 nearly or wholly determine a combination of y: "
    ):
        ff.gaussian_pid(first, second, y, check_dependence=False)
    with pytest.warns(
        ff.GaussianFitWarning,
        match="the sources nearly or wholly determine a combination of y: ",
    ):
        ff.gaussian_union([first, second], y, check_dependence=False)
    layers = np.stack([first + more, first])[..., None]
    with pytest.warns(ff.GaussianFitWarning, match="a combination of y of layer 1: "):
        ff.gaussian_pid(layers, second, y, check_dependence=False)


@pytest.mark.filterwarnings("ignore:the samples' covariance:fourfold.GaussianFitWarning")
@pytest.mark.parametrize(("n", "noise"), [(300, 0.5), (1000, 0.2), (10000, 0.1)])
def test_a_target_that_is_nearly_determined_is_not_where_the_rows_tell(n, noise):
    first, second, more = np.random.default_rng(1).standard_normal((3, n))
    y = first + second + noise * more
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*determine a combination")
        found = ff.gaussian_pid(first, second, y, check_dependence=False)
    assert found.mi_joint == pytest.approx(np.log2(1 + 2 / noise**2) / 2, abs=4 / np.sqrt(n))


def test_columns_that_nearly_determine_each_other_hide_information_with_a_warning():
    """Truth: 7.8 bits of S, of which ranks leave some 5.8, with an interval of .1."""
    rng = np.random.default_rng(0)
    maps = rng.standard_normal((162, 162))
    rows = rng.standard_normal((4000, 162)) @ maps.T
    with pytest.warns(ff.GaussianFitWarning, match="nearly or wholly determine a combination"):
        found = ff.gaussian_pid(
            rows[:, :100], rows[:, 100:160], rows[:, 160:], check_dependence=False
        )
    exact = ff.gaussian_pid_from_covariance(maps @ maps.T, (100, 60, 2))
    assert found.confidence_interval.high.synergy < exact.synergy - 1
