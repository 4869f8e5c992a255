# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples as codes of states, and what a set of their rows counts to."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from scipy import sparse

from fourfold.counts.chao_entropy import CountStatistics, chao_entropy, count_statistics
from fourfold.counts.information import joint_information
from fourfold.inputs.arrays import check_same_length, shape_of
from fourfold.inputs.labels import read_labels
from fourfold.inputs.masses import probability_rows
from fourfold.results.atoms import Information

__all__ = [
    "Counts",
    "Draws",
    "Samples",
    "chao_information",
    "count",
    "read_samples",
    "read_target",
    "row_sums",
]

#: A table of at most this many cells a sample is counted cell by cell, a larger one by sorting.
_CELLS_PER_SAMPLE = 16


class Draws(Protocol):
    """What halves can be taken of: `Samples`, or what counts to tables in another way."""

    @property
    def x1(self) -> np.ndarray:
        """States of the rows, shape (N,)."""

    @property
    def x2(self) -> np.ndarray:
        """States of the rows, shape (N,)."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(K1, K2, K_Y)."""

    @property
    def block(self) -> int:
        """Neighbouring rows that were drawn together."""

    @property
    def counted(self) -> bool:
        """Whether rows are independent draws of labels, as formulas for counts assume."""

    @property
    def draws(self) -> int:
        """How many independent draws there are."""

    def take(self, draws: np.ndarray) -> Self:
        """Some of the draws."""

    def counts(self) -> Counts:
        """What the rows count to."""


class Samples(NamedTuple):
    """N rows of two sources and a target.

    Attributes
    ----------
    x1, x2 : ndarray of int64, shape (N,)
        States 0..K-1.
    y : ndarray, shape (N,) or (N, K_Y)
        Classes 0..K_Y-1, int64, or rows of probabilities, float64.
    shape : tuple of int
        (K1, K2, K_Y).
    block : int
        Neighbouring rows that were drawn together, as the tokens of one sample.
    """

    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    shape: tuple[int, int, int]
    block: int = 1

    @property
    def soft(self) -> bool:
        """Whether the target is rows of probabilities."""
        return self.y.ndim == 2

    @property
    def counted(self) -> bool:
        """Whether rows are independent draws of labels, as formulas for counts assume."""
        return not self.soft and self.block == 1

    @property
    def draws(self) -> int:
        """How many independent draws there are: rows, or blocks of them."""
        return len(self.x1) // self.block

    def take(self, draws: np.ndarray) -> Samples:
        """Some of the draws, in any order; the states stay as they are."""
        rows = draws
        if self.block > 1:
            rows = (draws[:, None] * self.block + np.arange(self.block)).ravel()
        return self._replace(x1=self.x1[rows], x2=self.x2[rows], y=self.y[rows])

    def counts(self) -> Counts:
        """What the rows count to; see `count`."""
        return count(self)


class Counts(NamedTuple):
    """Samples by state. For a soft target the masses are not whole.

    Attributes
    ----------
    p1y, p2y : ndarray, shapes (..., K1, K_Y) and (..., K2, K_Y)
        Masses of (x1,y) and of (x2,y), adding up to N; leading axes are a batch.
    cells, pairs : ndarray, shape (..., any number)
        Those of (x1,x2,y) and of (x1,x2) in any order; where there are none may be left out.
    """

    p1y: np.ndarray
    p2y: np.ndarray
    cells: np.ndarray
    pairs: np.ndarray

    def plug_in(self) -> Information:
        """Information of the frequencies as they are."""
        classes = self.p1y.sum(-2)
        total = classes.sum(-1)
        one, two = (
            joint_information(_flat(table, 2), table.sum(-1), classes, total)
            for table in (self.p1y, self.p2y)
        )
        return Information(one, two, joint_information(self.cells, self.pairs, classes, total))

    def chao(self, statistics: CountStatistics | None = None) -> Information:
        """Information by entropies of Chao, Wang and Jost; of counts only.

        `statistics` are those of the cells, where they are known.
        """
        tables = (
            self.p1y.sum(-2),
            self.p1y.sum(-1),
            self.p2y.sum(-1),
            _flat(self.p1y, 2),
            _flat(self.p2y, 2),
            self.pairs,
        )
        of_cells = count_statistics(self.cells) if statistics is None else statistics
        y, x1, x2, x1y, x2y, pairs, cells = _chao([*map(count_statistics, tables), of_cells])
        return Information(y + x1 - x1y, y + x2 - x2y, y + pairs - cells)


def chao_information(counts: Any) -> Any:
    """I(X;Y) in bits of counts (..., K, K_Y), by entropies of Chao, Wang and Jost."""
    tables = (counts.sum(-2), counts.sum(-1), _flat(counts, 2))
    y, x, xy = _chao([*map(count_statistics, tables)])
    return y + x - xy


def read_samples(x1: Any, x2: Any, y: Any) -> Samples:
    """Check labels and a target, and code them; raises as `fourfold.pid` says."""
    codes1, k1 = read_labels(x1, "x1")
    codes2, k2 = read_labels(x2, "x2")
    target, ky = read_target(y)
    check_same_length(x1=len(codes1), x2=len(codes2), y=len(target))
    return Samples(codes1, codes2, target, (k1, k2, ky))


def read_target(y: Any) -> tuple[np.ndarray, int]:
    """Classes (N,) or rows of probabilities (N, K_Y), and K_Y; rows of one 1 are classes."""
    if y is None:
        msg = "y: a decomposition requires y to be passed, but the target y is None"
        raise ValueError(msg)
    shape = shape_of(y, "y")
    if len(shape) == 2 and shape[1] != 1:
        rows = probability_rows(y, "y")
        sure = bool((rows.max(1) == 1.0).all())
        return (rows.argmax(1).astype(np.int64) if sure else rows), rows.shape[1]
    return read_labels(y, "y", "rows of class probabilities have shape (N, K_Y)")


def count(samples: Samples) -> Counts:
    """Masses of all pairs and cells that occur, never of a dense table that does not fit."""
    x1, x2, y, (k1, k2, ky), _ = samples
    n = len(x1)
    pair = x1 * np.int64(k2) + x2
    if samples.soft:  # of all pairs there may be K_Y times as many cells as fit
        codes = np.unique(pair, return_inverse=True)[1]
        pairs = np.bincount(codes)
        cells = row_sums(codes, len(pairs), y).ravel()
        return Counts(row_sums(x1, k1, y), row_sums(x2, k2, y), cells, pairs)
    p1y, p2y = (
        np.bincount(x * ky + y, minlength=k * ky).reshape(k, ky)
        for x, k in ((x1, k1), (x2, k2))
    )
    dense = k1 * k2 <= _CELLS_PER_SAMPLE * n
    pairs = np.bincount(pair) if dense else np.unique(pair, return_counts=True)[1]
    cell = pair * np.int64(ky) + y
    if k1 * k2 * ky <= _CELLS_PER_SAMPLE * n:
        cells = np.bincount(cell)
    else:
        cells = np.unique(cell, return_counts=True)[1]
    return Counts(p1y, p2y, cells, pairs)


def row_sums(codes: np.ndarray, states: int, rows: np.ndarray) -> np.ndarray:
    """(states, K_Y) sums of rows (N, K_Y) over the samples in each state."""
    n = len(codes)
    member = sparse.csr_array((np.ones(n), codes, np.arange(n + 1)), shape=(n, states))
    return np.asarray(member.T @ rows)


def _flat(masses: Any, axes: int) -> Any:
    """The last axes as one."""
    return masses.reshape(*masses.shape[: masses.ndim - axes], -1)


def _chao(statistics: list[CountStatistics]) -> np.ndarray:
    """Entropies of tables of one batch, the first axis; in one go, as each call costs."""
    return chao_entropy(CountStatistics(*map(np.array, zip(*statistics, strict=True))))
