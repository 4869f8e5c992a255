# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Occupied cells of a table with what is in them, and how two such tables add up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from fourfold.counts.exact_sums import ExactSums

__all__ = ["SparseTable", "check_numbered", "check_total", "int_total"]

_MOST = np.iinfo(np.int64).max


class SparseTable(NamedTuple):
    """A table (K1, K2, K_Y) of which only occupied cells are kept.

    Attributes
    ----------
    occupied : ndarray of int64, shape (M,)
        Numbers ``(x1 * K2 + x2) * K_Y + y`` of the cells, increasing.
    amounts : ndarray of int64, shape (M,), or ExactSums
        Samples in each, or sums of weights that are no integers; above zero.
    shape : tuple of int
        (K1, K2, K_Y).
    """

    occupied: np.ndarray
    amounts: np.ndarray | ExactSums
    shape: tuple[int, int, int]

    def states(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x1, x2 and y of each occupied cell, (M,) each."""
        pair, y = np.divmod(self.occupied, self.shape[2] or 1)
        x1, x2 = np.divmod(pair, self.shape[1] or 1)
        return x1, x2, y

    def total(self) -> int | Fraction:
        """Of all cells, without rounding."""
        if isinstance(self.amounts, ExactSums):
            return self.amounts.total()
        return int_total(self.amounts)

    def same(self, other: SparseTable) -> bool:
        """Whether all is the same to the bit."""
        a, b = self.amounts, other.amounts
        if isinstance(a, ExactSums) or isinstance(b, ExactSums):
            if not (
                isinstance(a, ExactSums) and isinstance(b, ExactSums) and a.lowest == b.lowest
            ):
                return False
            a, b = a.limbs, b.limbs
        cells = np.array_equal(self.occupied, other.occupied)
        return self.shape == other.shape and cells and np.array_equal(a, b)

    def recoded(
        self, numbers: Sequence[np.ndarray], shape: tuple[int, int, int]
    ) -> SparseTable:
        """The same cells of a larger table, where the states of the axes have other numbers."""
        if shape == self.shape:  # increasing numbers of as many states are the same
            return self
        check_numbered(shape)
        x1, x2, y = self.states()
        occupied = (numbers[0][x1] * shape[1] + numbers[1][x2]) * shape[2] + numbers[2][y]
        return SparseTable(occupied, self.amounts, shape)

    def plus(self, other: SparseTable) -> SparseTable:
        """Both in one; of the same shape."""
        if len(self.occupied) < len(other.occupied):
            return other.plus(self)
        occupied, at = _merged(self.occupied, other.occupied)
        return SparseTable(occupied, _added(self, other, at, len(occupied)), self.shape)


def _merged(
    many: np.ndarray, few: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Two increasing lists as one, and where in it each of their entries is; in linear time."""
    if not len(many):
        return many, (many, few)
    at = np.searchsorted(many, few)
    new = many[np.minimum(at, len(many) - 1)] != few
    at_few = at + np.cumsum(new) - new
    old = np.ones(len(many) + np.count_nonzero(new), bool)
    old[at_few[new]] = False
    occupied = np.empty(len(old), np.int64)
    occupied[old] = many
    occupied[at_few] = few
    return occupied, (np.flatnonzero(old), at_few)


def _added(
    first: SparseTable, second: SparseTable, at: tuple[np.ndarray, np.ndarray], number: int
) -> np.ndarray | ExactSums:
    a, b = first.amounts, second.amounts
    if isinstance(a, ExactSums) or isinstance(b, ExactSums):
        sums = [x if isinstance(x, ExactSums) else ExactSums.of_integers(x) for x in (a, b)]
        return sums[0].placed(sums[1], at, number)
    check_total(int(first.total()) + int(second.total()))
    amounts = np.zeros(number, np.int64)
    amounts[at[0]] += a
    amounts[at[1]] += b
    return amounts


def int_total(numbers: np.ndarray) -> int:
    """Sum of int64, which may be more than one holds."""
    low, high = numbers & (2**32 - 1), numbers >> 32
    return int(low.sum()) + (int(high.sum()) << 32)


def check_total(samples: int) -> None:
    """Raise where so many samples are more than an int64 holds."""
    if samples > _MOST:
        msg = (
            f"counts: {samples} samples are more than an int64 holds, {_MOST}; divide the counts "
            "by a common factor, as no statistic can tell so many from fewer"
        )
        raise OverflowError(msg)


def check_numbered(shape: tuple[int, int, int]) -> None:
    """Raise where there are more cells than an int64 can number."""
    if shape[0] * shape[1] * shape[2] > _MOST:
        msg = (
            f"x1, x2, y: {shape[0]} x {shape[1]} x {shape[2]} states make more cells than an "
            "int64 can number; are these identifiers rather than labels?"
        )
        raise ValueError(msg)
