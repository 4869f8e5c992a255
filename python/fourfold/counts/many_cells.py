# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Any number of labelled variables: the states that occur together, never all tuples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.chao_entropy import CountStatistics, statistics_of_each
from fourfold.counts.count_labels import label_source
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import to_numpy
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.label_counts import code_column
from fourfold.inputs.masses import as_masses, check_masses, read_masses
from fourfold.inputs.room import require_room
from fourfold.inputs.target import target_column

__all__ = ["Groups", "Joint", "ManyCells", "cells_of_table", "count_sources", "count_variables"]

_MOST = np.iinfo(np.int64).max
_ROOM = 16  # a table of so many cells for each that is occupied is summed without sorting


class Groups(NamedTuple):
    """Cells by the states of some of their variables.

    Attributes
    ----------
    of_cell : ndarray of int64, shape (M,)
        Number of the group of each cell, in the order of the states.
    number : int
        Of the groups.
    """

    of_cell: np.ndarray
    number: int

    def sums(self, masses: np.ndarray) -> np.ndarray:
        """Masses (..., M) of each group, (..., number), of their type; whole ones below 2**53."""
        rows = masses.reshape(-1, masses.shape[-1])
        found = np.stack([np.bincount(self.of_cell, row, self.number) for row in rows])
        return found.reshape(*masses.shape[:-1], self.number).astype(masses.dtype, copy=False)


class Joint(NamedTuple):
    """Cells by the states of some sources as one, and by these and y."""

    states: Groups
    cells: Groups

    def statistics(self, counts: np.ndarray) -> CountStatistics:
        """Of (x_A) and (x_A, y), each (2, B), for counts of the cells of all sources (B, M)."""
        return statistics_of_each([groups.sums(counts) for groups in self])


class ManyCells(NamedTuple):
    """Occupied cells of V variables, the target last where there is one.

    Attributes
    ----------
    codes : ndarray of int64, shape (V, M)
        State of each variable in each cell.
    counts : ndarray, shape (M,)
        Samples in it, at least one, of int64; or of a table probabilities that add up to 1.
    shape : tuple of int
        Numbers of states.
    rows : ndarray of unsigned integers, shape (N,), or None
        Which cell each row is in.
    """

    codes: np.ndarray
    counts: np.ndarray
    shape: tuple[int, ...]
    rows: np.ndarray | None = None

    @property
    def draws(self) -> int:
        """How many samples there are."""
        return int(self.counts.sum())

    @property
    def y(self) -> np.ndarray:
        """The class of each cell, (M,)."""
        found: np.ndarray = self.codes[-1]
        return found

    def states(self) -> tuple[np.ndarray, ...]:
        """Those of each variable in each cell, (M,) each."""
        return tuple(self.codes)

    def groups(self, subset: Sequence[int]) -> Groups:
        """Cells that agree in these variables, of any number of joint states."""
        return _grouped(self.codes, self.shape, subset)

    def marginal(self, source: int, counts: np.ndarray) -> np.ndarray:
        """Counts (B, K_i, K_Y) of a source and the classes, of counts (B, M) of the cells."""
        k, ky = self.shape[source], self.shape[-1]
        found = Groups(self.codes[source] * ky + self.y, k * ky).sums(counts)
        return found.reshape(len(counts), k, ky)

    def joint(self, subset: Sequence[int]) -> Joint:
        """States of some sources as one, alone and with y."""
        return Joint(self.groups(subset), self.groups((*subset, len(self.shape) - 1)))

    def per_cell(self, subset: Sequence[int]) -> float:
        """Samples for each cell of the table of some sources and the classes."""
        return self.draws / math.prod((*(self.shape[k] for k in subset), self.shape[-1]))

    def split(
        self, first: Sequence[int], second: Sequence[int], *, rows: bool = False
    ) -> Cells:
        """The same samples as of two sources, each some of these, as `fourfold.pid` counts them."""
        one, other = self.groups(first), self.groups(second)
        shape = (one.number, other.number, self.shape[-1])
        flat = (one.of_cell * shape[1] + other.of_cell) * shape[2] + self.y
        occupied, place = np.unique(flat, return_inverse=True)
        counts = Groups(place, len(occupied)).sums(self.counts)
        small = flat.astype(np.min_scalar_type(math.prod(shape) - 1))
        return Cells(occupied, counts, shape, small[self.rows] if rows else None)


def _grouped(codes: np.ndarray, shape: Sequence[int], subset: Sequence[int]) -> Groups:
    together, number = np.zeros(codes.shape[1], np.int64), 1
    for k in subset:
        if number * shape[k] > _MOST:
            together, number = _dense(together, number)
        together = together * shape[k] + codes[k]
        number *= shape[k]
    return Groups(*_dense(together, number))


def _dense(codes: np.ndarray, number: int) -> tuple[np.ndarray, int]:
    """The same without codes that do not occur."""
    if number > _ROOM * len(codes):
        present, codes = np.unique(codes, return_inverse=True)
        return codes.astype(np.int64).reshape(-1), len(present)
    occurs = np.zeros(number, bool)
    occurs[codes] = True
    return (np.cumsum(occurs) - 1)[codes], int(occurs.sum())


def count_variables(
    named: Mapping[str, Any], y: Any = None, joint: bool | None = None
) -> ManyCells:
    """Check the labels of variables and of a target, where there is one, and count their rows.

    Parameters
    ----------
    named : mapping of str to array_like, shape (N,), or (N, d) of columns of states
    y : array_like, shape (N,), optional
    joint : bool, optional
        Whether columns are states, as `fourfold.pid` has it.

    Raises
    ------
    TypeError, ValueError
        As `fourfold.pid` says, with the name of the variable.
    """
    every = {**named} if y is None else {**named, "y": y}
    check_aligned(**every)
    columns = [label_source(values, name, joint) for name, values in named.items()]
    if y is not None:
        columns.append(target_column(y, joint))
    coded = [code_column(column) for column in columns]
    check_same_length(**{n: len(codes) for n, (codes, _) in zip(every, coded, strict=True)})
    codes = np.stack([codes for codes, _ in coded])
    shape = tuple(len(labels) for _, labels in coded)
    groups = _grouped(codes, shape, range(len(shape)))
    row = np.empty(groups.number, np.int64)
    row[groups.of_cell] = np.arange(codes.shape[1])
    counts = np.bincount(groups.of_cell, minlength=groups.number)
    rows = groups.of_cell.astype(np.min_scalar_type(max(groups.number - 1, 1)))
    return ManyCells(codes[:, row].astype(np.int64), counts, shape, rows)


def count_sources(sources: Mapping[str, Any], y: Any) -> ManyCells:
    """The same of sources whose tables with y are to be made, which have to fit.

    Raises
    ------
    ValueError
        If cells of some sources and y cannot be numbered.
    MemoryError
        If a table cannot fit what is free.
    """
    cells = count_variables(sources, y)
    *states, ky = cells.shape
    if math.prod(cells.shape) > _MOST:
        msg = (
            f"sources: {' x '.join(map(str, states))} states by {ky} classes make more "
            "cells than an int64 can number; merge states, or take fewer sources at once"
        )
        raise ValueError(msg)
    for name, k in zip(sources, states, strict=True):
        require_room(16 * k * ky, name, f"a table of {k} states by {ky} classes")
    return cells


def cells_of_table(pmf: Any, least: int) -> ManyCells:
    """Those of a table with an axis for each of at least so many variables; masses add up to 1."""
    axes = "x1, ..., xn, y"
    array = read_masses(to_numpy(as_masses(pmf, "pmf")), "pmf", axes, least)
    if 0 in array.shape:
        read_masses(array, "pmf", axes, array.ndim)  # raises, as an axis has no states
    check_masses(array, "pmf", array.ndim)
    at = np.nonzero(array)
    masses = array[at]
    scaled = masses / masses.max()  # first, as sums of huge ones are infinite
    return ManyCells(np.stack(at).astype(np.int64), scaled / scaled.sum(), array.shape)
