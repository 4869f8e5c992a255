# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of which each variable is shuffled on its own: margins stay, nothing else does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from fourfold.counts.cells import Cells
from fourfold.counts.drawn import shuffled_tables as module
from fourfold.counts.drawn.shuffled_tables import shuffled_tables
from fourfold.counts.samples import read_samples


@pytest.fixture
def cells(rng):
    x1, x2 = rng.integers(3, size=(2, 200)) ** 2
    return read_samples(x1, x2, (x1 + x2) % 4)


def drawn(cells, number, rng):
    """Marginals and plug-in informations of all tables."""
    p1y, p2y, found = [], [], []
    for tallies in shuffled_tables(cells, number, rng):
        p1y += [*np.atleast_3d(tallies.p1y.T).T]
        p2y += [*np.atleast_3d(tallies.p2y.T).T]
        found += [*np.transpose(np.reshape(tallies.plug_in(), (3, -1)))]
    return np.array(p1y), np.array(p2y), np.array(found)


@pytest.mark.parametrize("shuffled", [0, 1000], ids=["drawn", "shuffled"])
def test_margins_stay(cells, rng, monkeypatch, shuffled):
    monkeypatch.setattr(module, "_SHUFFLED", shuffled)
    p1y, p2y, _ = drawn(cells, 30, rng)
    assert len(p1y) == len(p2y) == 30
    whole = cells.tallies()
    for found, own in ((p1y, whole.p1y), (p2y, whole.p2y)):
        assert (found.sum(2) == np.sort(own.sum(1))[::-1]).all()
        assert (found.sum(1) == np.sort(own.sum(0))[::-1]).all()
    assert len(np.unique(p1y, axis=0)) > 20


def test_both_ways_are_one_law(cells, rng, monkeypatch):
    found = []
    for shuffled in (0, 1000):
        monkeypatch.setattr(module, "_SHUFFLED", shuffled)
        found.append(drawn(cells, 600, rng)[2])
    for one, other in zip(*np.transpose(found, (0, 2, 1)), strict=True):
        assert ks_2samp(one, other).pvalue > 1e-3


def test_names_do_not_matter(cells):
    table = cells.table()[::-1, :, [2, 0, 1]]
    occupied = np.flatnonzero(table)
    other = Cells(occupied, table.ravel()[occupied], table.shape)
    for one, two in zip(
        *(drawn(each, 5, np.random.default_rng(1)) for each in (cells, other)), strict=True
    ):
        np.testing.assert_array_equal(one, two)


def test_what_is_too_large_is_refused(cells, rng):
    many = cells._replace(counts=cells.counts * 2**50)
    with pytest.raises(ValueError, match=r"'shuffle' would draw tables of .* expected 'auto'"):
        next(shuffled_tables(many, 1, rng))
