# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bins of equally many rows, alone and as the clusterer of the estimator."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

import fourfold as ff
from fourfold.embeddings.quantile_bins import QuantileBins


def column(values):
    return np.asarray(values, dtype=float)[:, None]


@pytest.mark.parametrize("bins", [1, 2, 3, 7, 10])
def test_bins_hold_equally_many_rows(rng, bins):
    x = column(rng.permutation(210))
    labels = QuantileBins(bins).fit_predict(x)
    np.testing.assert_array_equal(np.bincount(labels), np.full(bins, 210 // bins))
    np.testing.assert_array_equal(
        np.argsort(labels[np.argsort(x[:, 0])], kind="stable"), np.arange(210)
    )


@pytest.mark.parametrize("bins", [3, 7, 11, 15])
@pytest.mark.parametrize("rows", [1, 2, 7, 11, 14])
def test_rounding_moves_no_row(bins, rows):
    labels = QuantileBins(bins).fit_predict(column(range(bins * rows)))
    np.testing.assert_array_equal(labels, np.repeat(np.arange(bins), rows))


def test_fewer_rows_than_bins():
    assert len(set(QuantileBins(9).fit_predict(column([3, 1, 2])).tolist())) <= 3


def test_equal_values_share_a_bin():
    labels = QuantileBins(4).fit_predict(column([0] * 6 + [1, 2]))
    np.testing.assert_array_equal(labels, [0] * 6 + [1, 1])
    np.testing.assert_array_equal(QuantileBins(4).fit_predict(column([5] * 8)), np.zeros(8))


def test_a_column_of_as_many_values_as_bins_is_kept(rng):
    x = rng.permutation(np.repeat(np.arange(5), 20))
    np.testing.assert_array_equal(QuantileBins(5).fit_predict(column(x)), x)


def test_other_rows_fall_into_the_same_bins():
    bins = QuantileBins(2).fit(column([0, 1, 2, 3]))
    np.testing.assert_array_equal(bins.predict(column([-9, 1, 1.5, 99])), [0, 0, 1, 1])
    with pytest.raises(NotFittedError):
        QuantileBins(2).predict(column([0]))


def test_the_estimator_bins_one_column_whatever_its_scale(rng):
    x1, x2 = rng.lognormal(size=(2, 400, 1))
    y = (x1[:, 0] > np.median(x1)).astype(int)
    estimator = ff.PIDEstimator((4, 3), clusterer="quantile").fit(x1, x2, y)
    assert list(np.bincount(estimator.labels1_)) == [100] * 4
    assert estimator.result_.unique1 == pytest.approx(1.0, abs=0.05)
    skewed = ff.PIDEstimator((4, 3), clusterer="quantile").fit(np.exp(x1), x2 * 1e6, y)
    np.testing.assert_array_equal(skewed.labels1_, estimator.labels1_)
    np.testing.assert_array_equal(skewed.labels2_, estimator.labels2_)
