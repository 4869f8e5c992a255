# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of permuted columns: what is kept, and that both ways to them are that of permuted rows."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare, ks_2samp

from fourfold.counts.cells import Cells
from fourfold.counts.drawn import permuted_tables as module
from fourfold.counts.drawn.permuted_tables import permuted_tables

SCHEMES = [("y", None), ("x1", None), ("x2", None), ("x1", "x2"), ("x2", "x1")]
SHUFFLED, DRAWN = 10**9, 0  # samples for each entry up to which they are shuffled


def cells_of(table):
    table = np.asarray(table)
    occupied = np.flatnonzero(table)
    return Cells(occupied, table.ravel()[occupied], table.shape)


def tables_of(monkeypatch, cells, column, within, number, rng, most=DRAWN):
    """(number, K1, K2, K_Y), seen where they are counted, beside what is said of them."""
    seen = []

    def tallies_of(self, counts):
        for row in counts:
            seen.append(np.zeros(np.prod(self.shape), dtype=np.int64))
            np.add.at(seen[-1], self.occupied, row)
        return of_cells(self, counts)

    def count(x1, x2, y, shape):
        cells = np.ravel_multi_index((x1, x2, y), shape)
        seen.append(np.bincount(cells, minlength=np.prod(shape)))
        return of_rows(x1, x2, y, shape)

    of_cells, of_rows = Cells.tallies_of, module.count
    with monkeypatch.context() as patched:
        patched.setattr(module, "_SHUFFLED", most)
        patched.setattr(module, "count", count)
        patched.setattr(Cells, "tallies_of", tallies_of)
        tallies = list(permuted_tables(cells, column, within, number, rng))
    return np.array(seen).reshape(number, *cells.shape), tallies


@pytest.fixture
def table(rng):
    """A table whose states are not all there, nor all pairs of them."""
    table = rng.poisson(rng.gamma(0.5, 20, size=(4, 5, 3)))
    table[1], table[:, 2], table[2, 3] = 0, 0, 0
    return table


@pytest.mark.parametrize("most", [SHUFFLED, DRAWN])
@pytest.mark.parametrize(("column", "within"), SCHEMES)
def test_what_is_not_permuted_is_kept(monkeypatch, table, rng, column, within, most):
    found, tallies = tables_of(monkeypatch, cells_of(table), column, within, 20, rng, most)
    axis = ("x1", "x2", "y").index(column)
    others = tuple(k for k in range(3) if k != axis)
    for permuted in found:
        np.testing.assert_array_equal(permuted.sum(axis), table.sum(axis))
        np.testing.assert_array_equal(permuted.sum(others), table.sum(others))
        if within is not None:
            last = next(k for k in others if k != ("x1", "x2").index(within))
            np.testing.assert_array_equal(permuted.sum(last), table.sum(last))
    assert len({permuted.tobytes() for permuted in found}) == 20
    # and what is told of the tables is theirs
    told = [
        np.concatenate([np.atleast_1d(one) for one in each])
        for each in (
            [each.plug_in()[2] for each in tallies],
            [each.plug_in()[0] for each in tallies],
        )
    ]
    for permuted, joint, mi1 in zip(found, *told, strict=True):
        assert joint == pytest.approx(information(permuted.reshape(-1, 3)), abs=1e-12)
        assert mi1 == pytest.approx(information(permuted.sum(1)), abs=1e-12)


def information(table):
    p = table / table.sum()
    product = np.outer(p.sum(1), p.sum(0))
    known = p > 0
    return float((p[known] * np.log2(p[known] / product[known])).sum())


@pytest.mark.parametrize("most", [SHUFFLED, DRAWN])
@pytest.mark.parametrize(("column", "within"), SCHEMES)
def test_tables_are_those_of_all_arrangements(monkeypatch, rng, column, within, most):
    """Seven rows, of which every arrangement of the column, within groups, is as likely."""
    rows = np.array([[0, 0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 1, 0, 1], [0, 1, 0, 1, 0, 1, 1]])
    axis = ("x1", "x2", "y").index(column)
    law: dict[bytes, int] = {}
    groups = np.zeros(7, dtype=int) if within is None else rows[("x1", "x2").index(within)]
    parts = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    for order in itertools.product(*(itertools.permutations(part) for part in parts)):
        permuted = rows.copy()
        for part, places in zip(parts, order, strict=True):
            permuted[axis, part] = rows[axis, list(places)]
        key = counted(permuted).tobytes()
        law[key] = law.get(key, 0) + 1
    found, _ = tables_of(monkeypatch, cells_of(counted(rows)), column, within, 6000, rng, most)
    number = {key: k for k, key in enumerate(law)}
    seen = np.bincount([number[one.tobytes()] for one in found], minlength=len(law))
    share = np.array(list(law.values())) / sum(law.values())
    assert chisquare(seen, share * 6000).pvalue > 1e-5


def counted(rows):
    table = np.zeros((2, 2, 2), dtype=np.int64)
    np.add.at(table, tuple(rows), 1)
    return table


@pytest.mark.parametrize(("column", "within"), SCHEMES)
def test_both_ways_have_one_law(monkeypatch, table, rng, column, within):
    informations = []
    for most in (SHUFFLED, DRAWN):
        _, tallies = tables_of(monkeypatch, cells_of(table), column, within, 400, rng, most)
        informations.append(
            np.concatenate([np.atleast_1d(each.plug_in()[2]) for each in tallies])
        )
    assert ks_2samp(*informations).pvalue > 1e-4


@pytest.mark.parametrize(("column", "within"), SCHEMES)
def test_names_of_the_states_do_not_matter(table, rng, column, within):
    """The same draws, for whatever states are called."""
    order = [rng.permutation(k) for k in table.shape]
    renamed = table[np.ix_(*order)]
    both = []
    for one in (table, renamed):
        tallies = permuted_tables(cells_of(one), column, within, 5, np.random.default_rng(3))
        both.append(np.concatenate([np.atleast_1d(each.plug_in()[2]) for each in tallies]))
    np.testing.assert_allclose(*both, rtol=1e-12)


def test_a_table_of_more_samples_than_rows_fit_is_drawn(rng):
    table = rng.integers(10**10, 10**11, size=(3, 4, 2))
    drawn = list(permuted_tables(cells_of(table), "y", None, 300, rng))
    found = np.concatenate([each.plug_in()[2] for each in drawn])
    # 2 N I ln 2 is a chi-square, of 11 degrees of freedom
    scaled = 2 * np.log(2) * float(table.sum()) * found
    assert scaled.mean() == pytest.approx(11, abs=5 * np.sqrt(22 / 300) + 2)


def test_what_cannot_be_drawn_is_refused(monkeypatch, table):
    monkeypatch.setattr(module, "_MOST_ENTRIES", 10)
    with pytest.raises(ValueError, match=r"statistic: to permute y tables of .*merge states"):
        next(permuted_tables(cells_of(table * 100), "y", None, 1, np.random.default_rng()))
