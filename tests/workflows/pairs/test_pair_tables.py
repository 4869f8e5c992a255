# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of pairs of features against counting them one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fourfold.workflows.pairs import pair_tables as module

pytestmark = pytest.mark.cpu_only


@pytest.mark.parametrize(("cells", "entries"), [(2**20, 2**24), (50, 100), (1, 1)])
def test_tables_are_counts_whatever_the_blocks(cells, entries, monkeypatch):
    monkeypatch.setattr(module, "_CELLS", cells)
    monkeypatch.setattr(module, "_ENTRIES", entries)
    rng = np.random.default_rng(0)
    n, n_states = 120, np.array([3, 2, 5, 3, 1, 2])
    codes = np.stack([rng.integers(k, size=n) for k in n_states]).astype(np.uint8)
    y = rng.integers(3, size=n)
    found = {}
    for part in module.pair_tables(codes, n_states, y, 3):
        found |= dict(zip(part.numbers.tolist(), part.tables, strict=True))
        tallies = part.tallies()
        assert (tallies.p1y.sum((1, 2)) == n).all()
        assert (tallies.p2y.sum(1) == np.bincount(y, minlength=3)).all()
        assert (tallies.pairs == part.tables.sum(3).reshape(len(part.numbers), -1)).all()
    pairs = [*itertools.combinations(range(len(n_states)), 2)]
    assert sorted(found) == [*range(len(pairs))]
    for k, (i, j) in enumerate(pairs):
        table = np.zeros((n_states[i], n_states[j], 3), dtype=int)
        np.add.at(table, (codes[i], codes[j], y), 1)
        np.testing.assert_array_equal(found[k], table)
