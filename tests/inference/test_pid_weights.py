# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of labels that count for more or less than one sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

RNG = np.random.default_rng(0)
X1, X2 = RNG.integers(0, 3, (2, 30))
Y = (X1 + X2) % 2
WEIGHTS = RNG.random(30)


def test_weights_that_add_up_to_one_are_probabilities():
    result = ff.pid([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1], sample_weight=[0.25] * 4)
    assert result.atoms == pytest.approx([0.311278124459, 0, 0, 0.5], abs=1e-9)
    assert result.n_samples is None
    assert result.effective_samples == pytest.approx(4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=30, max_size=30).filter(any), st.booleans())
def test_whole_weights_are_repeated_rows(weights, as_floats):
    given_as = np.array(weights, dtype=float) if as_floats else weights
    rows = np.repeat(np.arange(30), weights)
    repeated = ff.pid(X1[rows], X2[rows], Y[rows])
    assert ff.pid(X1, X2, Y, sample_weight=given_as).to_dict() == repeated.to_dict()


def test_weights_are_those_of_counts():
    counts = ff.Counts.from_labels(X1, X2, Y, weights=WEIGHTS)
    assert ff.pid(X1, X2, Y, sample_weight=WEIGHTS).to_dict() == ff.pid(counts).to_dict()
    numbers = RNG.normal(size=30)
    counts = ff.Counts.from_labels(X1, X2, numbers, weights=WEIGHTS, target_bins=3)
    binned = ff.pid(X1, X2, numbers, sample_weight=WEIGHTS, target_bins=3)
    assert binned.to_dict() == ff.pid(counts).to_dict()
    pairs = ff.pid(np.c_[X1, X2], X2, np.eye(2)[Y], sample_weight=WEIGHTS)
    codes = ff.pid(3 * X1 + X2, X2, Y, sample_weight=WEIGHTS)
    assert pairs.to_dict() == codes.to_dict()


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        (WEIGHTS - 1, ValueError, "sample_weight: .* at row 0 is negative"),
        (WEIGHTS * 0, ValueError, "sample_weight: all are zero"),
        (WEIGHTS[:7], ValueError, "x1 has 30, sample_weight has 7"),
        (
            np.where(WEIGHTS > 0.9, np.nan, WEIGHTS),
            ValueError,
            r"sample_weight: .* missing \(NaN\)",
        ),
        ([None, *WEIGHTS[1:]], ValueError, "sample_weight: .* row 0 is missing"),
        (["a"] * 30, ValueError, "sample_weight: expected numbers"),
        (np.stack([WEIGHTS] * 2, 1), ValueError, r"sample_weight: .* shape \(30, 2\)"),
    ],
)
def test_other_weights_are_refused(weights, error, words):
    with pytest.raises(error, match=words):
        ff.pid(X1, X2, Y, sample_weight=weights)


def test_weights_go_with_rows_of_labels():
    with pytest.raises(ValueError, match="sample_weight: rows of probabilities for y take no"):
        ff.pid(X1, X2, np.full((30, 2), 0.5), sample_weight=WEIGHTS)
    with pytest.raises(TypeError, match="sample_weight: goes with rows; counts know theirs"):
        ff.pid(ff.Counts.from_labels(X1, X2, Y), sample_weight=WEIGHTS)
    with pytest.raises(ValueError, match="bias_correction: 'chao' needs whole numbers"):
        ff.pid(X1, X2, Y, sample_weight=WEIGHTS, bias_correction="chao")
