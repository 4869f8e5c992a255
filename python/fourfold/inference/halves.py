# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random halves of samples: of the cells of labels, of the rows of all else."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.drawn.parts import RandomParts
from fourfold.inference.replicates import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fourfold.counts.samples import Draws, Rows
    from fourfold.counts.tallies import Tallies

__all__ = ["Halves", "RandomHalves"]


class Halves:
    """The tables of `number` random halves of samples.

    Attributes
    ----------
    drawn : Drawn
        To be decomposed; the other attributes are known once it is.
    sizes : ndarray of int64, shape (number,)
        Samples in each half.
    checksum : int or None
        Of the draws in the halves, where these are known one by one.
    """

    def __init__(self, samples: Draws, number: int, rng: np.random.Generator) -> None:
        self.sizes = np.zeros(number, dtype=np.int64)
        self._samples, self._rows = samples, RandomHalves(samples.draws, number, rng)
        if isinstance(samples, Cells):
            tables = self._of_cells(samples, RandomParts(samples, rng).halves(number))
        else:
            tables = self._of_rows(samples)
        self.drawn = Drawn(tables, number, samples.counted)

    @property
    def checksum(self) -> int | None:
        """Tells the halves from others; None of those that are of cells."""
        return None if isinstance(self._samples, Cells) else self._rows.drawn

    def widening(self) -> np.ndarray:
        """From the scatter of each half, (number, 1), to that of all samples."""
        found: np.ndarray = np.sqrt(self.sizes / (self._samples.draws - self.sizes))[:, None]
        return found

    def _of_cells(self, cells: Cells, halves: Iterable[np.ndarray]) -> Iterator[Tallies]:
        first = 0
        for counts in halves:
            self.sizes[first : first + len(counts)] = counts.sum(1)
            first += len(counts)
            yield cells.tallies_of(counts)

    def _of_rows(self, samples: Rows) -> Iterator[Tallies]:
        for k, rows in enumerate(self._rows):
            self.sizes[k] = len(rows)
            yield samples.take(rows).tallies()


class RandomHalves:
    """The rows of each of `number` random halves of n, and a checksum of those drawn."""

    def __init__(self, n: int, number: int, rng: np.random.Generator) -> None:
        self.drawn = zlib.crc32(f"{n} {number}".encode())
        self.number = number
        self._n, self._rng = n, rng

    def __iter__(self) -> Iterator[np.ndarray]:
        for _ in range(self.number):
            rows = self._rng.permutation(self._n)[: self._n // 2]
            self.drawn = zlib.crc32(rows.tobytes(), self.drawn)
            yield rows
