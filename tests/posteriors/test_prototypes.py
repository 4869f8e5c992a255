# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Merging rows loses what it says it loses, and v* no more than that (Lemma B)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.posteriors.calibration import matched
from fourfold.posteriors.prototypes import merged
from fourfold.posteriors.target import as_target


def posteriors(seed: int, rows: int, classes: int, sharpness: float) -> list[np.ndarray]:
    """Two sources' posteriors with the same mean, as of one distribution."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=rows)
    y[:classes] = np.arange(classes)
    target = as_target(y, classes, None, 0)
    found = []
    for _ in range(2):
        p = np.exp(sharpness * rng.standard_normal((rows, classes)))
        found.append(matched(p / p.sum(1, keepdims=True), target))
    return found


@settings(max_examples=40)
@given(
    st.integers(0, 10_000),
    st.integers(12, 40),
    st.integers(2, 5),
    st.sampled_from([0.3, 1.0, 3.0]),
    st.integers(2, 12),
)
def test_union_information_of_prototypes_is_within_what_merging_loses(
    seed: int, rows: int, classes: int, sharpness: float, number: int
) -> None:
    given_rows = posteriors(seed, rows, classes, sharpness)
    weights = np.full(rows, 1 / rows)
    groups = [merged(p, weights, number) for p in given_rows]
    whole = ff.decompose_marginals(*(p / rows for p in given_rows), tol=1e-7)
    few = ff.decompose_marginals(*(g.mass[:, None] * g.posterior for g in groups), tol=1e-7)
    lost = sum(g.loss for g in groups)
    assert few.union_information - few.gap <= whole.union_information + 1e-9
    assert whole.union_information - whole.gap <= few.union_information + lost + 1e-9
    for p, g, mi in zip(given_rows, groups, (few.mi1, few.mi2), strict=True):
        assert len(g.mass) <= number
        assert g.mass.sum() == pytest.approx(1, abs=1e-12)
        rows_information = (weights @ (p * np.log2(p / (weights @ p))).sum(1)).item()
        assert rows_information - mi == pytest.approx(g.loss, abs=1e-9)
        for state in range(len(g.mass)):
            mean = p[g.state == state].mean(0)
            np.testing.assert_allclose(mean, g.posterior[state], atol=1e-12)


def test_as_many_prototypes_as_rows_lose_nothing() -> None:
    (p, _) = posteriors(3, 60, 4, 1.0)
    found = merged(p, np.full(60, 1 / 60), 60)
    assert len(found.mass) == 60
    assert found.loss < 1e-12


def test_equal_rows_are_one_state() -> None:
    p = np.repeat([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]], 20, axis=0)
    found = merged(p, np.full(60, 1 / 60), None)
    assert sorted(found.mass) == pytest.approx([1 / 3] * 3)
    assert found.loss < 1e-12


def test_prototypes_are_doubled_while_they_lose_too_much() -> None:
    rng = np.random.default_rng(0)
    blurred = rng.dirichlet(np.ones(10), 3000)
    assert len(merged(blurred, np.full(3000, 1 / 3000), None).mass) > 480
    two = rng.dirichlet(np.ones(2), 3000) * 0.999 + 0.0005
    found = merged(two, np.full(3000, 1 / 3000), None)
    assert len(found.mass) <= 128
    assert found.loss < 0.005


def test_weights_are_masses() -> None:
    (p, _) = posteriors(5, 30, 3, 1.0)
    counts = np.arange(1, 31)
    weighted = merged(p, counts / counts.sum(), 6)
    repeated = np.repeat(np.arange(30), counts)
    plain = merged(p[repeated], np.full(len(repeated), 1 / len(repeated)), 6)
    np.testing.assert_allclose(np.sort(weighted.mass), np.sort(plain.mass), atol=1e-12)
    assert weighted.loss == pytest.approx(plain.loss, abs=1e-12)
