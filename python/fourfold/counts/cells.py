# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labelled samples as cells (x1,x2,y) and how many samples are in each: all that statistics need."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from fourfold.counts.tallies import Tallies
from fourfold.inputs.device import array_module, to_numpy
from fourfold.inputs.room import likely_cause, require_room
from fourfold.results.atoms import ROUNDING

__all__ = ["Cells", "exact_sums"]

#: A table of at most this many cells a sample is counted cell by cell, a larger one by sorting.
_CELLS_PER_SAMPLE = 16
_WHOLE = 2**53  # up to which doubles are whole numbers


class Cells(NamedTuple):
    """Independent draws of labels, counted.

    Attributes
    ----------
    occupied : ndarray of int64, shape (M,)
        Numbers ``(x1 * K2 + x2) * K_Y + y`` of the cells with samples in them, increasing.
    counts : ndarray of int64, shape (M,)
        Samples in each, at least one. Weights that are no whole numbers are float64.
    shape : tuple of int
        (K1, K2, K_Y).
    rows : ndarray of unsigned integers, shape (N,), or None
        Number of the cell of each row, where the rows are known: for comparisons row by row alone.
    """

    occupied: np.ndarray
    counts: np.ndarray
    shape: tuple[int, int, int]
    rows: np.ndarray | None = None

    @classmethod
    def of_rows(
        cls, x1: Any, x2: Any, y: Any, shape: tuple[int, int, int], *, rows: bool = False
    ) -> Cells:
        """Count codes (N,) of states, int64, of the host or of a device; `rows` are kept if asked."""
        xp = array_module(x1)
        size = math.prod(shape)
        flat = (x1 * shape[1] + x2) * shape[2] + y
        if size <= _CELLS_PER_SAMPLE * len(flat):
            table = xp.bincount(flat, minlength=size)
            occupied = xp.flatnonzero(table)
            counts = table[occupied]
        else:
            occupied, counts = xp.unique(flat, return_counts=True)
        small = np.min_scalar_type(size - 1)
        of_row = to_numpy(flat.astype(small, copy=False)) if rows else None
        return cls(to_numpy(occupied), to_numpy(counts), shape, of_row)

    @property
    def soft(self) -> bool:
        """Whether the target is rows of probabilities."""
        return False

    @property
    def weighted(self) -> bool:
        """Whether samples have weights that are no whole numbers."""
        return bool(self.counts.dtype.kind == "f")

    @property
    def counted(self) -> bool:
        """Whether these are independent draws of labels, as formulas for counts assume."""
        return not self.weighted

    @property
    def block(self) -> int:
        """Neighbouring rows that were drawn together."""
        return 1

    @property
    def total(self) -> Any:
        """All samples, or the sum of their weights."""
        return self.counts.sum().item()

    @property
    def draws(self) -> int:
        """How many independent draws there are."""
        return int(self.total)

    @property
    def rounding(self) -> float:
        """By how many bits the informations of its tables may contradict each other."""
        return ROUNDING

    def on_host(self) -> Cells:
        """The same: counts are of the host."""
        return self

    def states(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x1, x2 and y of each occupied cell, (M,) each."""
        pair, y = np.divmod(self.occupied, self.shape[2])
        x1, x2 = np.divmod(pair, self.shape[1])
        return x1, x2, y

    def pair_starts(self) -> np.ndarray:
        """Of each pair (x1,x2) that occurs the first of its cells, (P,)."""
        return np.flatnonzero(np.diff(self.occupied // self.shape[2], prepend=-1))

    def tallies(self) -> Tallies:
        """Marginals, and the occupied cells and pairs."""
        k1, k2, ky = self.shape
        require_marginals(self.shape)
        x1, x2, y = self.states()
        p1y = exact_sums(x1 * ky + y, self.counts, k1 * ky).reshape(k1, ky)
        p2y = exact_sums(x2 * ky + y, self.counts, k2 * ky).reshape(k2, ky)
        return Tallies(p1y, p2y, self.counts, np.add.reduceat(self.counts, self.pair_starts()))

    def tallies_of(self, counts: np.ndarray) -> Tallies:
        """The same of other counts of these cells, (B, M), as a batch of B tables."""
        k1, k2, ky = self.shape
        x1, x2, y = self.states()
        p1y, p2y = (
            (_members(x * ky + y, k * ky) @ counts.T).T.reshape(len(counts), k, ky)
            for x, k in ((x1, k1), (x2, k2))
        )
        return Tallies(p1y, p2y, counts, np.add.reduceat(counts, self.pair_starts(), axis=1))

    def table(self) -> np.ndarray:
        """All cells, (K1, K2, K_Y): for tables that fit."""
        table = np.zeros(math.prod(self.shape), dtype=self.counts.dtype)
        table[self.occupied] = self.counts
        return table.reshape(self.shape)


def require_marginals(shape: tuple[int, int, int]) -> None:
    """Raise MemoryError where tables of (x1,y) and (x2,y) cannot fit what is free."""
    k1, k2, ky = shape
    require_room(
        16 * (k1 + k2) * ky,
        "x1, x2, y",
        f"tables of {k1} states of x1, and of {k2} of x2, by {ky} classes of y",
        likely_cause({"x1": k1, "x2": k2, "y": ky}),
    )


def exact_sums(codes: np.ndarray, counts: np.ndarray, states: int) -> np.ndarray:
    """Sums of counts by code, (states,); of whole numbers without rounding."""
    if counts.dtype.kind == "f" or counts.sum() <= _WHOLE:  # bincount's weights are doubles
        return np.bincount(codes, counts, states).astype(counts.dtype)
    sums = np.zeros(states, dtype=counts.dtype)
    np.add.at(sums, codes, counts)
    return sums


def _members(codes: np.ndarray, states: int) -> sparse.csr_array:
    """(states, M): which cells are of each state."""
    m = len(codes)
    ones = np.ones(m, dtype=np.int64)
    return sparse.csc_array((ones, codes, np.arange(m + 1)), shape=(states, m)).tocsr()
