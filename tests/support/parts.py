# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random parts of labelled rows as dense tables, and what these count to."""

from __future__ import annotations

import numpy as np

from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.samples import read_samples
from fourfold.counts.tallies import Tallies


def tables_of_parts(rows, parts, times, rng):
    """Tables (times * parts, K1, K2, K_Y) of so many random partitions, drawn as `pid` does."""
    cells = read_samples(*rows)
    drawn = np.concatenate([*RandomParts(cells, rng).partitions(parts, times)])
    tables = np.zeros((len(drawn), *cells.shape), dtype=np.int64)
    tables[(slice(None), *cells.states())] = drawn
    return tables


def tallies_of(table):
    """Marginals, cells and pairs of one table."""
    return Tallies(table.sum(1), table.sum(0), table.ravel(), table.sum(2).ravel())
