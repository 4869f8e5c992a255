# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each row adds, against derivatives by the weights of the rows."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.estimate import estimate
from fourfold.gaussian.influence import row_bits
from fourfold.gaussian.scatters import deal_rows
from tests.support.gaussians import of_channels, random_covariance


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def drawn_rows(cov, n, rng):
    rows = rng.standard_normal((n, len(cov))) @ np.linalg.cholesky(cov).T
    return rows - rows.mean(0)


def values(cov, sizes):
    found = closed_form(cov, sizes)
    return np.array([found.mi1, found.mi2, found.mi_joint, found.mi1 + found.unique2])


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 2, 2), (1, 4, 3)])
def test_rows_add_what_a_little_more_of_them_changes(rng, sizes):
    rows = drawn_rows(random_covariance(rng, sizes), 60, rng)
    dealt = deal_rows(rows, sizes, generator=rng)
    bits = row_bits(dealt, estimate(dealt.scatters))
    cov, step = rows.T @ rows / 59, 1e-6
    for row in (0, 7, 59):
        more = np.outer(rows[row], rows[row]) * step
        slope = (values(cov + more, sizes) - values(cov - more, sizes)) / (2 * step)
        # the mean over the rows of these slopes, which is taken off, is zero: scale does not matter
        np.testing.assert_allclose(bits.high[row], slope, atol=1e-6)
    for terms in (bits.low, bits.high, bits.by_choice, bits.near):
        np.testing.assert_allclose(terms.mean(0), 0, atol=1e-12)


def test_errors_are_those_of_repeated_samples(rng):
    """Of informations and both ends of v*, by 150 samples of 200 rows."""
    sizes = (3, 3, 3)
    cov = of_channels(np.diag([1, 0.7, 0.4]), np.diag([0.4, 0.7, 0.9]))
    rows = np.stack([drawn_rows(cov, 200, rng) for _ in range(150)])
    dealt = deal_rows(rows, sizes, generator=rng)
    found = estimate(dealt.scatters)
    ends = np.stack([*found.information, found.low, found.high], 1)
    errors = []
    for layer in range(150):
        bits = row_bits(dealt, found, (layer,))
        terms = np.c_[bits.low, bits.high[:, 3]]
        errors.append(np.sqrt((terms**2).sum(0)) / 200)
    np.testing.assert_allclose(np.mean(errors, 0), ends.std(0), rtol=0.2)


def test_an_eigenvalue_near_one_may_tell_either_unique_part(rng):
    """Y's first column is X1's by far; of the second both sources know alike."""
    cov = of_channels(np.diag([3.0, 1.0]), np.diag([0.5, 1.0]))
    rows = drawn_rows(cov, 400, rng)
    dealt = deal_rows(rows, (2, 2, 2), generator=rng)
    bits = row_bits(dealt, estimate(dealt.scatters))
    first, second = np.sqrt((bits.near**2).sum(0)) / 400
    assert 0.02 < second < 0.08 < first  # of one combination, and of both


def test_rows_that_choose_move_only_the_lower_end(rng):
    cov = of_channels(np.eye(4), np.eye(4))
    rows = drawn_rows(cov, 300, rng)
    dealt = deal_rows(rows, (4, 4, 4), generator=rng)
    bits = row_bits(dealt, estimate(dealt.scatters))
    assert bits.by_choice.std() > 0.1
    few = deal_rows(rows[:20], (4, 4, 4), generator=rng)
    without = row_bits(few, estimate(few.scatters))
    assert not without.by_choice.any()
    np.testing.assert_allclose(without.low[:, 3], without.low[:, :2].mean(1))
