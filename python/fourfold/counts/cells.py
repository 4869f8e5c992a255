# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labelled samples as cells (x1,x2,y) and how many samples are in each: all that statistics need."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.tallies import Tallies
from fourfold.results.atoms import ROUNDING

__all__ = ["Cells"]


class Cells(NamedTuple):
    """Independent draws of labels, counted.

    Attributes
    ----------
    occupied : ndarray of int64, shape (M,)
        Numbers ``(x1 * K2 + x2) * K_Y + y`` of the cells with samples in them, increasing.
    counts : ndarray of int64, shape (M,)
        Samples in each, at least one.
    shape : tuple of int
        (K1, K2, K_Y).
    rows : ndarray of unsigned integers, shape (N,), or None
        Number of the cell of each row, where the rows are known: for comparisons row by row alone.
    """

    occupied: np.ndarray
    counts: np.ndarray
    shape: tuple[int, int, int]
    rows: np.ndarray | None = None

    @property
    def soft(self) -> bool:
        """Whether the target is rows of probabilities."""
        return False

    @property
    def counted(self) -> bool:
        """Whether these are independent draws of labels, as formulas for counts assume."""
        return True

    @property
    def block(self) -> int:
        """Neighbouring rows that were drawn together."""
        return 1

    @property
    def draws(self) -> int:
        """How many independent draws there are."""
        return int(self.counts.sum())

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

    def tallies(self) -> Tallies:
        """Marginals, and the occupied cells and pairs."""
        k1, k2, ky = self.shape
        x1, x2, y = self.states()
        p1y = _added(x1 * ky + y, self.counts, k1 * ky).reshape(k1, ky)
        p2y = _added(x2 * ky + y, self.counts, k2 * ky).reshape(k2, ky)
        starts = np.flatnonzero(np.diff(self.occupied // ky, prepend=-1))
        return Tallies(p1y, p2y, self.counts, np.add.reduceat(self.counts, starts))


def _added(codes: np.ndarray, counts: np.ndarray, states: int) -> Any:
    """Sums of counts by code, exact: bincount's weights are doubles, whole up to 2**53."""
    return np.bincount(codes, counts, states).astype(counts.dtype)
