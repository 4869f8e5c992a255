# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Profiles of layers from tokens: rows of the table that are no samples."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import fourfold as ff
from tests.support.layers import BINS, PLAIN, assert_same_layers, columns_of, depth
from tests.support.plug_in import PLUG_IN


@pytest.fixture(scope="module", name="data")
def _data():
    return depth()


QUANTILE = {"n_clusters": 3, "n_seeds": 1, "clusterer": "quantile"}


def copies(layers, tokens):
    """(L, N, d) as (L, N, T, d), all tokens of a row the same."""
    return np.repeat(layers[:, :, None], tokens, axis=2)


def test_copies_of_tokens_tell_nothing_new(data):
    """Of probabilities, whose intervals take no formula for counts: equal up to rounding."""
    x1, x2, y = columns_of(data)
    soft = 0.8 * np.eye(4)[y] + 0.05
    options = QUANTILE | {"n_resamples": 50}
    once = ff.layer_profile(x1, x2, soft, **options, estimator="kmeans")
    thrice = ff.layer_profile(
        copies(x1, 3), copies(x2, 3), soft, paired_tokens=True, **options, estimator="kmeans"
    )
    for name in ("atoms", "low", "high", "bias"):
        np.testing.assert_allclose(
            getattr(thrice, name), getattr(once, name), rtol=0, atol=1e-6
        )
    np.testing.assert_allclose(thrice.samples_per_cell, 3 * once.samples_per_cell)


def test_intervals_are_those_of_rows_not_of_tokens(data):
    x1, x2, y = columns_of(data)
    options = QUANTILE | {"n_resamples": 1500, "bias_correction": "qe"}
    once = ff.layer_profile(x1, x2, y, **options, estimator="kmeans")
    tokens = copies(x1, 9), copies(x2, 9)
    paired = ff.layer_profile(*tokens, y, paired_tokens=True, **options, estimator="kmeans")
    flat = [layers.reshape(2, -1, 1) for layers in tokens]
    as_rows = ff.layer_profile(*flat, np.repeat(y, 9), **options, estimator="kmeans")
    np.testing.assert_allclose(paired.plug_in, as_rows.plug_in, atol=1e-4)
    width, of_paired, of_tokens = (
        np.array(profile.high) - np.array(profile.low) for profile in (once, paired, as_rows)
    )
    np.testing.assert_allclose((of_paired / width)[:3], 1, atol=0.1)
    # rows that are not labels of their own are not corrected by Chao, half by half
    assert np.all((of_paired / width)[3] > 0.5)
    assert np.all(of_tokens < 0.6 * of_paired)  # a third, but for noise


def test_tokens_are_rows_of_the_table():
    rng = np.random.default_rng(0)
    first, second = (rng.standard_normal((2, 100, 3, 1)) for _ in range(2))
    per_row, per_token = rng.integers(4, size=100), rng.integers(3, size=(100, 3))
    soft = rng.dirichlet([1, 1], 100)
    for target, flat in (
        (per_row, np.repeat(per_row, 3)),
        (per_row.tolist(), np.repeat(per_row, 3)),
        (per_row[:, None], np.repeat(per_row, 3)),
        (soft, np.repeat(soft, 3, 0)),
        (per_token, per_token.ravel()),
        (per_token.astype(str), per_token.ravel().astype(str)),
        (np.eye(3)[per_row % 3], np.repeat(per_row % 3, 3)),  # floats: probabilities
        (per_token.astype(bool), per_token.astype(bool).ravel()),
    ):
        options = {
            "estimator": ff.PIDEstimator(3, clusterer="quantile", **PLUG_IN),
            "n_seeds": 1,
            "random_state": 5,
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ff.UndersampledWarning)
            got = ff.layer_profile(first, second, target, paired_tokens=True, **options)
            rows = [layers.reshape(2, 300, 1) for layers in (first, second)]
            expected = ff.layer_profile(*rows, flat, **options)
        assert_same_layers(got, expected)
        assert got.results[0][0].n_samples == 300


def test_a_fixed_source_of_tokens_is_shared(data):
    x1, x2, y = columns_of(data)
    fixed = copies(x1, 2)[0]
    shared = ff.layer_profile(
        fixed, copies(x2, 2), y, paired_tokens=True, **BINS, estimator="kmeans"
    )
    twice = ff.layer_profile(
        [fixed] * 2, copies(x2, 2), y, paired_tokens=True, **BINS, estimator="kmeans"
    )
    assert_same_layers(shared, twice)


@pytest.mark.parametrize(
    ("shapes", "options", "message"),
    [
        (((9, 4, 2), (9, 4, 2)), {}, "both are one array, so there are no layers"),
        (((1, 9, 4, 2), (1, 9, 3, 2)), {}, "layer '0': paired tokens need the same N and T"),
        (((1, 9, 4, 2), (1, 8, 4, 2)), {}, r"got shapes \(9, 4, 2\) and \(8, 4, 2\)"),
        (((1, 8, 4, 2), (1, 8, 4, 2)), {}, "X1, target: .* X1 has 8, target has 9"),
        (((1, 9, 4, 2), (9, 2)), {}, r"sources2: expected a mapping .*\(N, T, d\).*\(9, 2\)"),
        (((1, 9, 0, 2), (1, 9, 0, 2)), {}, r"layer '0': X1: 0 sample\(s\)"),
        (((1, 9, 4, 2), (1, 9, 4, 2)), {"held_out": 0.5}, "held_out: with paired_tokens"),
        (
            ((1, 9, 4, 2), (1, 9, 4, 2)),
            {"bias_correction": "chao"},
            "'chao' takes rows for indep",
        ),
    ],
)
def test_tokens_that_do_not_pair_are_refused(shapes, options, message):
    rng = np.random.default_rng(0)
    first, second = (rng.standard_normal(shape) for shape in shapes)
    y = np.arange(9) % 2
    with pytest.raises(ValueError, match=message):
        ff.layer_profile(
            first, second, y, paired_tokens=True, **PLAIN | options, estimator="kmeans"
        )


# -- ways to read it -------------------------------------------------------------------


def test_tokens_of_one_sample_do_not_hide_that_samples_are_alone():
    rng = np.random.default_rng(0)
    samples = rng.standard_normal((60, 2, 1, 3))
    x1, x2 = np.moveaxis(np.repeat(samples, 4, axis=2), 1, 0)  # four copies of one token
    with pytest.warns(ff.UndersampledWarning, match="layer 'only'"):
        profile = ff.layer_profile(
            {"only": x1},
            {"only": x2},
            rng.integers(2, size=60),
            paired_tokens=True,
            n_clusters=20,
            n_seeds=1,
            n_init=1,
            n_resamples=0,
            bias_correction="none",
            estimator="kmeans",
        )
    assert profile.undersampled.all()


def test_chance_is_not_reported_for_tokens_of_few_samples():
    rng = np.random.default_rng(0)
    x1, x2 = np.repeat(rng.standard_normal((2, 40, 1, 2)), 40, axis=2)
    with pytest.warns(ff.UndersampledWarning):
        profile = ff.layer_profile(
            {"only": x1},
            {"only": x2},
            rng.integers(3, size=40),
            paired_tokens=True,
            n_clusters=6,
            n_seeds=1,
            n_init=1,
            n_resamples=25,
            estimator="kmeans",
        )
    assert profile.undersampled.all()
    assert profile.low.synergy[0] <= 0


def test_labels_of_other_tokens_are_told_so(rng):
    tokens = rng.standard_normal((30, 4, 2))
    for wrong in (rng.integers(3, size=(30, 5)), np.full((30, 5), "a")):
        with pytest.raises(
            ValueError, match=r"target: shape \(30, 5\) .* \(N, T\) = \(30, 4\)"
        ):
            ff.layer_profile(
                {"a": tokens}, {"a": tokens}, wrong, paired_tokens=True, estimator="kmeans"
            )
