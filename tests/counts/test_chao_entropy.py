# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Entropies from counts: the published formula, summed without shortcuts, and what it is for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma

from fourfold.counts.chao_entropy import (
    _tail,
    chao_entropy,
    count_statistics,
    statistics_of_each,
)

BITS = 1 / math.log(2)


def entropy(counts):
    return float(chao_entropy(count_statistics(np.asarray(counts))))


def by_the_book(counts):
    """Chao, Wang and Jost (2013), equation (7), in bits, as it is printed."""
    counts = [int(count) for count in counts if count > 0]
    n = sum(counts)
    nats = sum(c / n * sum(1 / k for k in range(c, n)) for c in counts)
    f1, f2 = counts.count(1), counts.count(2)
    if f2 > 0:
        share = 2 * f2 / ((n - 1) * f1 + 2 * f2)
    elif f1 > 1:
        share = 2 / ((n - 1) * (f1 - 1) + 2)
    else:
        share = 1.0
    if f1 > 0 and share < 1:
        head = math.fsum((1 - share) ** r / r for r in range(1, n))
        nats += f1 / n * (1 - share) ** (1 - n) * (-math.log(share) - head)
    return nats * BITS


@pytest.mark.parametrize("n", [1, 2, 3, 10, 60, 64, 65, 100, 1000])
@pytest.mark.parametrize("cells", [1, 3, 30, 3000])
def test_is_the_published_formula(rng, n, cells):
    counts = rng.multinomial(n, rng.dirichlet(np.ones(cells)))
    # the published difference loses digits as n grows, the sums here do not
    assert entropy(counts) == pytest.approx(by_the_book(counts), rel=1e-11, abs=1e-11)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30).filter(any))
def test_is_the_published_formula_of_any_counts(counts):
    assert entropy(counts) == pytest.approx(by_the_book(counts), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("n", [1, 2, 10, 63, 64, 65, 100, 1000, 100_000])
@pytest.mark.parametrize("z", [0.0, 1e-6, 0.3, 0.5, 0.501, 0.7, 0.9, 0.901, 0.99])
def test_every_way_to_sum_the_tail_gives_its_series(n, z):
    terms = int(40 / -math.log(z)) + 2 if z else 2
    series = math.fsum(z ** (k + 1) / (n + k) for k in range(terms))
    assert float(_tail(np.array(z), np.array(n))) == pytest.approx(series, rel=3e-9, abs=1e-300)


def test_large_counts_take_the_series_of_digamma():
    counts = np.array([3, 4095, 4096, 4097, 10**6, 10**12])
    n = counts.sum()
    expected = (digamma(n) - (counts * digamma(counts)).sum() / n) * BITS
    assert entropy(counts) == pytest.approx(expected, rel=1e-13)


def test_a_batch_is_each_of_its_tables(rng):
    counts = rng.poisson(0.8, size=(2, 3, 40)) + np.eye(40, dtype=int)[0]
    batch = chao_entropy(count_statistics(counts))
    assert batch.shape == (2, 3)
    for index in np.ndindex(2, 3):
        assert batch[index] == entropy(counts[index])


def test_slabs_of_a_long_table_add_up(rng, monkeypatch):
    counts = rng.poisson(1.0, size=(3, 1000))
    whole = count_statistics(counts)
    monkeypatch.setattr("fourfold.counts.chao_entropy._SLAB", 170)
    for one, other in zip(whole, count_statistics(counts), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)


def test_statistics_of_several_tables_are_those_of_each(rng):
    tables = [rng.poisson(1.0, size) for size in (3, 40, 200)]
    for largest in (0, 5000):  # looked up, and beyond what is
        tables[1][0] = largest
        together = statistics_of_each(tables)
        for k, table in enumerate(tables):
            alone = count_statistics(table)
            for name, value in alone._asdict().items():
                np.testing.assert_allclose(getattr(together, name)[k], value, rtol=1e-13)


def test_statistics_are_what_they_say():
    statistics = count_statistics(np.array([0, 1, 1, 2, 5, 0, 1.0]))
    total, occupied, singles, doubles, _, c_log_c = (float(value) for value in statistics)
    assert (total, occupied, singles, doubles) == (10, 5, 3, 1)
    assert c_log_c == pytest.approx(2 * np.log(2) + 5 * np.log(5))
    assert float(statistics.coverage) == pytest.approx(0.7)


@pytest.mark.parametrize("n", [100, 200, 400])
def test_leaves_a_tenth_of_the_bias_of_frequencies(rng, n):
    """200 equally likely cells, of which 79, 126 and 173 are met on average."""
    counts = rng.multinomial(n, np.full(200, 1 / 200), size=300)
    frequencies = np.where(counts > 0, counts, n) / n
    plug_in = -(frequencies * np.log2(frequencies)).sum(1)
    error = chao_entropy(count_statistics(counts)).mean() - np.log2(200)
    assert abs(error) < 0.1 * abs(plug_in.mean() - np.log2(200))
