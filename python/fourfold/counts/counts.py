# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How many samples have each combination of labels: all that results of labels are made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Self

import numpy as np

from fourfold.counts.axis_states import (
    NO_STATES,
    States,
    axis_states,
    given_states,
    numbers_within,
    shape_of_states,
    united,
)
from fourfold.counts.cells import Cells
from fourfold.counts.count_labels import count_labels
from fourfold.counts.dense_table import dense, read_table
from fourfold.counts.exact_sums import ExactSums
from fourfold.counts.sparse_table import SparseTable, check_numbered
from fourfold.counts.weights import weighted
from fourfold.inputs.device import on_host

__all__ = ["Counts"]

_AXES = ("x1", "x2", "y")


class Counts:
    """Samples counted by their labels: a table x1, x2, y of which only occupied cells are kept.

    Rows can be counted anywhere and in any pieces; pieces add up. States, the labels of the axes,
    are united and stay sorted. The sum is the same to the bit whatever the pieces and their order,
    of weights as well: these are added without rounding.

    Parameters
    ----------
    states : three array_like, optional
        Labels of x1, of x2 and of y that shall be states even where no sample has them. By
        default states are the labels that occur.

    Raises
    ------
    TypeError, ValueError
        If `states` is not three sequences of distinct labels.

    See Also
    --------
    fourfold.pid : Decomposes counts, with every correction and interval.

    Examples
    --------
    >>> import fourfold as ff
    >>> counts = ff.Counts.from_labels([0, 0, 1], ["a", "b", "b"], [0, 1, 1])
    >>> counts += ff.Counts.from_labels([2], ["a"], [0])
    >>> counts
    Counts(n_samples=4, shape=(3, 2, 2), occupied=4)
    >>> counts.states[1]
    array(['a', 'b'], dtype='<U1')
    """

    _states: States
    _table: SparseTable
    _squares: Fraction

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, states: Any = None) -> None:
        found = NO_STATES if states is None else given_states(states)[0]
        shape = shape_of_states(found)
        check_numbered(shape)
        nothing = np.zeros(0, np.int64)
        self._take(found, SparseTable(nothing, nothing, shape), Fraction(0))

    def _take(self, states: States, table: SparseTable, squares: Fraction) -> None:
        self._states, self._table, self._squares = states, table, squares

    @classmethod
    def _of(cls, states: States, table: SparseTable, squares: Fraction) -> Self:
        counts = cls.__new__(cls)
        counts._take(states, table, squares)
        return counts

    @classmethod
    def from_labels(cls, x1: Any, x2: Any, y: Any, *, weights: Any = None) -> Self:
        """Count rows of labels.

        Parameters
        ----------
        x1, x2, y : array_like, shape (N,)
            Integer or string labels of the sources and of the target.
        weights : array_like, shape (N,), optional
            How many samples each row stands for, where all of them are whole numbers; else how
            much it matters. Rows of weight 0 are as if they were not there.

        Raises
        ------
        TypeError, ValueError
            As `fourfold.pid` says of labels; if y is rows of probabilities, which do not count;
            if a weight is negative, missing or infinite.
        """
        labels = [on_host(each, name) for each, name in zip((x1, x2, y), _AXES, strict=True)]
        found = count_labels(*labels, rows=weights is not None)
        cells, states = found.cells, found.states
        states = axis_states(states[0]), axis_states(states[1]), axis_states(states[2])
        if weights is None:
            table = SparseTable(cells.occupied, cells.counts, cells.shape)
            return cls._of(states, table, Fraction(table.total()))
        return cls._of(*weighted(states, cells, on_host(weights, "weights")))

    @classmethod
    def from_table(cls, table: Any, *, states: Any = None) -> Self:
        """Take over a table of counts.

        Parameters
        ----------
        table : array_like, shape (K1, K2, K_Y)
            How many samples are in each cell, whole numbers.
        states : three array_like, optional
            Labels of the axes; by default 0 to K1 - 1, K2 - 1 and K_Y - 1. All are states, even
            where no sample has them.

        Raises
        ------
        TypeError, ValueError
            If the table has another shape, or holds anything but whole numbers of at least zero;
            if `states` is not the labels of its axes.
        """
        labels, numbers = (None, None) if states is None else given_states(states)
        cells = read_table(on_host(table, "table"), numbers)
        if labels is None:
            k1, k2, ky = cells.shape
            labels = np.arange(k1), np.arange(k2), np.arange(ky)
        return cls._of(labels, cells, Fraction(cells.total()))

    # -- adding up ---------------------------------------------------------------------

    def update(self, x1: Any, x2: Any, y: Any, *, weights: Any = None) -> Self:
        """Count more rows, in place; arguments and errors as of `from_labels`.

        Returns
        -------
        Counts
            The object itself. Where an error is raised it is as it was.
        """
        return self.__iadd__(type(self).from_labels(x1, x2, y, weights=weights))

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, Counts):
            return NotImplemented
        states, tables = _of_one_shape(self, other)
        return self._of(states, tables[0].plus(tables[1]), self._squares + other._squares)

    def __radd__(self, other: Any) -> Self:
        if not (isinstance(other, int) and other == 0):  # where sum() starts
            return NotImplemented
        return self._of(self._states, self._table, self._squares)

    def __iadd__(self, other: Any) -> Self:
        total = self.__add__(other)
        if total is NotImplemented:
            return total
        self._take(total._states, total._table, total._squares)
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counts):
            return NotImplemented
        states = zip(self._states, other._states, strict=True)
        return (
            all(np.array_equal(*pair) for pair in states)
            and self._table.same(other._table)
            and self._squares == other._squares
        )

    # -- what was counted --------------------------------------------------------------

    @property
    def states(self) -> States:
        """Labels of x1, of x2 and of y, each sorted: arrays of shapes (K1,), (K2,) and (K_Y,)."""
        return self._states

    @property
    def shape(self) -> tuple[int, int, int]:
        """(K1, K2, K_Y): how many states each axis has."""
        return self._table.shape

    @property
    def n_samples(self) -> int | float:
        """How many samples were counted, or the sum of weights that are no whole numbers."""
        total = self._table.total()
        return total if isinstance(total, int) else float(total)

    @property
    def effective_samples(self) -> float:
        """As how many samples of one weight these count: ``sum(w)**2 / sum(w**2)`` (Kish 1965).

        The number of samples where all weights are whole numbers, and so numbers of samples.
        """
        total = self._table.total()
        return float(total) if isinstance(total, int) else float(total**2 / self._squares)

    @property
    def cells(self) -> Cells:
        """The occupied cells by number, with counts: int64, or float64 of weights."""
        amounts = self._table.amounts
        counts = amounts.rounded() if isinstance(amounts, ExactSums) else amounts
        return Cells(self._table.occupied, counts, self._table.shape)

    def table(self) -> np.ndarray:
        """The counts with all their cells, (K1, K2, K_Y): int64, or float64 of weights.

        Raises
        ------
        MemoryError
            If the table is larger than the memory of this machine.
        """
        return dense(self._table)

    def __repr__(self) -> str:
        total = self.n_samples
        told = str(total)
        if isinstance(total, float):
            told = f"{total:.6g}, effective_samples={self.effective_samples:.6g}"
        occupied = len(self._table.occupied)
        return f"Counts(n_samples={told}, shape={self.shape}, occupied={occupied})"


def _of_one_shape(a: Counts, b: Counts) -> tuple[States, list[SparseTable]]:
    pairs = zip(a._states, b._states, _AXES, strict=True)
    first, second, third = (united(*pair) for pair in pairs)
    states = first, second, third
    shape = shape_of_states(states)
    tables = []
    for counts in (a, b):
        numbers = [
            numbers_within(own, every)
            for own, every in zip(counts._states, states, strict=True)
        ]
        tables.append(counts._table.recoded(numbers, shape))
    return states, tables
