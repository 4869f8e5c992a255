# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of samples counted to marginals, pairs and cells."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.counts import cells as cells_module
from fourfold.counts import tallies
from fourfold.counts.cells import Cells
from fourfold.counts.samples import read_samples


@pytest.fixture
def rows(rng):
    x1, x2 = rng.integers(5, size=200), rng.integers(4, size=200)
    return x1, x2, (x1 + x2 * rng.integers(2, size=200)) % 3


def dense(x1, x2, y):
    table = np.zeros((5, 4, 3))
    np.add.at(table, (x1, x2, y), 1)
    return table


def nonzero(masses):
    return np.sort(masses[masses > 0])


@pytest.mark.parametrize(
    ("summed", "cells_per_sample"),
    [(1, 16), (0, 16), (0, 0)],
    ids=["summed", "cell by cell", "sorted"],
)
def test_counts_are_those_of_the_table(rows, monkeypatch, summed, cells_per_sample):
    monkeypatch.setattr(tallies, "_SUMMED_PER_SAMPLE", summed)
    monkeypatch.setattr(tallies, "_CELLS_PER_SAMPLE", cells_per_sample)
    counts, table = tallies.count(*rows, (5, 4, 3)), dense(*rows)
    np.testing.assert_array_equal(counts.p1y, table.sum(1))
    np.testing.assert_array_equal(counts.p2y, table.sum(0))
    np.testing.assert_array_equal(nonzero(counts.pairs), nonzero(table.sum(2)))
    np.testing.assert_array_equal(nonzero(counts.cells), nonzero(table))


def test_probabilities_are_summed_over_the_rows(rows, rng):
    x1, x2, _ = rows
    soft = rng.dirichlet([1, 1, 1], 200)
    table = np.zeros((5, 4, 3))
    np.add.at(table, (x1, x2), soft)
    samples = read_samples(x1, x2, soft)
    counts = samples.tallies()
    assert samples.soft
    np.testing.assert_allclose(counts.p1y, table.sum(1))
    np.testing.assert_allclose(counts.p2y, table.sum(0))
    np.testing.assert_allclose(nonzero(counts.pairs), nonzero(table.sum(2).round(9)))
    np.testing.assert_allclose(nonzero(counts.cells), nonzero(table))


def test_rows_of_one_class_are_labels(rows):
    x1, x2, y = rows
    samples = read_samples(x1, x2, np.eye(4)[y])
    assert not samples.soft
    assert samples.shape == (5, 4, 4)  # a column nobody is in stays a class
    np.testing.assert_array_equal(samples.table()[..., :3], read_samples(x1, x2, y).table())
    assert read_samples(x1, x2, np.eye(4)[y] * 0.9 + 0.025).soft


def test_information_of_the_frequencies(rows):
    p = dense(*rows) / 200

    def entropy(masses):
        masses = masses[masses > 0]
        return -(masses * np.log2(masses)).sum()

    h_y = entropy(p.sum((0, 1)))
    mi1, mi2, joint = read_samples(*rows).tallies().plug_in()
    assert mi1 == pytest.approx(h_y + entropy(p.sum((1, 2))) - entropy(p.sum(1)))
    assert mi2 == pytest.approx(h_y + entropy(p.sum((0, 2))) - entropy(p.sum(0)))
    assert joint == pytest.approx(h_y + entropy(p.sum(2)) - entropy(p))


def test_a_part_of_the_rows_keeps_the_states(rows, rng):
    samples = read_samples(*rows[:2], rng.dirichlet([1, 1, 1], 200))
    part = samples.take(np.flatnonzero(rows[0] == 0))
    assert part.shape == samples.shape
    counts = part.tallies()
    assert counts.p1y.shape == (5, 3)
    assert counts.p1y[1:].sum() == 0
    assert counts.pairs.sum() == (rows[0] == 0).sum()


# -- of cells --------------------------------------------------------------------------


@pytest.mark.parametrize("cells_per_sample", [16, 0], ids=["cell by cell", "sorted"])
def test_cells_are_those_of_the_table(rows, monkeypatch, cells_per_sample):
    monkeypatch.setattr(cells_module, "_CELLS_PER_SAMPLE", cells_per_sample)
    found, table = Cells.of_rows(*rows, (5, 4, 3), rows=True), dense(*rows)
    np.testing.assert_array_equal(found.occupied, np.flatnonzero(table))
    np.testing.assert_array_equal(found.counts, table[table > 0])
    np.testing.assert_array_equal(found.rows, np.ravel_multi_index(rows, (5, 4, 3)))
    np.testing.assert_array_equal(found.table(), table)
    counts = found.tallies()
    np.testing.assert_array_equal(counts.p1y, table.sum(1))
    np.testing.assert_array_equal(counts.p2y, table.sum(0))
    np.testing.assert_array_equal(counts.pairs, table.sum(2)[table.sum(2) > 0])


def test_tables_of_the_same_cells_are_counted_together(rows, rng):
    found = read_samples(*rows)
    several = rng.integers(0, 9, (7, len(found.counts)))
    together = found.tallies_of(several)
    for k, counts in enumerate(several):
        for one, other in zip(found._replace(counts=counts).tallies(), together, strict=True):
            np.testing.assert_array_equal(one, other[k])


def test_sums_of_many_samples_are_exact():
    """Doubles would round the first."""
    large = Cells(np.array([0, 3]), np.array([2**60 + 1, 1]), (1, 2, 2))
    np.testing.assert_array_equal(large.tallies().p1y, [[2**60 + 1, 1]])
    np.testing.assert_array_equal(large.tallies_of(large.counts[None]).p1y, [[[2**60 + 1, 1]]])
    assert large.total == large.draws == 2**60 + 2
