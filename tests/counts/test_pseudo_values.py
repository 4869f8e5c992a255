# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pseudo-values of entropies: leaving one sample out, and counting again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.counts.chao_entropy import chao_entropy, count_statistics
from fourfold.counts.pseudo_values import pseudo_values

COUNTS = st.lists(st.integers(0, 7), min_size=1, max_size=20).filter(lambda c: sum(c) > 1)


def entropy(counts):
    return float(chao_entropy(count_statistics(counts)))


def by_leaving_one_out(counts):
    """n H - (n - 1) H without one sample of each cell, 0 of empty cells."""
    counts = np.asarray(counts)
    n, whole = counts.sum(), entropy(counts)
    values = np.zeros(len(counts))
    for k in np.flatnonzero(counts):
        left = counts.copy()
        left[k] -= 1
        values[k] = n * whole - (n - 1) * entropy(left)
    return values


@given(st.lists(COUNTS, min_size=1, max_size=4))
def test_they_are_what_one_sample_adds(tables):
    found = pseudo_values([np.array(table) for table in tables])
    for values, table in zip(found, tables, strict=True):
        np.testing.assert_allclose(values, by_leaving_one_out(table), rtol=0, atol=1e-9)


@pytest.mark.parametrize("n", [70, 1000, 20_000])
def test_they_are_that_of_many_samples_too(rng, n):
    counts = rng.multinomial(n, rng.dirichlet(np.ones(40)))
    (found,) = pseudo_values([counts.reshape(5, 8)])
    assert found.shape == (5, 8)
    np.testing.assert_allclose(
        found.ravel(), by_leaving_one_out(counts), rtol=0, atol=1e-10 * n
    )


def test_their_scatter_is_that_of_the_entropy(rng):
    """Tukey: the variance of pseudo-values over n is that of what they are of."""
    p, n = rng.dirichlet(np.ones(12)), 400
    entropies, errors = [], []
    for counts in rng.multinomial(n, p, size=400):
        (values,) = pseudo_values([counts])
        mean = counts @ values / n
        entropies.append(mean)
        errors.append(np.sqrt(counts @ (values - mean) ** 2) / n)
    # the ratio has a standard error of 4 % over 400 draws
    assert np.mean(errors) == pytest.approx(np.std(entropies), rel=0.16)


def test_of_very_many_samples_they_do_not_cancel():
    """Of n samples n H - (n - 1) H' is a small difference; its limit is -log2 of the share."""
    counts = np.array([3, 5, 2, 6], dtype=np.int64) * 10**14
    (values,) = pseudo_values([counts])
    shares = counts / counts.sum()
    np.testing.assert_allclose(values, -np.log2(shares), rtol=0, atol=1e-12)
    alone = np.append(counts, 1)
    (values,) = pseudo_values([alone])
    np.testing.assert_allclose(values[:-1], -np.log2(shares), rtol=0, atol=1e-12)
