# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sets of equal size, adjusted p-values, and what is too high for having been chosen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from fourfold.workflows.subsets.evidence import adjusted, equal_sets, shrunk


@pytest.mark.parametrize(
    ("inside", "sets"), [(30, (1, 2)), (50, (1, 1)), (90, (4, 1)), (10, (1, 4))]
)
def test_sets_are_disjoint_and_of_one_size(inside, sets):
    members = np.arange(100) < inside
    found = equal_sets(members, 4, np.random.default_rng(0))
    assert tuple(map(len, found)) == sets
    size = min(inside, 100 - inside)
    for side, within in zip(found, (True, False), strict=True):
        rows = np.concatenate(side)
        assert {len(part) for part in side} == {size}
        assert len(set(rows)) == len(rows)
        assert (members[rows] == within).all()


def test_holm_is_that_of_the_definition():
    found = adjusted(np.array([0.01, 0.04, 0.03, 0.005]), "holm")
    np.testing.assert_allclose(found, [0.03, 0.06, 0.06, 0.02])
    assert adjusted(np.array([0.6, 0.9]), "holm").tolist() == [1.0, 1.0]


def test_holm_keeps_its_level_for_subsets_that_overlap():
    """Differences of means of one sample between overlapping halves, all null: P(any) <= .05."""
    rng = np.random.default_rng(0)
    halves = np.array([np.roll(np.arange(200) < 100, k) for k in range(0, 100, 5)])
    weights = np.where(halves, 1, -1) / np.sqrt(200)
    pvalues = ndtr(-rng.standard_normal((4000, 200)) @ weights.T)
    false = np.mean([adjusted(each, "holm").min() <= 0.05 for each in pvalues])
    assert 0.005 < false <= 0.05


def test_benjamini_and_hochberg_find_more():
    pvalues = np.array([0.01, 0.02, 0.03, 0.04])
    np.testing.assert_allclose(adjusted(pvalues, "bh"), 0.04)
    assert (adjusted(pvalues, "holm") >= adjusted(pvalues, "bh")).all()


def test_the_highest_of_equal_ones_is_too_high_and_not_when_shrunk():
    rng, errors = np.random.default_rng(1), np.full(12, 0.1)
    estimates = 0.3 + rng.normal(0, errors, (2000, 12))
    drawn = np.array([shrunk(each, errors) for each in estimates])
    raw, kept = (each.max(1).mean() - 0.3 for each in (estimates, drawn))
    assert raw > 0.15
    assert abs(kept) < 0.25 * raw


def test_one_that_differs_is_drawn_in_by_no_more_than_the_curse():
    values, errors = np.r_[0.9, np.zeros(11)], np.full(12, 0.05)
    found = shrunk(values, errors)
    assert 0.9 - 1.7 * 0.05 < found[0] < 0.9
    np.testing.assert_array_equal(shrunk(values[:1], errors[:1]), values[:1])
    np.testing.assert_array_equal(shrunk(values, np.zeros(12)), values)
