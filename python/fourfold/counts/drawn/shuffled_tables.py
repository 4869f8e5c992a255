# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of samples of which each variable is shuffled on its own, drawn of its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.drawn.hypergeometric import MOST_SAMPLES
from fourfold.counts.drawn.random_tables import random_tables
from fourfold.counts.tallies import Tallies, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.cells import Cells

__all__ = ["shuffled_tables"]

_SHUFFLED = 4  # samples a cell of the table up to which rows are shuffled
_ENTRIES = 2**20  # of tables that are drawn together, about
_MOST_ENTRIES = 2**27


def shuffled_tables(cells: Cells, number: int, rng: np.random.Generator) -> Iterator[Tallies]:
    """So many, in batches or one by one; or raise where they would be too large.

    States are taken in the order of their counts: names do not matter.
    """
    p1y, p2y, _, _ = cells.tallies()
    x1, x2, y = (
        np.sort(totals[totals > 0])[::-1] for totals in (p1y.sum(1), p2y.sum(1), p1y.sum(0))
    )
    shape, n = (len(x1), len(x2), len(y)), cells.draws
    entries = shape[0] * shape[1] * shape[2]
    if n <= _SHUFFLED * entries:
        columns = [np.repeat(np.arange(len(totals)), totals) for totals in (x1, x2, y)]
        for _ in range(number):
            one, two, three = (rng.permutation(column) for column in columns)
            yield count(one, two, three, shape)
        return
    if entries > _MOST_ENTRIES or n > MOST_SAMPLES:
        msg = (
            f"bias_correction: 'shuffle' would draw tables of {n} samples in {entries} cells; of more "
            f"than 2**53 samples or {_MOST_ENTRIES} cells expected 'auto', 'linear', 'qe' or 'none'"
        )
        raise ValueError(msg)
    step = min(max(1, _ENTRIES // entries), number)
    for first in range(0, number, step):
        times = min(step, number - first)
        pairs = random_tables(x1, x2, times, rng).reshape(times, -1)
        table = random_tables(pairs, y, 1, rng).reshape(times, *shape)
        yield Tallies(table.sum(2), table.sum(1), table.reshape(times, entries), pairs)
