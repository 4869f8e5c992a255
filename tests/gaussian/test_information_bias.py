# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The exact bias of informations of Gaussian samples, and of v* what gpid makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import chi2

from fourfold.gaussian.information_bias import (
    corrected_information,
    corrected_union,
    information_bias,
    log_det_bias,
)
from fourfold.results.atoms import Information


def test_of_one_column_it_is_the_mean_log_of_chi_square():
    for degrees in (2, 5, 40):
        law = chi2(degrees)
        mean = law.expect(lambda value, nu=degrees: np.log2(value / nu), lb=0)
        assert log_det_bias(degrees, 1) == pytest.approx(mean / 2, rel=1e-5)


def test_of_more_columns_it_is_that_of_bartletts_factors():
    # det of a Wishart is a product of independent chi-squares (Bartlett 1933)
    exact = (
        sum(np.log(2) + digamma((20 - k) / 2) - np.log(20) for k in range(4)) / 2 / np.log(2)
    )
    assert log_det_bias(20, 4) == pytest.approx(exact, rel=1e-12)


def test_of_gpid_it_is_to_the_next_order():
    # 1/2 sum log2(1 - k/n) of Venkatesh et al. 2023
    n, sizes = 2000, (3, 4, 2)

    def approximate(size):
        return np.log2(1 - np.arange(1, size + 1) / n).sum() / 2

    for found, source in zip(information_bias(n - 1, sizes), (3, 4, 7), strict=True):
        other = approximate(source) + approximate(2) - approximate(source + 2)
        assert found == pytest.approx(other, rel=0.01)
        # the first order, of d_x d_y parameters
        assert found == pytest.approx(source * 2 / (2 * n * np.log(2)), rel=0.01)


def test_it_is_above_zero_and_falls_with_the_samples():
    values = [information_bias(degrees, (3, 2, 2)).mi_joint for degrees in (10, 30, 100, 1000)]
    assert (np.diff(values) < 0).all()
    assert values[-1] > 0


def test_corrected_informations_keep_their_order():
    plug_in = Information(np.array([0.01, 2.0]), np.array([0.5, 0.1]), np.array([0.5, 2.0]))
    found = corrected_information(plug_in, 30, (2, 2, 2))
    assert found.mi1[0] == 0
    assert (found.mi_joint >= np.maximum(found.mi1, found.mi2)).all()
    bias = information_bias(30, (2, 2, 2))
    assert found.mi1[1] == pytest.approx(2 - bias.mi1)


def test_union_is_reduced_like_the_joint_information_within_its_bounds():
    before = Information(np.array([1.0, 1, 1, 0]), np.array([0.8, 0.8, 0.8, 0]), np.array([2.0, 2, 2, 0]))  # fmt: skip
    after = Information(np.array([0.7, 0.7, 0.1, 0]), np.array([0.5, 0.5, 0.1, 0]), np.array([1.0, 1, 1, 0]))  # fmt: skip
    union = np.array([1.6, 1.0, 1.6, 0])
    found = corrected_union(union, before, after)
    np.testing.assert_allclose(found, [0.8, 0.7, 0.2, 0])
