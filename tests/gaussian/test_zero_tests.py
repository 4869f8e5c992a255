# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Level and power of the tests that an atom is zero, and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.heavy_tails import heavy_tails
from fourfold.gaussian.scatters import Scatters, deal_rows
from fourfold.gaussian.synergy_test import _fitted_null, exact_pvalue, resampled_pvalue
from fourfold.gaussian.wishart import wishart_draws
from fourfold.gaussian.zero_tests import zero_pvalues
from tests.support.gaussians import of_channels, random_covariance, rotation


def drawn(cov, sizes, n, number, seed=0):
    """Scatters of `number` samples of n rows in 16 folds, and their closed forms."""
    degrees = np.array([len(part) for part in np.array_split(np.arange(n - 1), 16)])
    scatters = wishart_draws(cov, degrees, sizes, number, np.random.default_rng(seed))
    return scatters, closed_form(scatters.whole() / scatters.total, sizes)


def pvalues(cov, sizes, n, number, n_resamples=0, seed=0):
    scatters, exact = drawn(cov, sizes, n, number, seed)
    return zero_pvalues(scatters, exact, n_resamples, np.random.default_rng(seed))


def without_synergy(sizes, ranks, gain, across, seed=0):
    """Y = B1 X1 + B2 X2 + noise, B1'B2 = 0; columns of the sources correlated in pairs."""
    d1, d2, dy = sizes
    rng = np.random.default_rng(seed)
    turn = rotation(rng, dy)
    first = turn[:, : ranks[0]] @ rotation(rng, d1)[: ranks[0]]
    second = turn[:, ranks[0] : sum(ranks)] @ rotation(rng, d2)[: ranks[1]]
    weights = gain * np.hstack([first, second])
    sources = np.eye(d1 + d2)
    pairs = np.arange(min(d1, d2))
    sources[pairs, d1 + pairs] = sources[d1 + pairs, pairs] = across
    told = weights @ sources
    return np.block([[sources, told.T], [told, told @ weights.T + np.eye(dy)]])


def most(number):
    """Of so many tests at .05, the share that only a level above it comes to, 3 errors away."""
    return 0.05 + 3 * (0.05 * 0.95 / number) ** 0.5


EQUAL = [
    # gain, correlation of noises, size, rows
    (0.0, 0.0, 2, 60),
    (1.0, 0.0, 1, 60),
    (3.0, 0.0, 2, 120),
    (3.0, -0.8, 5, 120),
    (2.0, 0.9, 5, 480),
    (3.0, 0.0, 5, 60),
]


@pytest.mark.parametrize(("gain", "across", "size", "n"), EQUAL)
def test_level_of_unique_where_sources_tell_the_same(gain, across, size, n):
    gains = gain * np.eye(size)
    found = pvalues(of_channels(gains, gains, across * np.eye(size)), (size,) * 3, n, 1000)
    for values in found[:2]:
        assert (values <= 0.05).mean() <= most(1000)
        assert (values <= 0.01).mean() <= 0.01 + 3 * (0.01 / 1000) ** 0.5


def test_level_of_unique_where_the_other_source_tells_more():
    first = np.diag([2.0, 2.0, 1.0, 1.0])
    cov = of_channels(first, 2 * np.eye(4))
    found = pvalues(cov, (4, 4, 4), 240, 1000)
    assert (found.unique1 <= 0.05).mean() <= most(1000)
    assert (found.unique2 <= 0.05).mean() > 0.9


def test_power_of_unique_and_of_synergy():
    # gpid's mixed system, ten columns each: U1 1.46, U2 .56, S .86 bits
    gains1, gains2 = np.tile([2.0, 1.0], 5), np.tile([1.0, 2**0.5], 5)
    cov = of_channels(np.diag(gains1) / 5**0.5, np.diag(gains2) / 5**0.5)
    found = pvalues(cov, (10, 10, 10), 480, 200)
    assert (found.unique1 <= 0.05).mean() > 0.98
    assert (found.unique2 <= 0.05).mean() > 0.75
    assert (found.synergy <= 0.05).mean() > 0.98


def test_of_one_column_synergy_is_the_larger_f_test():
    rng = np.random.default_rng(3)
    n, sizes = 40, (2, 3, 1)
    rows = rng.standard_normal((n, 6))
    rows[:, 5] += rows[:, 0] + 0.3 * rows[:, 3]
    rows -= rows.mean(0)

    def left(columns):
        return ((rows[:, 5] - columns @ np.linalg.lstsq(columns, rows[:, 5])[0]) ** 2).sum()

    full = left(rows[:, :5])
    degrees = n - 1 - 5
    larger = max(
        f.sf((left(rows[:, one]) / full - 1) * degrees / more, more, degrees)
        for one, more in ((slice(0, 2), 3), (slice(2, 5), 2))
    )
    exact = closed_form(rows.T @ rows / (n - 1), sizes)
    assert exact_pvalue(exact, n - 1, sizes) == pytest.approx(larger, rel=1e-9)


@pytest.mark.parametrize(
    ("sizes", "ranks", "gain", "across"),
    [
        ((2, 2, 2), (0, 0), 1.0, 0.9),
        ((2, 2, 2), (2, 0), 1.0, 0.9),
        ((3, 3, 3), (2, 1), 3.0, 0.0),
        ((3, 2, 4), (2, 2), 0.5, 0.5),
        ((1, 1, 1), (1, 0), 3.0, 0.995),
    ],
)
def test_level_of_synergy(sizes, ranks, gain, across):
    cov = without_synergy(sizes, ranks, gain, across)
    known = closed_form(cov, sizes)
    assert known.mi_joint - known.mi1 - known.unique2 == pytest.approx(0, abs=1e-12)
    bound = pvalues(cov, sizes, 60, 1000).synergy
    assert (bound <= 0.05).mean() <= most(1000)
    sharp = pvalues(cov, sizes, 60, 200, n_resamples=39).synergy
    assert (sharp <= 0.05).mean() <= most(200)


def test_level_of_synergy_where_one_source_nearly_copies_the_other():
    # the law that takes V as told is at .11 here
    cov = without_synergy((1, 1, 6), (1, 1), 3.0, 0.995)
    sharp = pvalues(cov, (1, 1, 6), 60, 400, n_resamples=39).synergy
    assert (sharp <= 0.05).mean() <= most(400)


def test_draws_sharpen_the_test_of_synergy():
    cov = without_synergy((5, 5, 5), (3, 2), 1.0, 0.0)
    cov[:3, -2:] += 0.3  # what X1 tells of the columns that X2 alone told
    cov[-2:, :3] += 0.3
    scatters, exact = drawn(cov, (5, 5, 5), 120, 100)
    bound = exact_pvalue(exact, 119, (5, 5, 5))
    rng = np.random.default_rng(0)
    sharp = resampled_pvalue(exact, scatters.whole(), 119, (5, 5, 5), 99, rng)
    assert (sharp <= bound).all()
    assert (sharp <= 0.05).mean() > (bound <= 0.05).mean() + 0.2


def test_fitted_null_has_no_synergy_and_keeps_what_is_told():
    rng = np.random.default_rng(5)
    sizes = (3, 4, 3)
    cov = random_covariance(rng, sizes)
    before = closed_form(cov, sizes)
    after = closed_form(_fitted_null(cov, before.eigenvalues, before.directions, sizes), sizes)
    assert after.mi_joint - after.mi1 - after.unique2 == pytest.approx(0, abs=1e-12)
    again = _fitted_null(
        without_synergy(sizes, (2, 1), 1.0, 0.3),
        *closed_form(without_synergy(sizes, (2, 1), 1.0, 0.3), sizes)[-2:],
        sizes,
    )
    kept = closed_form(again, sizes)
    known = closed_form(without_synergy(sizes, (2, 1), 1.0, 0.3), sizes)
    np.testing.assert_allclose(kept[:5], known[:5], atol=1e-12)


def test_sources_swapped_and_columns_mixed():
    rng = np.random.default_rng(1)
    sizes = (3, 2, 2)
    scatters, exact = drawn(random_covariance(rng, sizes), sizes, 100, 4)
    found = zero_pvalues(scatters, exact, 0, rng)
    order = np.r_[3:5, 0:3, 5:7]
    turned = Scatters(scatters.scatter[..., order[:, None], order], scatters.degrees, (2, 3, 2))
    mix = np.zeros((7, 7))
    for part in (slice(0, 2), slice(2, 5), slice(5, 7)):
        size = part.stop - part.start
        mix[part, part] = rng.standard_normal((size, size))
    turned = turned._replace(scatter=mix @ turned.scatter @ mix.T)
    again = closed_form(turned.whole() / turned.total, turned.sizes)
    swapped = zero_pvalues(turned, again, 0, rng)
    np.testing.assert_allclose(swapped.unique1, found.unique2, rtol=1e-7)
    np.testing.assert_allclose(swapped.unique2, found.unique1, rtol=1e-7)
    np.testing.assert_allclose(swapped.synergy, found.synergy, rtol=1e-7)


def test_batch_is_each_of_its_members():
    rng = np.random.default_rng(1)
    sizes = (2, 2, 3)
    scatters, exact = drawn(random_covariance(rng, sizes), sizes, 100, 6)
    tails = np.linspace(1, 2, 6)
    found = zero_pvalues(scatters, exact, 0, rng, tails=tails)
    for k in range(6):
        one = scatters._replace(scatter=scatters.scatter[k])
        alone = closed_form(one.whole() / one.total, sizes)
        single = zero_pvalues(one, alone, 0, rng, tails=tails[k])
        assert all(isinstance(value, float) for value in single)
        np.testing.assert_allclose(single, [each[k] for each in found], rtol=1e-9)
    shaped = scatters._replace(scatter=scatters.scatter.reshape(2, 3, 16, 7, 7))
    again = closed_form(shaped.whole() / shaped.total, sizes)
    both = zero_pvalues(shaped, again, 20, rng, tails=tails.reshape(2, 3))
    assert both.synergy.shape == (2, 3)
    np.testing.assert_allclose(both.unique1.ravel(), found.unique1, rtol=1e-9)


def test_too_few_rows_to_choose_and_to_measure():
    sizes = (3, 3, 3)
    scatters, exact = drawn(np.eye(9), sizes, 13, 2)
    found = zero_pvalues(scatters, exact, 0, np.random.default_rng(0))
    assert np.isnan(found.unique1).all()
    assert np.isnan(found.unique2).all()
    assert ((found.synergy > 0) & (found.synergy <= 1)).all()


def test_one_of_a_batch_with_singular_blocks():
    sizes = (1, 1, 1)
    scatters, exact = drawn(random_covariance(np.random.default_rng(2), sizes), sizes, 80, 3)
    broken = scatters.scatter.copy()
    broken[1, :4] = 0.0
    found = zero_pvalues(scatters._replace(scatter=broken), exact, 0, np.random.default_rng(0))
    np.testing.assert_array_equal(np.isnan(found.unique1), [False, True, False])
    whole = zero_pvalues(scatters, exact, 0, np.random.default_rng(0))
    assert found.unique1[0] == pytest.approx(whole.unique1[0])


def test_heavy_tails_of_rows():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((40, 300, 4))
    plain = heavy_tails(rows - rows.mean(1, keepdims=True), of_ranks=False)
    assert (plain >= 1).all()
    assert plain.mean() < 1.06
    # of few rows as often above that of a Gaussian as below
    rows = rng.standard_normal((1000, 30, 8))
    few = heavy_tails(rows - rows.mean(1, keepdims=True), of_ranks=False)
    assert 0.3 < (few > 1).mean() < 0.6
    # E r^4 of a t with 9 degrees of freedom is (9 - 2) / (9 - 4) times a Gaussian's
    rows = rng.standard_normal((4, 50_000, 4)) / np.sqrt(rng.chisquare(9, (4, 50_000, 1)))
    assert heavy_tails(rows, of_ranks=False).mean() == pytest.approx(7 / 5, rel=0.1)
    ratio = heavy_tails(rows, of_ranks=True) / heavy_tails(rows, of_ranks=False)
    np.testing.assert_allclose(ratio, 1 + 50_000**-0.5)


def test_heavy_tails_keep_the_level_of_unique():
    rng = np.random.default_rng(0)
    sizes = (2, 2, 2)
    root = np.linalg.cholesky(of_channels(3 * np.eye(2), 3 * np.eye(2)))
    rows = rng.standard_normal((500, 480, 6)) @ root.T
    rows *= np.sqrt(5 / rng.chisquare(5, (500, 480, 1)))
    dealt = deal_rows(rows, sizes, generator=rng)
    scatters = dealt.scatters
    exact = closed_form(scatters.whole() / scatters.total, sizes)
    naive = zero_pvalues(scatters, exact, 0, rng)
    tails = heavy_tails(dealt.residual, of_ranks=False)
    robust = zero_pvalues(scatters, exact, 0, rng, tails=tails)
    assert (naive.unique1 <= 0.05).mean() > most(500)
    assert (robust.unique1 <= 0.05).mean() <= most(500)
    assert (robust.synergy >= naive.synergy).all()
