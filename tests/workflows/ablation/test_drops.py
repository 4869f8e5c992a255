# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Errors of a drop of accuracy, and its intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from fourfold.workflows.ablation.drops import drop_error, drop_interval
from fourfold.workflows.ablation.interventions import alter


def test_error_and_interval_are_those_of_paired_rows(rng):
    lost = rng.choice([-1.0, 0.0, 1.0], size=(1, 60), p=[0.1, 0.6, 0.3])
    assert drop_error(lost, None) == pytest.approx(stats.sem(lost[0]))
    # Bonett and Price: one more row of either kind
    more = np.append(lost[0], [1, -1])
    expected = stats.norm.interval(0.9, more.mean(), more.std() / np.sqrt(62))
    got = drop_interval(lost.mean(), stats.sem(lost[0]), 60, 0.9)
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_interval_stays_within_what_is_possible():
    assert drop_interval(1.0, 0.0, 3, 0.95)[1] == 1
    assert drop_interval(-1.0, 0.0, 3, 0.95)[0] == -1
    low, high = drop_interval(0.0, 0.0, 100, 0.95)
    assert low == -high < 0


def test_repeats_are_no_further_rows(rng):
    once = rng.choice([0.0, 1.0], size=(1, 50))
    assert drop_error(np.repeat(once, 9, axis=0), None) == pytest.approx(drop_error(once, None))


@pytest.mark.parametrize(("share", "repeats"), [(0.5, 1), (0.9, 5), (0.8, 20)])
def test_error_of_a_shuffle_is_its_spread_over_samples(rng, share, repeats):
    # accuracy of a shuffle is share**2 + (1 - share)**2: rows count as those that give, too
    truth = 2 * share * (1 - share)
    found = []
    for _ in range(600):
        bit = (rng.random(200) < share).astype(int)
        draws = [alter("shuffle", bit, rng, "") for _ in range(repeats)]
        lost = np.array([draw.values != bit for draw in draws]).astype(float)
        error = drop_error(lost, np.array([draw.donors for draw in draws]))
        low, high = drop_interval(lost.mean(), error, 200, 0.95)
        found.append((lost.mean(), error, low <= truth <= high))
    drop, error, held = np.array(found).T
    assert np.sqrt(np.mean(error**2)) == pytest.approx(drop.std(), rel=0.12)
    assert 0.92 < held.mean() < 0.99
