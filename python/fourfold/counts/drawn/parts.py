# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random halves and other parts of labelled samples, drawn of their cells.

To draw rows without replacement is to draw how many of them each cell has: multivariate
hypergeometric numbers, which cost the same for any number of samples.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.drawn.nameless_order import nameless_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.cells import Cells
    from fourfold.counts.many_cells import ManyCells

__all__ = ["BINOMIAL", "RandomParts"]

#: From so many samples on, which NumPy's hypergeometric refuses, each sample goes to a part by
#: itself, so that each cell is divided binomially; given how many a part then has, it is drawn
#: as if there had to be so many.
BINOMIAL = 10**9
#: With at most so many samples a cell it is faster to shuffle them.
_SHUFFLED = 8
_TOGETHER = 128  # tables
_ENTRIES = 2**22  # of them


class RandomParts:
    """Parts of samples; the same for the same table, however its states are called.

    Parameters
    ----------
    cells : Cells or ManyCells
        Of whole numbers of samples.
    rng : Generator
    """

    def __init__(self, cells: Cells | ManyCells, rng: np.random.Generator) -> None:
        self._cells, self._rng = cells, rng

    def halves(self, number: int) -> Iterator[np.ndarray]:
        """Counts (b, M) of random halves, some at a time, `number` together.

        Each has n // 2 of the n samples; of `BINOMIAL` or more about half of them.
        """
        counts, (*states, ky) = self._cells.counts, self._cells.shape
        step = min(max(1, _ENTRIES // max(len(counts), sum(states) * ky)), _TOGETHER)
        n = self._cells.draws
        for first in range(0, number, step):
            yield self._drawn(counts, n, n // 2, min(step, number - first))

    def partitions(self, parts: int, times: int) -> Iterator[np.ndarray]:
        """Counts (b, M) of the parts of `times` random partitions, those of one together."""
        counts = self._cells.counts
        if parts == 2:
            for halves in self.halves(times):
                both = np.stack([halves, counts - halves], axis=1)
                yield both.reshape(2 * len(halves), len(counts))
            return
        for _ in range(times):
            yield self.partition(counts, parts)

    def partition(self, counts: np.ndarray, parts: int) -> np.ndarray:
        """Counts (parts, M) of a random partition of such counts (M,) into equally many samples."""
        left, found = counts, []
        for others in range(parts - 1, 0, -1):
            n = int(left.sum())
            found.append(self._drawn(left, n, n // (others + 1), 1)[0])
            left = left - found[-1]
        return np.array([*found, left])

    @functools.cached_property
    def _order(self) -> np.ndarray:
        return nameless_order(self._cells)

    def _drawn(self, counts: np.ndarray, n: int, some: int, times: int) -> Any:
        """Of each cell, how many are among `some` of the n samples, (times, M)."""
        ordered, found = counts[self._order], np.empty((times, len(counts)), dtype=np.int64)
        if n >= BINOMIAL:
            found[:, self._order] = self._rng.binomial(ordered, some / n, found.shape)
            return found
        found[:, self._order] = self._rng.multivariate_hypergeometric(
            ordered,
            some,
            times,
            method="count" if n <= _SHUFFLED * len(counts) else "marginals",
        )
        return found
