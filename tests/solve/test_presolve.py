# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""States with the same posterior are solved as one, and what is read off is of those given."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import _core
from tests.support.tables import dense, information, sparse

METHODS = ["auto", "ipfp", "newton"]
TOL = 1e-8
ROUNDING = 1e-12


def solved_shape(p1y, p2y, method="auto"):
    out = _core.solve_one(p1y, p2y, method=method, tol=1e-6, max_iter=10000, num_threads=1)
    return tuple(out["solved_shape"][0])


def split(p, rng, most=4):
    """p (K, K_Y) with each state cut into up to `most` of the same posterior; the parent of each."""
    parent = np.repeat(np.arange(len(p)), rng.integers(1, most + 1, len(p)))
    rng.shuffle(parent)
    share = rng.uniform(0.01, 1.0, len(parent))
    share /= np.bincount(parent, share, len(p))[parent]
    return p[parent] * share[:, None], parent


def marginals(table):
    p = table / table.sum()
    return p.sum(1), p.sum(0)


def apart(p):
    """States of p by pattern of zeros and posterior, to twelve digits."""
    p = p[p.sum(1) > 0]
    return len(np.unique(np.round(p / p.sum(1, keepdims=True), 12), axis=0))


@st.composite
def split_tables(draw):
    shape = (draw(st.integers(2, 6)), draw(st.integers(2, 6)), draw(st.integers(3, 4)))
    kind = draw(st.sampled_from([dense, sparse]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    p1, p2 = marginals(kind(shape, rng.integers(2**32)) + 0.0)
    return (p1, p2), split(p1, rng), split(p2, rng)


@pytest.mark.parametrize("method", METHODS)
@given(split_tables())
def test_splitting_states_changes_nothing(method, tables):
    (p1, p2), (s1, parent1), (s2, parent2) = tables
    whole = ff.decompose_marginals(p1, p2, tol=TOL, method=method)
    parts = ff.decompose_marginals(s1, s2, tol=TOL, method=method)
    assert parts.gap <= TOL
    assert parts.union_information - parts.gap <= whole.union_information + ROUNDING
    assert whole.union_information - whole.gap <= parts.union_information + ROUNDING
    q = parts.coupling()
    np.testing.assert_allclose(q.sum(1), s1, atol=1e-14)
    np.testing.assert_allclose(q.sum(0), s2, atol=1e-14)
    assert information(q) <= parts.union_information + ROUNDING
    a, b = map(np.exp2, parts.dual)
    assert np.max(a @ b.T) <= 1 + 1e-12
    # like states have like factors
    for values, parent in ((a, parent1), (b, parent2)):
        for group in range(parent.max() + 1):
            assert np.ptp(values[parent == group], axis=0).max() <= 1e-9 * values.max()


@given(split_tables())
def test_the_states_solved_are_those_that_differ(tables):
    _, (s1, _), (s2, _) = tables
    k1, k2, ky = solved_shape(s1, s2, "ipfp")
    assert (k1, k2) == (apart(s1), apart(s2))
    assert ky == np.count_nonzero(s1.sum(0))


def test_posteriors_that_differ_in_the_tenth_digit_are_told_apart(rng):
    p1, p2 = marginals(dense((5, 4, 3)))
    twin = p1 * (1.0 + 1e-10 * rng.normal(size=p1.shape))
    both = np.concatenate([p1, twin]) / 2
    both *= p1.sum(0) / both.sum(0)
    assert solved_shape(both, p2, "ipfp") == (10, 4, 3)


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1.0])
def test_rounding_of_proportional_rows_is_overlooked(scale, rng):
    counts = rng.integers(1, 50, size=(6, 7)) * scale
    states = np.concatenate([counts * k for k in (1, 3, 7, 11, 1 / 3)])
    p1 = states / states.sum()
    p2 = np.diag(p1.sum(0))
    assert solved_shape(p1, p2, "ipfp")[0] == 6


def test_groups_of_many_states_keep_their_masses(rng):
    """A plain sum of so many is off by 4e-14, as much as the bounds allow for."""
    first, p2 = rng.dirichlet(np.ones(3), size=(2, 4))
    parts = np.repeat(first[:, None] / 100_000, 25_000, axis=1)
    whole = np.array([[math.fsum(column) for column in group.T] for group in parts])
    p2 *= whole.sum(0) / p2.sum(0)
    options = {"method": "newton", "tol": 1e-13, "max_iter": 100, "num_threads": 1}
    many, few = (_core.solve_one(p1, p2, **options) for p1 in (parts.reshape(-1, 3), whole))
    assert tuple(many["solved_shape"][0]) == (4, 4, 3)
    for bound in ("lower", "upper"):
        assert abs(many[bound][0] - few[bound][0]) <= 2e-15


def test_a_pure_state_of_each_class_stays():
    p1 = np.kron(np.eye(4), np.ones((3, 1))) / 12
    p2 = np.full((5, 4), 1 / 20)
    assert solved_shape(p1, p2, "ipfp") == (4, 1, 4)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_equal_sources_are_redundant_without_a_step(method, dtype, rng):
    p1 = rng.dirichlet(np.full(5, 0.4), size=40) / 40
    order = rng.permutation(40)
    result = ff.decompose_marginals(p1, p1[order], tol=1e-9, method=method, dtype=dtype)
    assert result.iterations == 0
    assert result.gap <= 1e-12
    assert result.redundancy == pytest.approx(result.mi1, abs=1e-12)
    q = result.coupling()
    np.testing.assert_allclose(q[order, np.arange(40)], p1[order], atol=1e-12)
    assert q.sum() == pytest.approx(1.0)


def test_a_batch_has_the_answers_of_its_tables(rng):
    pairs = [[split(p, rng) for p in marginals(sparse((5, 6, 4), seed))] for seed in range(12)]
    tables = [(first, second) for (first, _), (second, _) in pairs]
    batch = _core.solve_many(
        [first for first, _ in tables],
        [second for _, second in tables],
        method="auto",
        tol=TOL,
        max_iter=10000,
        num_threads=2,
    )
    for n, (first, second) in enumerate(tables):
        one = _core.solve_one(
            first, second, method="auto", tol=TOL, max_iter=10000, num_threads=1
        )
        for name in ("lower", "upper", "iterations", "solved_shape"):
            np.testing.assert_array_equal(batch[name][n], one[name][0])


def test_a_start_of_the_states_given_is_taken(rng):
    p1, p2 = (split(p, rng)[0] for p in marginals(dense((12, 12, 5))))
    tight = ff.decompose_marginals(p1, p2, tol=1e-7, method="ipfp")
    again = ff.decompose_marginals(p1, p2, tol=1e-4, method="ipfp", warm_start=tight)
    assert again.iterations == 0
    assert again.converged


def test_pointwise_terms_of_like_states_are_alike(rng):
    x1, x2, y = rng.integers(0, (6, 5, 3), size=(3000, 3)).T
    y = (y + x1 // 2 + x2 // 3) % 3
    twice = np.where(rng.random(3000) < 0.5, x1, x1 + 6)
    counts = np.zeros((12, 5, 3))
    np.add.at(counts, (x1, x2, y), 0.5)
    np.add.at(counts, (x1 + 6, x2, y), 0.5)
    result = ff.decompose(counts, tol=1e-9)
    np.testing.assert_allclose(result.terms(twice, x2, y), result.terms(x1, x2, y), atol=1e-12)
    assert result.terms(x1, x2, y).mean() == pytest.approx(
        result.union_information - result.gap, abs=1e-9
    )
