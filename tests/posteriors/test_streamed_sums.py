# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sums over blocks say what the rows say."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from fourfold.posteriors.held_out import Rows, outer_bounds
from fourfold.posteriors.readings import atom_terms
from fourfold.posteriors.streamed.sums import Masses, TermSums, coarser


@given(
    st.integers(0, 10**6),
    st.integers(2, 60),
    st.integers(2, 4),
    st.booleans(),
    st.booleans(),
    st.integers(1, 60),
)
def test_moments_are_those_of_the_rows(
    seed: int, n: int, classes: int, weighted: bool, grouped: bool, size: int
) -> None:
    """Means, errors and bounds of sums by class, against `Rows` of the terms of each row."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(classes, size=n)
    logs = -rng.exponential(size=(n, 4))
    weights = rng.exponential(size=n) + 0.1 if weighted else np.ones(n)
    groups = rng.integers(5, size=n) if grouped else None
    sums = TermSums(4, classes, grouped)
    for start in range(0, n, size):
        some = slice(start, start + size)
        hashes = None if groups is None else groups[some].astype(np.uint64)
        sums.add(logs[some], codes[some], weights[some], hashes)
    if np.any(sums.classes == 0):
        return
    surprise = -np.log2(sums.classes)[codes]
    terms = logs + surprise[:, None]
    numbers = None if groups is None else np.unique(groups, return_inverse=True)[1]
    rows, moments = Rows(weights / weights.sum(), numbers), sums.moments()
    every = np.eye(5)
    for mine, theirs in (
        (every[:, :4], terms),
        (every[:, -1], surprise),
        (atom_terms(every[:, :4]), atom_terms(terms)),
    ):
        np.testing.assert_allclose(moments.mean(mine), rows.mean(theirs), atol=1e-9)
        np.testing.assert_allclose(moments.error(mine), rows.error(theirs), atol=1e-6)
    assert moments.independent == pytest.approx(rows.independent, abs=1e-5)
    mine, theirs = (
        outer_bounds(t[:, 0], t[:, 1], t[:, 3], s, by, 0.9)
        for t, s, by in ((every[:, :4], every[:, -1], moments), (terms, surprise, rows))
    )
    np.testing.assert_allclose(mine, theirs, atol=1e-5)


def of_rows(seed: int, n: int, classes: int, number: int) -> tuple[Masses, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    posterior = rng.dirichlet(np.ones(classes), n)
    posterior = (posterior + 0.01) / (1 + 0.01 * classes)
    codes = np.array([rng.choice(classes, p=p**0.8 / (p**0.8).sum()) for p in posterior])
    weights = rng.exponential(size=n) + 0.1
    states = np.argsort(np.argsort(posterior[:, 0])) * number // n
    masses = Masses(number, classes)
    for some in np.array_split(np.arange(n), 3):
        masses.add(states[some], posterior[some], codes[some], weights[some])
    return masses, [posterior, codes, weights / weights.sum(), states]


@pytest.mark.parametrize(("classes", "number"), [(2, 8), (4, 12)])
def test_what_prototypes_lose_is_no_less_than_what_rows_have(classes: int, number: int) -> None:
    """Information of the scaled rows, summed over all of them, against what the sums say."""
    masses, (posterior, codes, weights, states) = of_rows(0, 2000, classes, number)
    found, told = masses.prototypes()
    p_y = np.bincount(codes, weights)
    np.testing.assert_allclose(found.mass, np.bincount(states, weights), atol=1e-12)
    np.testing.assert_allclose(found.mass @ found.posterior, p_y, atol=1e-9)
    means = np.array(
        [np.average(posterior[states == k], 0, weights[states == k]) for k in range(number)]
    )
    scaled = posterior * (found.posterior / means)[states] * weights[:, None]
    mass = scaled.sum(1, keepdims=True)
    assert mass.sum() == pytest.approx(1)
    of_scaled = (scaled * np.log2(scaled / mass / p_y)).sum()
    merged = found.mass @ (found.posterior * np.log2(found.posterior / p_y)).sum(1)
    assert found.loss == pytest.approx(told - merged)
    assert of_scaled - 1e-12 <= told <= of_scaled + 0.01
    assert of_scaled - merged > 0.5 * found.loss  # the bound is no empty one


def test_prototypes_are_as_sure_as_their_labels() -> None:
    """Labels drawn of posteriors to the power .8: the posteriors are tempered to that."""
    masses, (posterior, codes, weights, _) = of_rows(1, 20000, 2, 40)
    _, told = masses.prototypes()
    true = posterior**0.8 / (posterior**0.8).sum(1, keepdims=True)
    p_y = np.bincount(codes, weights)
    assert told == pytest.approx(weights @ (true * np.log2(true / p_y)).sum(1), abs=0.01)


def test_merging_prototypes_again_adds_to_what_is_lost() -> None:
    masses, _ = of_rows(2, 3000, 3, 60)
    found, told = masses.prototypes()
    fewer = coarser(found, 20)
    p_y = found.mass @ found.posterior
    left = fewer.mass @ (fewer.posterior * np.log2(fewer.posterior / p_y)).sum(1)
    assert len(fewer.mass) == 20
    assert left + fewer.loss == pytest.approx(told)
