# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Dependence beyond that of a Gaussian copula: found where there is some, not where there is none."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.dependence.check_dependence import check_dependence
from fourfold.gaussian.dependence.excess import apart, excess_information
from fourfold.gaussian.dependence.nearest_neighbours import information_terms
from fourfold.gaussian.normal_scores import normal_scores


def scores(*blocks):
    return tuple(normal_scores(block).values for block in blocks)


def gaussian(rng, rows, sizes, noise=1.0):
    """Rows of a Gaussian of random correlations, the weaker the more noise there is."""
    width = sum(sizes)
    mixed = rng.standard_normal((rows, width)) @ rng.standard_normal((width, width))
    values = mixed + noise * np.sqrt(width) * rng.standard_normal((rows, width))
    return np.split(values, np.cumsum(sizes)[:2], axis=1)


#: y of the first columns of both sources, and noise.
BEYOND = {
    "a product": lambda a, b, e: a * b + 0.3 * e,
    "XOR": lambda a, b, e: np.sign(a * b) + 0.5 * e,
    "a square": lambda a, b, e: np.abs(a) + 0.2 * e,  # noqa: ARG005
    "a wave": lambda a, b, e: np.sin(3 * a) + 0.3 * e,  # noqa: ARG005
    "a product beside a sum": lambda a, b, e: a + b + 1.5 * a * b + 0.5 * e,
    "spread": lambda a, b, e: a * e,  # noqa: ARG005
}


@pytest.mark.parametrize("sizes", [(1, 1), (2, 2), (10, 10)], ids=str)
@pytest.mark.parametrize("made", BEYOND.values(), ids=BEYOND)
def test_what_is_not_gaussian_is_found(rng, sizes, made):
    x1, x2 = (rng.standard_normal((800, size)) for size in sizes)
    y = made(x1[:, 0], x2[:, 0], rng.standard_normal(800))[:, None]
    with pytest.warns(GaussianFitWarning, match="misses a part of the dependence"):
        found = check_dependence(*scores(x1, x2, y), 0.5)
    assert found.exceeds is True
    assert found.gaussian_information == 0.5
    assert found.information > 0.6 + 2 * found.standard_error - 0.1


def test_directions_across_all_columns_are_found(rng):
    x1, x2 = rng.standard_normal((2, 1500, 10))
    product = x1.sum(1) * x2.sum(1) / 10 + 0.3 * rng.standard_normal(1500)
    y = np.c_[rng.standard_normal((1500, 4)), product] @ np.linalg.qr(rng.random((5, 5)))[0]
    with pytest.warns(GaussianFitWarning):
        assert check_dependence(*scores(x1, x2, y), 0.0).information > 0.5


def test_a_product_of_many_columns_is_found(rng):
    x1, x2 = rng.standard_normal((3000, 100)), rng.standard_normal((3000, 60))
    y = x1[:, :1] * x2[:, :1] + 0.5 * rng.standard_normal((3000, 1))
    with pytest.warns(GaussianFitWarning):
        check_dependence(*scores(x1, x2, y), 0.0)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 2, 2), (8, 5, 3), (30, 20, 1)], ids=str)
def test_gaussians_are_not_warned_of(rng, sizes):
    alarms = 0
    for seed in range(25):
        rows = scores(*gaussian(rng, 110, sizes, noise=(0.05, 1.0, 50.0)[seed % 3]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GaussianFitWarning)
            alarms += check_dependence(*rows, 0.0, random_state=seed).exceeds
    # of 25 at a rate of .02 five are one in 5000
    assert alarms < 5


@pytest.mark.parametrize("noise", [0.1, 0.3, 1.0])
def test_what_neighbours_miss_of_strong_dependence_is_made_up_for(rng, noise):
    """Most of it, and never more than that, which would be a false alarm."""
    found, missed = [], []
    for _ in range(8):
        x = rng.standard_normal((600, 3))
        y = x.sum(1, keepdims=True) + noise * rng.standard_normal((600, 1))
        x, y = scores(x, y)
        found.append(excess_information(x, y, rng))
        missed.append(np.log2(1 + 3 / noise**2) / 2 - information_terms(x, y).mean())
    bits, errors = np.transpose(found)
    allowed = 2 * errors.mean() / np.sqrt(8)
    assert np.mean(missed) > 0.05
    assert -np.mean(missed) / 4 - allowed < bits.mean() < allowed


def test_monotone_maps_of_columns_change_nothing(rng):
    x1, x2, y = gaussian(rng, 300, (3, 2, 1))
    once = check_dependence(*scores(x1, x2, y), 1.0)
    assert check_dependence(*scores(x1**3, np.exp(x2), np.cbrt(y)), 1.0) == once


def test_without_ranks_curves_of_columns_are_dependence(rng):
    x1, x2, y = gaussian(rng, 600, (2, 2, 1), 0.1)
    bent = x1**3, np.cbrt(x2), y
    with pytest.warns(GaussianFitWarning, match="copula=True sees curves of single columns"):
        found = check_dependence(*bent, 0.0, copula=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GaussianFitWarning)  # of one in fifty by chance
        straight = check_dependence(x1, x2, y, 0.0, copula=False)
        others = [
            check_dependence(*gaussian(rng, 600, (2, 2, 1), 0.1), 0.0, copula=False)
            for _ in range(5)
        ]
    assert sum(each.exceeds for each in others) == 0
    assert found.information > straight.information + 0.1
    few = check_dependence(x1[:60], np.repeat(x2[:60], 20, axis=1), y[:60], 0.0, copula=False)
    assert not few.exceeds


def test_ties_are_no_dependence(rng):
    for censor in (np.round, lambda v: np.maximum(v, 0), lambda v: np.round(v, 1)):
        x1, x2, y = (censor(v / v.std(0)) for v in gaussian(rng, 400, (2, 2, 1), 5.0))
        found = check_dependence(*scores(x1, x2, y), 0.0)
        assert abs(found.information) < 3 * found.standard_error


def test_a_column_that_is_constant_in_most_rows_is_no_obstacle(rng):
    x1, x2, y = gaussian(rng, 120, (3, 2, 2))
    x1[:, 0] = 0
    x1[17, 0] = 1
    y[:, 1] = np.where(np.arange(120) < 20, y[:, 1], 0)
    assert not check_dependence(*scores(x1, x2, y), 0.0).exceeds


def test_a_copy_of_a_source_is_told_apart_from_more(rng):
    x, e = rng.standard_normal((2, 200, 1))
    found = check_dependence(*scores(x, e, x + 1e-9 * e), 20.0)
    assert (found.information, found.exceeds) == (20.0, False)


def test_few_rows_are_not_checked(rng):
    found = check_dependence(*scores(*gaussian(rng, 39, (1, 1, 1))), 0.4)
    assert np.isnan(found.information)
    assert np.isnan(found.standard_error)
    assert found.exceeds is False
    assert "fewer than 40 rows" in found.method


def test_layers_are_looked_at_each(rng):
    x1, x2, _ = gaussian(rng, 400, (4, 3, 1))
    y = x1[:, :1] * x2[:, :1]
    layers = np.stack([np.zeros_like(y) + x1[:, :1] + rng.standard_normal(y.shape), y])
    with pytest.warns(GaussianFitWarning, match="in 1 of 2 layers, most in layer 1"):
        found = check_dependence(*scores(x1, x2, layers), np.array([0.5, 0.0]))
    assert found.exceeds.tolist() == [False, True]
    assert found.information.shape == found.standard_error.shape == (2,)
    np.testing.assert_array_equal(found.gaussian_information, [0.5, 0.0])


def test_many_rows_are_drawn_from(rng):
    rows = scores(*gaussian(rng, 3100, (1, 1, 1)))
    once, again, other = (check_dependence(*rows, 0.0, random_state=seed) for seed in (1, 1, 2))
    assert "of 3,000 of 3,100 rows" in once.method
    assert once == again != other


def test_a_device_gives_the_same(stand_in, rng):
    rows = scores(*gaussian(rng, 200, (2, 2, 1)))
    there = check_dependence(*map(stand_in.asarray, rows), 0.3)
    assert there == check_dependence(*rows, 0.3)


def test_combinations_and_constants_are_left_out(rng):
    a, b = rng.standard_normal((2, 50))
    columns = np.stack([np.full(50, 0.1), a, a + 1e-6 * b, b, a - b], 1)
    assert apart(columns) == [1, 3]
    nothing = excess_information(np.full((50, 1), 0.1), b[:, None], rng)
    assert nothing == (0.0, 0.0)


def test_what_ranks_hide_is_not_taken_off_what_columns_miss():
    """Strong columns: normal scores have far less bits than columns that are Gaussian."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(8):
        y = rng.standard_normal((200, 4))
        x1, x2 = (y + 0.3 * rng.standard_normal((200, 4)) for _ in range(2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GaussianFitWarning)  # of directions
            looked = ff.gaussian_pid(x1, x2, y, copula=False).dependence
        found.append(looked.information - looked.gaussian_information)
        assert not looked.exceeds
    assert abs(np.mean(found)) < 0.15, found


def test_informations_below_zero_that_round_to_it_are_zero():
    first, second = np.random.default_rng(0).standard_normal((2, 1000))
    with pytest.warns(ff.GaussianFitWarning, match=r"more bits of I\(X1,X2;Y\) than it has"):
        result = ff.gaussian_pid(first, second, first * second)
    assert -0.005 < result.mi_joint < 0
