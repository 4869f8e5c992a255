# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tails of Wilks' Lambda, beside those that are an F."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f

from fourfold.gaussian.wilks import log_lambda_mean_and_variance, log_lambda_tail

CHANCES = [0.99, 0.5, 0.2, 0.05, 0.01, 1e-4, 1e-8]


def law(columns, others, degrees):
    steps = np.arange(columns)
    return (degrees - steps) / 2, np.full(columns, others / 2)


@pytest.mark.parametrize(("others", "degrees"), [(1, 5), (3, 30), (10, 400)])
def test_of_one_column_is_an_f_exactly(others, degrees):
    values = np.log1p(f.isf(CHANCES, others, degrees) * others / degrees)
    found = [log_lambda_tail(value, *law(1, others, degrees)) for value in values]
    np.testing.assert_allclose(found, CHANCES, rtol=1e-8)


@pytest.mark.parametrize(("others", "degrees"), [(2, 10), (2, 50), (3, 30), (5, 12)])
def test_of_two_columns_is_an_f_of_its_root(others, degrees):
    # Anderson, An Introduction to Multivariate Statistical Analysis (2003), 8.4
    ratio = f.isf(CHANCES, 2 * others, 2 * (degrees - 1)) * others / (degrees - 1)
    found = [log_lambda_tail(value, *law(2, others, degrees)) for value in 2 * np.log1p(ratio)]
    np.testing.assert_allclose(found, CHANCES, rtol=0.02)
    np.testing.assert_allclose(found[2:5], CHANCES[2:5], rtol=0.005)


def test_falls_and_is_continuous_at_the_mean():
    parameters = law(4, 3, 40)
    mean, variance = log_lambda_mean_and_variance(*parameters)
    steps = np.linspace(-0.002, 0.002, 401)
    tails = [log_lambda_tail(mean + step * variance**0.5, *parameters) for step in steps]
    # two formulas meet there, and the density at the mean is near that of a normal law
    slope, at_mean = np.polyfit(steps, tails, 1)
    assert -slope == pytest.approx((2 * np.pi) ** -0.5, rel=0.05)
    np.testing.assert_allclose(tails, at_mean + slope * steps, atol=1e-5)


def test_ends():
    parameters = law(4, 3, 40)
    assert log_lambda_tail(-1.0, *parameters) == 1.0
    assert log_lambda_tail(0.0, *parameters) == 1.0
    assert 0 <= log_lambda_tail(50.0, *parameters) < 1e-50
    assert log_lambda_tail(-1.0, *law(1, 3, 40)) == 1.0


def test_mean_and_variance_are_those_of_draws():
    first, second = law(3, 4, 20)
    drawn = -np.log(np.random.default_rng(0).beta(first, second, (100_000, 3))).sum(1)
    mean, variance = log_lambda_mean_and_variance(first, second)
    assert abs(drawn.mean() - mean) < 4 * (variance / 100_000) ** 0.5
    assert drawn.var() == pytest.approx(variance, rel=0.03)
