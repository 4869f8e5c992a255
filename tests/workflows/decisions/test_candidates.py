# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A model's answers as distributions over the candidates."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff

masses = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 5)),
    elements=st.floats(0, 0.2),
)


@given(masses, st.floats(0, 1))
def test_rows_are_normalised_or_uniform(mass, tau):
    before = mass.copy()
    found = ff.candidate_probabilities(mass, tau=tau)
    np.testing.assert_array_equal(mass, before)
    np.testing.assert_allclose(found.probabilities.sum(1), 1, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.mass, mass.sum(1), rtol=0, atol=1e-12)
    assert found.uniform.dtype == bool
    for row, total, uniform, told in zip(
        mass, found.mass, found.uniform, found[0], strict=True
    ):
        if abs(total - tau) > 2e-6:
            assert uniform == (total < tau)
        expected = np.full(len(row), 1 / len(row)) if uniform else row / total
        np.testing.assert_allclose(told, expected, rtol=1e-12)


def test_the_threshold_itself_is_enough():
    found = ff.candidate_probabilities([[0.2, 0.1], [0.2, 0.0999], [0.3, 0.0]])
    assert found.uniform.tolist() == [False, True, False]
    assert ff.candidate_probabilities([[0.25, 0.25]], tau=0.5).uniform.tolist() == [False]
    half = np.array([[0.2, 0.1]], dtype=np.float32)
    assert not ff.candidate_probabilities(half, tau=0.3).uniform.any()


def test_zero_and_one_are_thresholds():
    rows = [[0.0, 0.0], [1e-300, 0.0], [0.5, 0.5]]
    found = ff.candidate_probabilities(rows, tau=0)
    assert found.uniform.tolist() == [True, False, False]
    np.testing.assert_array_equal(found.probabilities, [[0.5, 0.5], [1, 0], [0.5, 0.5]])
    assert ff.candidate_probabilities(rows, tau=1).uniform.tolist() == [True, True, False]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_is_not_less_than_one(rng, dtype):
    """Rows that sum to 1 up to rounding have all the mass there is."""
    rows = rng.dirichlet(np.ones(7), 500).astype(dtype)
    assert (rows.astype(np.float64).sum(1) < 1).any()
    assert not ff.candidate_probabilities(rows, tau=1).uniform.any()


def test_sums_of_half_precision_are_accepted():
    found = ff.candidate_probabilities([[0.6, 0.409]])
    assert found.mass[0] == pytest.approx(1.009)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-15)


def test_it_is_a_target_of_pid(rng):
    x1, x2 = rng.integers(2, size=(2, 40))
    mass = np.where((x1 ^ x2)[:, None] == 1, [0.05, 0.45], [0.45, 0.05])
    found = ff.candidate_probabilities(mass)
    assert ff.pid(x1, x2, found.probabilities).mi_joint > 0.4


@pytest.mark.parametrize(
    ("mass", "match"),
    [
        ([[0.5, 0.6]], r"mass: row 0 sums to 1\.1; .* at most 1 in all \(not logits"),
        ([[0.5, 0.5], [2.0, 1.0]], "mass: row 1 sums to 3"),
        ([[-0.1, 0.5]], r"mass: entries must be non-negative, got -0\.1 at index \(0, 0\)"),
        ([[np.nan, 0.5]], "mass: entries must be finite, got NaN"),
        ([0.5, 0.5], r"mass: .* shape \(N, K_Y\), got \(2,\)"),
        (np.zeros((0, 3)), "mass: expected at least one row and one class"),
        (np.zeros((3, 0)), "mass: expected at least one row and one class"),
        ([["a", "b"]], "mass: expected real numbers"),
    ],
)
def test_what_is_no_mass_is_refused(mass, match):
    with pytest.raises(ValueError, match=match):
        ff.candidate_probabilities(mass)


@pytest.mark.parametrize("tau", [-0.1, 1.1, np.nan, np.inf, "0.3", None, True])
def test_tau_is_a_share(tau):
    with pytest.raises(ValueError, match=r"tau: expected a finite number in \[0, 1\], got"):
        ff.candidate_probabilities([[0.5, 0.5]], tau=tau)
