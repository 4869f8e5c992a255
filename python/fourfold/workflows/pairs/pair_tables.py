# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of all pairs of features, counted as products of matrices of zeros and ones, in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.counts.tallies import Tallies

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PairTables", "pair_tables"]

#: Entries of a matrix of zeros and ones, so many rows of which are multiplied at a time.
_ENTRIES = 2**24
#: Cells of the tables of a block.
_CELLS = 2**20
#: Whole numbers up to which single precision has all.
_WHOLE = 2**24


class PairTables(NamedTuple):
    """Tables of some pairs of features of one shape.

    Attributes
    ----------
    numbers : ndarray of int, shape (B,)
        Which of the pairs (0, 1), (0, 2), ..., (1, 2), ... they are.
    tables : ndarray of int64, shape (B, K1, K2, K_Y)
    """

    numbers: np.ndarray
    tables: np.ndarray

    def tallies(self) -> Tallies:
        """Marginals, cells and pairs of states, of which many are zero."""
        tables = self.tables
        batch = len(tables)
        return Tallies(
            tables.sum(2),
            tables.sum(1),
            tables.reshape(batch, -1),
            tables.sum(3).reshape(batch, -1),
        )


def pair_tables(
    codes: np.ndarray, n_states: np.ndarray, y: np.ndarray, classes: int
) -> Iterator[PairTables]:
    """The tables of all pairs, those of one shape together; no more than a block is held at a time.

    Parameters
    ----------
    codes : ndarray of uint8, shape (F, N)
    n_states : ndarray of int, shape (F,)
    y : ndarray of int, shape (N,)
        Classes 0 to `classes` - 1.
    classes : int
    """
    width = len(codes)
    order = np.argsort(y, kind="stable")
    ends = np.cumsum(np.bincount(y, minlength=classes))
    ordered = np.ascontiguousarray(codes[:, order])
    starts = np.concatenate([[0], np.cumsum(n_states)])
    first = 0
    while first < width - 1:
        last = _last_of_block(first, n_states, starts, classes)
        counts = _counts(ordered, n_states, starts, ends, first, last)
        yield from _of_block(counts, n_states, starts, first, last)
        first = last


def _last_of_block(first: int, n_states: np.ndarray, starts: np.ndarray, classes: int) -> int:
    """The feature behind the last of a block whose tables with all later ones have room."""
    last, cells = first, 0
    while last < len(n_states) - 1 and (last == first or cells < _CELLS):
        cells += int(n_states[last]) * int(starts[-1] - starts[last + 1]) * classes
        last += 1
    return last


def _counts(
    codes: np.ndarray,
    n_states: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    first: int,
    last: int,
) -> np.ndarray:
    """Rows of each class in each state of the block and each state from it on, (K_Y, A, B)."""
    low = starts[first]
    inside, all_of = int(starts[last] - low), int(starts[-1] - low)
    found = np.zeros((len(ends), inside, all_of), dtype=np.int64)
    rows = max(1, _ENTRIES // all_of)
    dtype = np.float32 if rows <= _WHOLE else np.float64
    begin = 0
    for k, end in enumerate(ends.tolist()):
        for start in range(begin, end, rows):
            some = codes[first:, start : min(start + rows, end)]
            ones = _ones(some, n_states[first:], all_of, dtype)
            found[k] += np.rint(ones[:inside] @ ones.T).astype(np.int64)
        begin = end
    return found


def _ones(codes: np.ndarray, n_states: np.ndarray, states: int, dtype: type) -> np.ndarray:
    """Of each state of each feature which rows are in it, (states, rows)."""
    ones: np.ndarray = np.zeros((states, codes.shape[1]), dtype=dtype)
    offsets = np.concatenate([[0], np.cumsum(n_states)[:-1]])
    ones[codes + offsets[:, None], np.arange(codes.shape[1])[None]] = 1
    return ones


def _of_block(
    counts: np.ndarray, n_states: np.ndarray, starts: np.ndarray, first: int, last: int
) -> Iterator[PairTables]:
    """The pairs of a block by their shapes."""
    width, low = len(n_states), int(starts[first])
    found: dict[tuple[int, int], tuple[list[np.ndarray], list[np.ndarray]]] = {}
    for i in range(first, last):
        k1 = int(n_states[i])
        of_one = counts[:, starts[i] - low : starts[i + 1] - low]
        others = np.arange(i + 1, width)
        numbers = i * width - i * (i + 1) // 2 + (others - i - 1)
        for k2 in np.unique(n_states[i + 1 :]).tolist():
            same = np.flatnonzero(n_states[i + 1 :] == k2)
            columns = (starts[others[same]] - low)[:, None] + np.arange(k2)
            tables = of_one[:, :, columns]  # (K_Y, K1, pairs, K2)
            parts = found.setdefault((k1, k2), ([], []))
            parts[0].append(numbers[same])
            parts[1].append(tables.transpose(2, 1, 3, 0))
    for of_numbers, of_tables in found.values():
        tables = np.ascontiguousarray(np.concatenate(of_tables))
        yield PairTables(np.concatenate(of_numbers), tables)
