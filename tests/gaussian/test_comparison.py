# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Differences of Gaussian decompositions of the same rows."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from tests.support.fitted import exact, rows
from tests.support.gaussians import of_channels

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore::fourfold.GaussianFitWarning"),
]

SIZES = (2, 2, 2)


def fit(x1, x2, y, **options):
    return ff.gaussian_pid(x1, x2, y, check_dependence=False, **options)


@pytest.fixture(scope="module")
def three():
    """Of one x1, and of the same with a little noise, and much."""
    rng = np.random.default_rng(0)
    x1, x2, y = rows(rng)
    noise = rng.normal(size=x1.shape)
    return [fit(x1 + scale * noise, x2, y) for scale in (0.0, 0.1, 3.0)]


def test_a_result_does_not_differ_from_itself(three):
    found = ff.compare(three[0], three[0])
    assert found.paired
    assert found.difference == (0, 0, 0, 0)
    assert found.pvalue == (1, 1, 1, 1)
    assert all(low <= 0 <= high for low, high in zip(found.low, found.high, strict=True))


def test_what_rows_add_to_both_cancels(three):
    near = ff.compare(three[0], three[1])
    apart = ff.compare(three[0], three[1], paired=False)
    for k in range(4):
        assert near.high[k] - near.low[k] < 0.7 * (apart.high[k] - apart.low[k])
    assert apart.difference == near.difference


def test_rows_cancel_in_what_eigenvalues_near_1_may_be(rng):
    """Where sources are alike an atom has next to no slope of its own: only what it may move by."""
    y = rng.normal(size=(200, 2))
    x1, x2 = y + rng.normal(size=y.shape), y + rng.normal(size=y.shape)
    pair = [fit(each, x2, y) for each in (x1, x1 + 0.05 * rng.normal(size=y.shape))]
    paired, apart = ff.compare(*pair), ff.compare(*pair, paired=False)
    for k in (1, 2):
        assert paired.high[k] - paired.low[k] < 0.5 * (apart.high[k] - apart.low[k])


def test_a_difference_is_found_and_its_sign(three):
    found, turned = ff.compare(three[0], three[2]), ff.compare(three[2], three[0])
    assert found.pvalue.unique1 < 1e-4
    assert found.low.unique1 > 0
    np.testing.assert_allclose(found.low, -np.array(turned.high))
    np.testing.assert_allclose(found.pvalue, turned.pvalue)


def test_draws_and_rows_tell_about_the_same(rng):
    x1, x2, y = rows(rng)
    other = x1 + rng.normal(size=x1.shape)
    widths = []
    for draws in (0, 200):
        found = ff.compare(*(fit(each, x2, y, n_resamples=draws) for each in (x1, other)))
        widths.append(np.subtract(found.high, found.low))
    np.testing.assert_allclose(*widths, rtol=0.4)


def test_intervals_cover_and_tests_keep_their_level():
    """Two layers that see y with independent noise and the same, of 150 rows: 20 draws."""
    rng = np.random.default_rng(1)
    gains = np.array([[1.0, 0.3], [0.2, 0.6]])
    covered, rejected = np.zeros(4), np.zeros(4)
    truths = [
        ff.gaussian_pid_from_covariance(of_channels(each, np.eye(2)), SIZES).atoms
        for each in (gains, 1.3 * gains)
    ]
    difference = np.subtract(*truths)
    for seed in range(20):
        y, shared, *noise = rng.normal(size=(5, 150, 2))
        x2 = y + noise[0]
        layers = [
            y @ (gain * gains.T) + 0.6 * shared + 0.8 * own
            for gain, own in ((1, noise[1]), (1.3, noise[2]), (1, noise[2]))
        ]
        first, other, same = (fit(each, x2, y, random_state=seed) for each in layers)
        found = ff.compare(first, other)
        covered += (np.array(found.low) <= difference) & (difference <= found.high)
        rejected += np.array(ff.compare(first, same).pvalue) < 0.05
    assert (covered >= 17).all()
    assert (rejected <= 4).all()
    assert rejected.sum() <= 9


@pytest.mark.parametrize("options", [{"shrinkage": 0.1}, {"confidence_level": None}])
def test_results_without_intervals_are_refused(rng, three, options):
    other = fit(*rows(rng), **options)
    with pytest.raises(ValueError, match="compare: b has no confidence interval; expected"):
        ff.compare(three[0], other)


def test_layers_of_a_batch_are_compared_one_by_one(rng, three):
    x1, x2, y = rows(rng)
    batch = fit(np.stack([x1, x1 + x2]), x2, y)
    assert ff.compare(batch[0], batch[1]).difference != (0, 0, 0, 0)
    assert ff.compare(batch[1], batch[1]).pvalue == (1, 1, 1, 1)
    with pytest.raises(ValueError, match=r"b is a batch of shape \(2,\); index it first"):
        ff.compare(three[0], batch)


def test_of_a_covariance_there_are_no_errors(three):
    with pytest.raises(ValueError, match="compare: b has no confidence interval"):
        ff.compare(three[0], exact())


def test_other_kinds_are_refused(three):
    table = ff.pid([0, 1] * 20, [1, 0, 0, 1] * 10, [0, 1] * 20)
    with pytest.raises(TypeError, match="a is a GaussianPID and b a PID; expected both of"):
        ff.compare(three[0], table)
    with pytest.raises(TypeError, match="b must be a PID, got int"):
        ff.compare(three[0], 3)
