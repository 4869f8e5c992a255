# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Targets as a model predicts them: P(y = 1), probabilities, log-odds, logits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import softmax

import fourfold as ff

RNG = np.random.default_rng(0)
X1, X2 = RNG.integers(0, 2, (2, 40))
P = RNG.random(40)
LOGITS = RNG.normal(size=(40, 3)) * 3


def decomposed(**target):
    return ff.pid(X1, X2, **target).to_dict()


@pytest.mark.parametrize("container", ["array", "list", "Series", "polars", "tensor", "column"])
def test_a_vector_is_the_probability_of_1(container):
    values = {
        "array": lambda: P,
        "list": P.tolist,
        "Series": lambda: pytest.importorskip("pandas").Series(P),
        "polars": lambda: pytest.importorskip("polars").Series(P),
        "tensor": lambda: pytest.importorskip("torch").tensor(P),
        "column": lambda: P[:, None],
    }[container]()
    assert decomposed(proba=values) == decomposed(y=np.c_[1 - P, P])


def test_a_matrix_is_what_y_may_be():
    rows = softmax(LOGITS, axis=1)
    assert decomposed(proba=rows) == decomposed(y=rows)
    assert decomposed(proba=np.eye(3)[X1 + X2]) == decomposed(y=X1 + X2)


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(float, (40, 3), elements=st.floats(-700, 700)), st.floats(-1e3, 1e3))
def test_logits_are_their_softmax_whatever_is_added(logits, shift):
    atoms = ff.pid(X1, X2, logits=logits).plug_in
    assert atoms == pytest.approx(
        ff.pid(X1, X2, proba=softmax(logits, axis=1)).plug_in, abs=1e-9
    )
    moved = ff.pid(X1, X2, logits=logits + shift).plug_in
    assert moved == pytest.approx(atoms, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(float, 40, elements=st.floats(-700, 700)))
def test_log_odds_are_logits_of_two_classes(odds):
    both = ff.pid(X1, X2, logits=np.c_[np.zeros(40), odds]).plug_in
    assert ff.pid(X1, X2, logits=odds).plug_in == pytest.approx(both, abs=1e-9)


def test_certain_predictions_are_labels():
    y = X1 ^ X2
    odds = np.where(y, np.inf, -np.inf)
    assert decomposed(logits=odds) == decomposed(y=y) == decomposed(proba=y)
    with np.errstate(divide="ignore"):
        assert decomposed(logits=np.log(np.eye(2)[y])) == decomposed(y=y)


def changed(array, index, value):
    array = np.array(array, dtype=float)
    array[index] = value
    return array


BAD = [
    ({"proba": P, "y": X1}, TypeError, "y, proba: expected one of y, proba and logits, got 2"),
    ({"proba": P, "logits": P}, TypeError, "proba, logits: expected one of"),
    ({"proba": changed(P, 3, 1.5)}, ValueError, r"proba: .* between 0 and 1 .* got 1\.5 at index 3"),
    ({"proba": changed(P, 3, -0.5)}, ValueError, r"proba: .*logits=.* got -0\.5 at index 3"),
    ({"proba": changed(P, 5, np.nan)}, ValueError, "proba: .* finite, got NaN at index 5"),
    ({"proba": LOGITS}, ValueError, "proba: entries must be non-negative"),
    ({"proba": np.c_[P, P] + 1}, ValueError, "proba: .* row 0 sums to"),
    ({"proba": P[None]}, ValueError, r"proba: .* shape \(1, 40\); hand over proba\.ravel\(\)"),
    ({"proba": P[:7]}, ValueError, "x1, proba: .* x1 has 40, proba has 7"),
    ({"proba": ["a"] * 40}, ValueError, "proba: expected real numbers, got 'a'"),
    ({"proba": 0.5}, ValueError, r"proba: expected one number a row .* got shape \(\)"),
    ({"proba": np.zeros((40, 0))}, ValueError, r"proba: .* got shape \(40, 0\)"),
    ({"proba": P, "target_bins": 4}, TypeError, "target_bins: .* not with proba"),
    ({"logits": P, "sample_weight": P}, TypeError, "sample_weight: .* not with logits"),
    ({"logits": changed(P, 5, np.nan)}, ValueError, "logits: .* got NaN at index 5"),
    ({"logits": changed(LOGITS, (5, 1), np.nan)}, ValueError, r"logits: .* NaN at index \(5, 1\)"),
    ({"logits": changed(LOGITS, (5, 1), np.inf)}, ValueError, r"logits: .* inf at index \(5, 1\)"),
    ({"logits": changed(LOGITS, 5, -np.inf)}, ValueError, r"logits: .* -inf at index \(5, 0\)"),
    ({"logits": P[None]}, ValueError, r"logits: .* hand over logits\.ravel\(\)"),
    ({"logits": P[:7]}, ValueError, "x1, logits: .* x1 has 40, logits has 7"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "error", "words"), BAD)
def test_other_predictions_are_refused(target, error, words):
    with pytest.raises(error, match=words):
        ff.pid(X1, X2, **target)


def test_counts_have_their_target():
    counts = ff.Counts.from_labels(X1, X2, X1)
    with pytest.raises(TypeError, match="proba: counts as x1 have a target of their own"):
        ff.pid(counts, proba=P)


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (
            P,
            r"y: .*as P\(y = 1\) it is proba=y of fourfold\.pid, elsewhere .*numpy\.c_\[1 - y, y\]",
        ),
        (
            LOGITS,
            r"y: .*logits=y of fourfold\.pid, elsewhere scipy\.special\.softmax\(y, axis=1\)",
        ),
    ],
)
def test_predictions_as_y_are_told_what_to_type(y, words):
    first, second = RNG.normal(size=(2, 40, 2))
    for call in (
        lambda: ff.pid(X1, X2, y),
        lambda: ff.Counts.from_labels(X1, X2, y),
        lambda: ff.permutation_test(X1, X2, y),
        lambda: ff.conditional_pid(X1, X2, y, given=X1),
        lambda: ff.PIDEstimator(2).fit(first, second, y),
        lambda: ff.ClassifierPID("fast").fit(first, second, y),
    ):
        with pytest.raises(ValueError, match=words):
            call()
