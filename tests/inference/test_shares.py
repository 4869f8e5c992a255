# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Intervals of U1 / (U1 + U2)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

import fourfold as ff
from fourfold.inference.shares import share_intervals
from tests.support.marks import ignore_undersampled
from tests.support.tables import drawn

ATOM = st.floats(0.01, 1)


def error_of(share, covariance):
    slope = np.array([0, 1 - share, -share, 0])
    return np.sqrt(slope @ covariance @ slope)


@given(ATOM, ATOM, st.integers(0, 2**32))
def test_ends_are_where_the_share_is_just_not_refused(unique1, unique2, seed):
    root = np.random.default_rng(seed).normal(size=(4, 4)) * 0.02
    covariance, end = root @ root.T, np.array([0.1, unique1, unique2, 0.2])
    (low, high), (other_low, other_high) = share_intervals(end[None], covariance, 0.9)
    assert (other_low, other_high) == (1 - high, 1 - low)
    assert 0 <= low <= high <= 1
    for share in (low, high):
        if 0 < share < 1:
            distance = abs(unique1 - share * (unique1 + unique2))
            assert distance == pytest.approx(
                ndtri(0.95) * error_of(share, covariance), rel=1e-5
            )


def test_small_errors_are_those_of_the_delta_method():
    end, covariance = np.array([0, 0.3, 0.1, 0]), np.eye(4) * 1e-6
    (low, high), _ = share_intervals(end[None], covariance, 0.95)
    slope = np.array([0, 0.1, -0.3, 0]) / 0.4**2
    error = 1.96 * np.sqrt(slope @ covariance @ slope)
    assert (low, high) == pytest.approx((0.75 - error, 0.75 + error), abs=1e-4)


@pytest.mark.parametrize("total", [0.0, -0.1, 0.019])
def test_where_both_may_be_nothing_all_shares_are_possible(total):
    end = np.array([0.5, total, 0, 0.2])
    assert share_intervals(end[None], np.eye(4) * 1e-4, 0.95)[0] == (0.0, 1.0)


def test_every_end_is_in_it():
    ends = np.array([[0, 0.3, 0.1, 0], [0, 0.2, 0.0, 0]])
    (low, high), _ = share_intervals(ends, np.eye(4) * 1e-8, 0.95)
    assert low < 0.75
    assert high > 0.999


@ignore_undersampled
def test_shares_hold_the_truth_at_one_row_a_cell(rng):
    """Three bits a source: one that only it tells, one of a parity; 30 draws.

    100 others are held always; 90 % would fall below 18 once in 10**5.
    """
    bits = np.arange(8)
    i, j, y = np.meshgrid(bits, bits, bits, indexing="ij")
    wrong = [(i ^ y) & 1, (j ^ (y >> 1)) & 1, ((i >> 1) ^ (j >> 1) ^ (y >> 2)) & 1]
    truth = np.prod([np.where(bit, 0.05, 0.95) for bit in wrong], axis=0)
    truth /= truth.sum()
    held = 0
    for k in range(30):
        found = ff.pid(
            *drawn(truth, 512, rng), random_state=k, num_threads=1
        ).confidence_interval
        (low, high), _ = found.contributions
        assert high - low < 0.5
        held += low <= 0.5 <= high
    assert held >= 18
