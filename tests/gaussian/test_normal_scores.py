# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Normal scores by rank, and what ties in ranks hide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.columns import Columns
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.ties import warn_of_ties

DRAWN = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=9),
    elements=st.integers(-4, 4) | st.floats(-1e300, 1e300),
)


@given(DRAWN)
def test_scores_are_those_of_average_ranks(values):
    scores = normal_scores(values).values
    expected = ndtri(rankdata(values, axis=-2) / (values.shape[-2] + 1))
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-14)


@given(DRAWN)
def test_tied_counts_rows_that_share_their_value(values):
    found = normal_scores(values)
    for place in np.ndindex(found.tied.shape):
        column = values[(*place[:-1], slice(None), place[-1])]
        _, group, sizes = np.unique(column, return_inverse=True, return_counts=True)
        assert found.tied[place] == (sizes[group] > 1).mean()
        assert found.different[place] == len(sizes)


def test_monotone_maps_change_nothing(rng):
    values = rng.standard_normal((50, 4))
    mapped = np.stack([values[:, 0] ** 3, np.exp(values[:, 1]), -values[:, 2], values[:, 3]], 1)
    scores, again = normal_scores(values).values, normal_scores(mapped).values
    np.testing.assert_array_equal(again[:, [0, 1, 3]], scores[:, [0, 1, 3]])
    np.testing.assert_allclose(again[:, 2], -scores[:, 2], rtol=0, atol=1e-14)


def test_a_device_gives_the_same_bits(stand_in, rng):
    values = np.round(rng.standard_normal((2, 60, 3)), 1)
    here, there = normal_scores(values), normal_scores(stand_in.asarray(values))
    assert isinstance(there.values, stand_in.ndarray)
    np.testing.assert_array_equal(there.values.get(), here.values)
    np.testing.assert_array_equal(there.tied, here.tied)
    np.testing.assert_allclose(there.lost, here.lost, rtol=0, atol=1e-14)


CENSORED = {
    "zeros at an end": lambda z: np.maximum(z, ndtri(0.3)),
    "one value in the middle": lambda z: np.where(np.abs(z) < 0.5, 0.0, z),
    "eight values": lambda z: np.floor(8 * ndtr(z)),
    "rounded": np.round,
}


@pytest.mark.parametrize("censor", CENSORED.values(), ids=CENSORED)
def test_lost_tells_how_much_less_a_column_with_ties_tells(rng, censor):
    z = rng.standard_normal(100_000)
    y = np.sqrt(0.75) * z + np.sqrt(0.25) * rng.standard_normal(len(z))
    x = normal_scores(censor(z)[:, None])
    squared = np.corrcoef(x.values[:, 0], normal_scores(y[:, None]).values[:, 0])[0, 1] ** 2
    assert x.lost[0] > 0.01
    # 4 standard errors of a squared correlation of 100 000 rows
    assert squared == pytest.approx(0.75 * (1 - x.lost[0]), abs=0.006)


def columns_of(values, labels=None):
    return Columns("x1", values, labels), normal_scores(values)


def test_many_ties_are_said_by_name(rng):
    values = rng.standard_normal((400, 3))
    values[:, 1] = np.maximum(values[:, 1], 0)
    read, scores = columns_of(values, ("age", "income", "height"))
    with pytest.warns(
        GaussianFitWarning, match=r"x1: column 1 \('income'\) \(\d\d % of the rows"
    ):
        warn_of_ties([read], [scores])
    layers = np.stack([values, rng.standard_normal((400, 3))])
    with pytest.warns(GaussianFitWarning, match=r"x1: column 1 \("):
        warn_of_ties(*([part] for part in columns_of(layers)))


def test_ties_that_hide_little_are_not_said(rng):
    values = rng.standard_normal((400, 3))
    values[:, 0] = np.round(values[:, 0], 1)  # nearly all rows have the value of another
    values[:, 1] = np.maximum(values[:, 1], ndtri(0.08))
    values[:, 2] = values[:, 2] > 0  # as it is, but for scale
    read, scores = columns_of(values)
    assert scores.tied[0] > 0.9
    warn_of_ties([read], [scores])
