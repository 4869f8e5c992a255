# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bounds from held-out terms hold where the losses are rare, and know how many rows there are."""

import numpy as np
import pytest

import fourfold as ff
from fourfold.posteriors.held_out import FEWEST, Rows, outer_bounds
from fourfold.posteriors.target import as_target


@pytest.mark.parametrize("n", [60, 200, 600])
@pytest.mark.parametrize("expected", [0.2, 1.0, 3.0])
def test_bounds_hold_where_wrong_labels_are_so_rare_that_few_or_none_are_drawn(n, expected):
    wrong = expected / n  # of both sources' labels, a fair bit otherwise
    told = 1 + wrong * np.log2(wrong) + (1 - wrong) * np.log2(1 - wrong)
    rng = np.random.default_rng(0)
    broken = np.zeros(4)
    for _ in range(200):
        terms = 1 + np.log2(np.where(rng.random(n) < wrong, wrong, 1 - wrong))
        bounds = outer_bounds(terms, terms, terms, np.ones(n), Rows(np.full(n, 1 / n)), 0.95)
        truth = (told, 0.0, 0.0, 1 - told)
        signs = (1, -1, -1, -1)
        broken += [s * (b - t) > 1e-9 for b, t, s in zip(bounds, truth, signs, strict=False)]
    assert broken.max() <= 18  # of 200, 10 expected


def test_rows_of_unequal_weight_count_as_fewer():
    weights = np.r_[np.full(4, 1.0), np.full(996, 1e-3)]
    rows = Rows(weights / weights.sum())
    assert rows.independent < 10
    terms = np.zeros(1000)
    assert np.isnan(outer_bounds(terms, terms, terms, terms + 1, rows, 0.95).redundancy)


def test_equal_rows_and_groups_count_as_they_are():
    assert Rows(np.full(FEWEST, 1 / FEWEST)).independent == FEWEST
    groups = np.repeat(np.arange(FEWEST), 7)
    assert Rows(np.full(len(groups), 1 / len(groups)), groups).independent == FEWEST


def test_soft_targets_bound_the_joint_information_by_less_than_the_entropy():
    """What rows of probabilities leave open no source can tell; labels leave nothing open."""
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(3, size=(2, 600))
    answers = rng.dirichlet([1.0, 1.0], (3, 3))
    joint = answers[x1, x2]
    given = [np.stack([joint[x == k].mean(0) for k in range(3)])[x] for x in (x1, x2)]
    found = ff.posterior_pid(*given, joint, joint)
    exact = ff.pid(x1, x2, joint, bias_correction="none")
    bounds, entropy = found.outer_bounds, exact.entropy
    assert exact.mi_joint < entropy - 0.2
    assert exact.mi_joint - exact.mi2 <= bounds.unique1 < exact.mi_joint - exact.mi2 + 0.06
    assert exact.mi_joint - exact.mi1 <= bounds.unique2 < exact.mi_joint - exact.mi1 + 0.06
    assert exact.synergy <= bounds.synergy < entropy - 0.2
    target = as_target(joint, 2, None, 0)
    assert target.most.mean() == pytest.approx(exact.mi_joint)
    labels = as_target(joint.argmax(1), 2, None, 0)
    np.testing.assert_array_equal(labels.most, labels.surprise)
