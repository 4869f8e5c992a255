# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random tables with given margins, against all of them and their probabilities."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln
from scipy.stats import chisquare, random_table

from fourfold.counts.drawn.random_tables import random_tables


def tables_of(rows, columns):
    """All tables with these margins, and how likely each is among permuted samples: row by row."""
    if len(rows) == 1:
        yield [tuple(columns)]
        return
    for first in itertools.product(*(range(most + 1) for most in columns)):
        if sum(first) == rows[0]:
            left = [most - n for most, n in zip(columns, first, strict=True)]
            for others in tables_of(rows[1:], left):
                yield [first, *others]


def share_of(table):
    """prod r! prod c! / (N! prod n!)."""
    table = np.array(table)
    log = gammaln(table.sum(1) + 1).sum() + gammaln(table.sum(0) + 1).sum()
    return np.exp(log - gammaln(table.sum() + 1) - gammaln(table + 1).sum())


MARGINS = [
    ([3, 2, 2], [4, 3]),
    ([2, 1, 1, 2, 1], [3, 2, 2]),
    ([4, 3], [1, 2, 3, 1]),  # wider than high
    ([5, 0, 2], [3, 0, 4]),  # with states that have no samples
    ([3, 3], [3, 3]),
]


@pytest.mark.parametrize(("rows", "columns"), MARGINS)
def test_all_tables_come_as_often_as_of_permuted_samples(rows, columns, rng):
    every = list(tables_of(rows, columns))
    law = np.array([share_of(table) for table in every])
    assert law.sum() == pytest.approx(1)
    number = {tuple(map(tuple, table)): k for k, table in enumerate(every)}
    drawn = random_tables(rows, columns, 20_000, rng)
    seen = np.bincount(
        [number[tuple(map(tuple, table))] for table in drawn.tolist()], minlength=len(every)
    )
    kept = law * 20_000 > 4
    counts, share = (
        np.r_[each[kept], each[~kept].sum()] if (~kept).any() else each for each in (seen, law)
    )
    assert chisquare(counts, share * 20_000).pvalue > 1e-5


@pytest.mark.parametrize(("rows", "columns"), MARGINS[:3])
def test_the_law_is_that_of_scipy(rows, columns):
    law = random_table(rows, columns)
    for table in tables_of(rows, columns):
        assert law.pmf(np.array(table)) == pytest.approx(share_of(table), rel=1e-9)


@pytest.mark.parametrize("scale", [10**4, 10**9])
def test_large_tables_scatter_as_those_of_scipy(scale, rng):
    """Entries have the mean r c / N, and the variance of a hypergeometric number."""
    rows, columns = np.array([3, 1, 4, 2]) * scale, np.array([5, 4, 1]) * scale
    drawn = random_tables(rows, columns, 4000, rng)
    n = 10.0 * scale
    mean = np.outer(rows / n, columns)
    variance = mean * np.outer((n - rows) / n, (n - columns) / (n - 1))
    np.testing.assert_allclose((drawn.mean(0) - mean) / np.sqrt(variance / 4000), 0, atol=5)
    np.testing.assert_allclose(drawn.var(0), variance, rtol=5 * np.sqrt(2 / 4000))
    if scale < 10**6:
        other = random_table(rows, columns).rvs(size=4000, random_state=rng)
        np.testing.assert_allclose(drawn.var(0), other.var(0), rtol=0.2)


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=9),
    st.integers(1, 6),
    st.integers(0, 2**32),
)
def test_margins_are_kept(rows, number, seed):
    rng = np.random.default_rng(seed)
    columns = rng.multinomial(sum(rows), np.full(number, 1 / number))
    drawn = random_tables(rows, columns, 3, rng)
    assert drawn.shape == (3, len(rows), number)
    assert drawn.min() >= 0
    assert (drawn.sum(2) == rows).all()
    assert (drawn.sum(1) == columns).all()


def test_each_of_a_batch_is_drawn_on_its_own(rng):
    rows = np.array([[40, 0, 10], [5, 5, 5], [0, 0, 0]])
    columns = np.array([[25, 25], [15, 0], [0, 0]])
    drawn = random_tables(rows, columns, 2000, rng)
    assert drawn.shape == (2000, 3, 3, 2)
    assert (drawn.sum(3) == rows).all()
    assert (drawn.sum(2) == columns).all()
    assert drawn[:, 0, 0, 0].var() == pytest.approx(50 / 49 * 25 * 0.8 * 0.2 / 2, rel=0.2)
    two = random_tables([[200, 200]] * 2, [[200, 200]] * 2, 2000, rng)[:, :, 0, 0]
    assert abs(np.corrcoef(two.T)[0, 1]) < 5 / np.sqrt(2000)
    # one side may be the same for all
    assert random_tables([3, 4], columns[:1] * 0 + [3, 4], 5, rng).shape == (5, 1, 2, 2)
