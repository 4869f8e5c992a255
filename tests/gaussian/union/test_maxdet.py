# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The largest determinant below several matrices: cases that symmetry solves, and the certificate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.gaussian.union.certificate import bounds_of
from fourfold.gaussian.union.dual_descent import dual_descent
from fourfold.gaussian.union.largest import largest_determinants, solved
from fourfold.gaussian.union.maxdet import maxdet
from tests.support.gaussians import rotation

SEEDS = st.integers(0, 2**32 - 1)
ROUNDING = np.array([1e-12])


def roots_of(bounds):
    return np.linalg.cholesky(np.asarray(bounds, dtype=float))


def channels_of(bounds):
    """Q_i with the given C_i^-1 = T' Q_i' Q_i T, and log det of (T' T)^-1."""
    inverse = np.linalg.inv(roots_of(bounds))
    stacked, change = np.linalg.qr(inverse.reshape(-1, inverse.shape[-1]))
    return stacked.reshape(inverse.shape), -np.linalg.slogdet(change.T @ change)[1]


def random_bounds(rng, number, size):
    drawn = rng.standard_normal((number, size, size + 2))
    return drawn @ drawn.swapaxes(-1, -2)


def planes(number, size):
    """Each source tells of one of as many directions that a group turns into each other.

    1 - a v v' for the corners v of a simplex: the average over the group of a C below all is
    below all, has no smaller determinant, and is a multiple of 1; so C = (1 - a) 1 is the best.
    """
    corners = np.eye(number) - 1 / number
    basis = np.linalg.svd(corners)[0][:, :size]
    directions = corners @ basis
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.eye(size) - 0.75 * directions[:, :, None] * directions[:, None, :]


@pytest.mark.parametrize("size", [2, 3, 5, 8])
@pytest.mark.parametrize("method", ["newton", "descent"])
def test_corners_of_a_simplex(size, method):
    channels, shift = channels_of(planes(size + 1, size))
    found = (
        maxdet(channels[None], 1e-10) if method == "newton" else dual_descent(channels, 1e-10)
    )
    exact = size * np.log(0.25) - shift
    assert found.bounds.low[0] <= exact + 1e-13
    assert exact <= found.bounds.high[0] + 1e-13
    assert found.bounds.gap[0] <= 1e-10


@given(SEEDS, st.integers(2, 6), st.integers(1, 8))
def test_bounds_that_commute_have_the_least_of_each_eigenvalue(seed, number, size):
    rng = np.random.default_rng(seed)
    values = np.exp(rng.uniform(-3, 3, (number, size)))
    values[rng.random((number, size)) < 0.3] = 1.0  # ties
    turn = rng.standard_normal((size, size)) + 3 * np.eye(size)
    bounds = turn * values[:, None, :] @ turn.T
    exact = np.log(values.min(0)).sum() + 2 * np.linalg.slogdet(turn)[1]
    found = solved(np.linalg.inv(roots_of(bounds))[None], 1e-9)
    assert found.bounds.low[0] - 1e-10 <= exact <= found.bounds.high[0] + 1e-10
    assert found.bounds.gap[0] <= 1e-9


@given(SEEDS, st.integers(3, 5), st.integers(2, 6))
def test_both_methods_agree_and_no_matrix_below_is_larger(seed, number, size):
    rng = np.random.default_rng(seed)
    bounds = random_bounds(rng, number, size)
    channels, shift = channels_of(bounds)
    newton, descent = maxdet(channels[None], 1e-9).bounds, dual_descent(channels, 1e-9).bounds
    assert newton.gap[0] <= 1e-9
    assert max(newton.low[0], descent.low[0]) <= min(newton.high[0], descent.high[0]) + 1e-12
    # the Loewner order by eigenvalues, of any matrix at all
    below = random_bounds(rng, 1, size)[0]
    least = min(1 / np.linalg.eigvals(np.linalg.solve(b, below)).real.max() for b in bounds)
    assert np.linalg.slogdet(least * below)[1] <= newton.high[0] + shift + 1e-9


@given(SEEDS, st.integers(1, 4), st.integers(1, 5))
def test_any_guess_bounds_from_both_sides(seed, number, size):
    rng = np.random.default_rng(seed)
    channels, _ = channels_of(random_bounds(rng, number, size))
    best = maxdet(channels[None], 1e-9).bounds
    inside, multipliers = random_bounds(rng, 1, size)[0], random_bounds(rng, number, size)
    some = bounds_of(channels[None], inside[None], multipliers[None])
    assert some.low[0] <= best.high[0] + 1e-12
    assert best.low[0] <= some.high[0] + 1e-12


@given(SEEDS, st.integers(2, 4), st.integers(1, 6))
def test_multipliers_certify_by_themselves(seed, number, size):
    rng = np.random.default_rng(seed)
    bounds = random_bounds(rng, number, size)
    found = solved(np.linalg.inv(roots_of(bounds))[None], 1e-8)
    multipliers = found.multipliers[0]
    assert np.einsum("nij,nij->", multipliers, bounds) == pytest.approx(size, abs=1e-9)
    assert np.linalg.eigvalsh(multipliers).min() >= -1e-12 * np.abs(multipliers).max()
    above = -np.linalg.slogdet(multipliers.sum(0))[1]  # the traces less d are nothing
    assert found.bounds.low[0] - 1e-9 <= above <= found.bounds.low[0] + 1e-7


# -- where methods fail ------------------------------------------------------------------


def hard_cases():
    rng = np.random.default_rng(3)
    some = random_bounds(rng, 3, 6)
    turns = [rotation(rng, 6) for _ in range(4)]
    tied = np.array([[1, 1, 0.1, 0.1, 1, 1], [0.1, 1, 0.1, 1, 1, 1], [1, 0.1, 1, 0.1, 0.1, 1]])
    bump = np.diag([0, 0, 0, 0, 0, 1.0])
    return {
        "nearly equal": [some[0], some[0] * (1 + 1e-9), some[1]],
        "nearly above": [some[0], some[0] * (1 - 1e-6) + bump, some[2]],
        "ties": turns[0] * tied[:, None, :] @ turns[0].T,
        "seven digits of information": [
            np.eye(6) - (1 - 1e-7) * turn[:, :1] @ turn[:, :1].T for turn in turns
        ],
        "spread over ten powers of ten": [
            turn * 10.0 ** -np.arange(0, 12, 2) @ turn.T for turn in turns
        ],
        "many sources": random_bounds(rng, 8, 6),
        "many columns": random_bounds(rng, 3, 40),
        "one column": [[[1.0]], [[2.0]], [[2.0]]],
    }


@pytest.mark.parametrize("name", hard_cases())
def test_hard_cases_are_certified(name):
    bounds = np.asarray(hard_cases()[name], dtype=float)
    found = solved(np.linalg.inv(roots_of(bounds))[None], 1e-7)
    assert 0 <= found.bounds.gap[0] <= 1e-7


def test_more_columns_than_newton_takes():
    bounds = random_bounds(np.random.default_rng(0), 3, 72)
    found = solved(np.linalg.inv(roots_of(bounds))[None], 1e-10)
    assert 0 < found.bounds.gap[0] <= 1e-10


def test_a_batch_is_what_its_members_are():
    rng = np.random.default_rng(1)
    channels = np.stack([channels_of(random_bounds(rng, 3, 4))[0] for _ in range(5)])
    channels[2] = channels_of(planes(5, 4)[:3])[0]
    together = maxdet(channels, 1e-8)
    for k, one in enumerate(channels):
        alone = maxdet(one[None], 1e-8)
        assert alone.steps[0] == together.steps[k]
        np.testing.assert_allclose(
            [together.bounds.low[k], together.bounds.high[k]],
            [alone.bounds.low[0], alone.bounds.high[0]],
            rtol=0,
            atol=1e-12,
        )


# -- subsets ---------------------------------------------------------------------------


def test_sources_below_others_are_left_out():
    bounds = random_bounds(np.random.default_rng(2), 3, 4)
    noisy = bounds[1] + np.eye(4)
    roots = roots_of([*bounds, noisy, bounds[0]])[None]
    subsets = [(0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4), (1, 3), (1, 3, 4), (0, 4)]
    found = largest_determinants(roots, subsets, 1e-9, ROUNDING)
    assert found.low[0, 0] == found.low[0, 1] == found.low[0, 2]
    assert found.low[0, 3] == np.log(np.diag(roots[0, 1])).sum()  # the better source alone
    assert found.steps[0, 4] == 0
    assert found.low[0, 5] == np.log(np.diag(roots[0, 0])).sum()


def test_equal_sources_are_one():
    roots = np.repeat(roots_of(random_bounds(np.random.default_rng(4), 1, 5)), 3, axis=0)
    found = largest_determinants(roots[None], [(0, 1, 2)], 1e-9, ROUNDING)
    assert found.high[0, 0] == found.low[0, 0] == np.log(np.diag(roots[0])).sum()


def test_bounds_do_not_depend_on_scales_of_what_they_are_made_of(rng):
    channels = np.linalg.qr(rng.standard_normal((2, 9, 3)))[0].reshape(2, 3, 3, 3)
    inside, multipliers = np.broadcast_to(np.eye(3), (2, 3, 3)), np.eye(3) + 0 * channels
    here, there = (
        bounds_of(channels, a * inside, b * multipliers) for a, b in ((1, 1), (3, 5))
    )
    np.testing.assert_allclose(here, there, atol=1e-12)
    assert (here.gap > 0).all()
