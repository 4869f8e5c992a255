# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The score of clusters: bits about rows that were not fitted, and never more than there are."""

from __future__ import annotations

import math

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled


def fitted(x1, x2, y, n_clusters=3, **options):
    estimator = ff.PIDEstimator(n_clusters, n_init=1, probe=False, random_state=0, **options)
    return estimator.fit(x1, x2, y)


def by_hand(estimator, seen, held_out):
    """The mean of log2 p(y|x1,x2) / p(y), row by row, p as `held_out_information` estimates it."""
    labels, y = list(zip(*estimator.transform(*seen[:2]), strict=True)), seen[2].tolist()
    classes = sorted({*y, *held_out[2].tolist()})
    share = {c: (y.count(c) + 0.5) / (len(y) + 0.5 * len(classes)) for c in classes}
    total = 0.0
    pairs = zip(*estimator.transform(*held_out[:2]), strict=True)
    for pair, c in zip(pairs, held_out[2].tolist(), strict=True):
        with_pair = [other for label, other in zip(labels, y, strict=True) if label == pair]
        p = (with_pair.count(c) + 2 * share[c]) / (len(with_pair) + 2)
        total += math.log2(p / share[c])
    return total / len(held_out[2])


@pytest.fixture
def rows(rng):
    """300 rows of which y is a noisy function of a group in each source; 200 to fit, 100 others."""
    groups = rng.integers(0, 3, (300, 2))
    x1, x2 = (10.0 * np.eye(3)[group] + rng.normal(size=(300, 3)) for group in groups.T)
    y = np.where(rng.random(300) < 0.2, rng.integers(0, 3, 300), groups.sum(1) % 3)
    parts = slice(0, 200), slice(200, 300)
    return [(x1[part], x2[part], y[part]) for part in parts]


def test_against_a_sum_over_rows(rows):
    seen, others = rows
    estimator = fitted(*seen)
    assert estimator.score(*others) == pytest.approx(
        by_hand(estimator, seen, others), abs=1e-12
    )
    assert 0.5 < estimator.score(*others) < estimator.score(*seen)


def test_pairs_that_were_not_seen_tell_nothing(rng):
    x = np.repeat([0.0, 10.0], 50)[:, None] + 0.1 * rng.normal(size=(100, 1))
    y = np.repeat([0, 1], 50)
    estimator = fitted(x, x, y, 2)
    assert estimator.score(x, x[::-1], y) == 0.0
    assert estimator.score(x, x, y) == pytest.approx(math.log2((50 * 2 + 2) / 52), abs=1e-12)


def test_a_class_that_was_not_seen_costs_bits(rows):
    seen, others = rows
    estimator = fitted(*seen)
    new = others[0], others[1], np.full(100, 7)
    assert estimator.score(*new) == pytest.approx(by_hand(estimator, seen, new), abs=1e-12)
    assert estimator.score(*new) < -2


def test_noise_has_no_score_above_zero(rng):
    x1, x2 = rng.normal(size=(2, 4000, 2))
    y = rng.integers(0, 4, 4000)
    for n_clusters in (2, 8, 32):
        estimator = fitted(x1[:2000], x2[:2000], y[:2000], n_clusters)
        assert estimator.score(x1[2000:], x2[2000:], y[2000:]) < 0.005


def test_labels_of_any_kind(rows):
    seen, others = rows
    score = fitted(*seen).score(*others)
    words = np.array(["no", "perhaps", "yes"])
    estimator = fitted(*seen[:2], words[seen[2]])
    assert estimator.score(*others[:2], words[others[2]].tolist()) == score
    with pytest.raises(
        ValueError, match=r"y: got labels such as 2, but fitted were such as 'no'"
    ):
        estimator.score(others[0][:1], others[1][:1], [2])


def test_rows_of_probabilities(rows):
    seen, others = rows
    soft = fitted(*seen[:2], np.eye(3)[seen[2]])
    assert soft.score(*others[:2], np.eye(3)[others[2]]) == fitted(*seen).score(*others)
    vague = 0.5 * np.eye(3)[seen[2]] + 0.5 / 3
    told = fitted(*seen[:2], vague).score(*others[:2], 0.5 * np.eye(3)[others[2]] + 0.5 / 3)
    assert 0 < told < 0.5
    with pytest.raises(ValueError, match=r"y: got labels, .* but fitted were rows of prob"):
        soft.score(*others)
    with pytest.raises(ValueError, match=r"y: got rows of prob.* but fitted were labels"):
        fitted(*seen).score(*others[:2], np.eye(3)[others[2]])
    with pytest.raises(ValueError, match=r"y: has 2 classes, but fitted were 3"):
        soft.score(*others[:2], np.full((100, 2), 0.5))


def test_what_is_seen_is_what_was_counted(rows):
    seen, others = rows
    estimator = fitted(*seen, held_out=0.25)
    counted = tuple(each[estimator.counted_] for each in seen)
    expected = by_hand(estimator, counted, others)
    assert estimator.score(*others) == pytest.approx(expected, abs=1e-12)


def test_rows_that_do_not_match(rows):
    seen, others = rows
    estimator = fitted(*seen)
    with pytest.raises(ValueError, match="X1 has 100, X2 has 99"):
        estimator.score(others[0], others[1][:99], others[2])
    with pytest.raises(ValueError, match="X1 has 100, y has 99"):
        estimator.score(others[0], others[1], others[2][:99])
    with pytest.raises(ValueError, match="the target y is None"):
        estimator.score(others[0], others[1], None)
