# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Halves and other parts drawn of cells: as rows would fall, whatever states are called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chisquare, hypergeom

from fourfold.counts.cells import Cells
from fourfold.counts.drawn import parts
from fourfold.counts.drawn.parts import BINOMIAL, RandomParts

COUNTS = np.array([7, 1, 4, 2, 5])


def cells_of(table):
    occupied = np.flatnonzero(table)
    return Cells(occupied, table.ravel()[occupied], table.shape)


@pytest.fixture
def cells():
    table = np.zeros((2, 3, 2), dtype=np.int64)
    table[(0, 0, 0, 1, 1), (0, 0, 2, 1, 2), (0, 1, 0, 1, 0)] = COUNTS
    return cells_of(table)


@pytest.mark.parametrize("shuffled", [0, 100], ids=["drawn cell by cell", "shuffled"])
def test_halves_are_hypergeometric(cells, rng, monkeypatch, shuffled):
    monkeypatch.setattr(parts, "_SHUFFLED", shuffled)
    drawn = np.concatenate([*RandomParts(cells, rng).halves(20_000)])
    assert drawn.shape == (20_000, 5)
    assert (drawn.sum(1) == 9).all()
    assert (drawn <= COUNTS).all()
    for count, values in zip(COUNTS, drawn.T, strict=True):
        expected = hypergeom.pmf(np.arange(count + 1), 19, count, 9) * 20_000
        found = np.bincount(values, minlength=count + 1)
        often = expected > 5
        rest = expected[~often].sum(), found[~often].sum()
        e, f = expected[often], found[often]
        if rest[0] > 0:
            e, f = np.append(e, rest[0]), np.append(f, rest[1])
        assert chisquare(f, e).pvalue > 1e-4


def test_of_very_many_each_cell_is_halved_by_itself(cells, rng, monkeypatch):
    """As if there were too many for a hypergeometric number."""
    monkeypatch.setattr(parts, "BINOMIAL", 19)
    drawn = np.concatenate([*RandomParts(cells, rng).halves(20_000)])
    assert len(np.unique(drawn.sum(1))) > 10
    for count, values in zip(COUNTS, drawn.T, strict=True):
        expected = binom.pmf(np.arange(count + 1), count, 9 / 19) * 20_000
        assert chisquare(np.bincount(values, minlength=count + 1), expected).pvalue > 1e-4


@pytest.mark.parametrize("number", [2, 3, 4])
def test_partitions_leave_nothing_out(cells, rng, number):
    for drawn in RandomParts(cells, rng).partitions(number, 20):
        each = drawn.reshape(-1, number, 5)
        assert (each.sum(1) == COUNTS).all()
        assert (np.ptp(each.sum(2), axis=1) <= 1).all()


def test_a_billion_samples_are_parted_as_few(cells, rng):
    many = cells._replace(counts=COUNTS * (2 * BINOMIAL))
    for number in (2, 4):
        (drawn,) = RandomParts(many, rng).partitions(number, 1)
        assert (drawn.sum(0) == many.counts).all()
        off = drawn - many.counts / number
        assert (np.abs(off) < 6 * np.sqrt(many.counts * (number - 1)) / number).all()


def test_tables_of_many_cells_are_drawn_a_few_at_a_time(rng):
    x1, x2 = rng.integers(2000, size=(2, 400_000))
    cells = Cells.of_rows(x1, x2, x1 % 3, (2000, 2000, 3))
    first = next(RandomParts(cells, rng).halves(100))
    assert first.size < 2**23
    assert len(first) < 100


# -- names do not matter ---------------------------------------------------------------

tables = st.lists(st.integers(0, 3), min_size=18, max_size=18).filter(lambda c: sum(c) >= 8)


def informations(cells, seed):
    """Of all parts, in the order in which they are drawn."""
    parts_of = RandomParts(cells, np.random.default_rng(seed))
    drawn = [cells.tallies_of(part) for n in (2, 4) for part in parts_of.partitions(n, 2)]
    return np.concatenate([np.transpose(tallies.plug_in()) for tallies in drawn])


@settings(max_examples=40)
@given(tables, st.permutations(range(3)), st.permutations(range(3)), st.booleans())
def test_names_of_states_and_sources_do_not_matter(counts, order1, order2, swap):
    table = np.array(counts).reshape(3, 3, 2)
    other = table[np.ix_(order1, order2, [1, 0])]
    one = informations(cells_of(table), 3)
    if swap:
        two = informations(cells_of(np.swapaxes(other, 0, 1)), 3)[:, [1, 0, 2]]
    else:
        two = informations(cells_of(other), 3)
    np.testing.assert_allclose(one, two, rtol=0, atol=1e-12)


def test_states_that_nobody_has_do_not_matter(rng):
    table = rng.integers(0, 5, (3, 4, 2))
    wider = np.zeros((5, 6, 3), dtype=np.int64)
    wider[1:4, 2:, 1:] = table
    np.testing.assert_allclose(
        informations(cells_of(table), 1), informations(cells_of(wider), 1), rtol=0, atol=1e-12
    )
