# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Any number of labelled variables as occupied cells with a mass each, and sums over some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import to_numpy
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.joint_states import source_column
from fourfold.inputs.label_counts import code_column
from fourfold.inputs.masses import as_masses, check_masses, read_masses
from fourfold.inputs.target import target_column

__all__ = ["Groups", "JointCells", "cells_of_labels", "cells_of_table", "groups_of"]

_MOST = 2**62  # numbers of cells that an int64 holds
_ROOM = 16  # a table of so many cells for each that is occupied is summed without sorting


class JointCells(NamedTuple):
    """Occupied cells of V variables.

    Attributes
    ----------
    states : ndarray of int64, shape (V, M)
        State of each variable in each cell.
    masses : ndarray, shape (M,)
        Above zero: whole numbers of samples, or probabilities that add up to 1.
    sizes : tuple of int
        Numbers of states.
    """

    states: np.ndarray
    masses: np.ndarray
    sizes: tuple[int, ...]


class Groups(NamedTuple):
    """Cells by the states of some of the variables.

    Attributes
    ----------
    of_cell : ndarray of int64, shape (M,)
        Number of the group of each cell.
    number : int
        Of the groups.
    """

    of_cell: np.ndarray
    number: int

    def sums(self, masses: np.ndarray) -> np.ndarray:
        """Mass of each group, (number,); of whole numbers below 2**53 without rounding."""
        return np.bincount(self.of_cell, masses, self.number)


def cells_of_labels(named: dict[str, Any], y: Any, joint: bool | None) -> JointCells:
    """Count the rows of labels; y, where it is not None, is the last variable."""
    every = named if y is None else {**named, "y": y}
    check_aligned(**every)
    columns = [source_column(values, name, joint=joint) for name, values in named.items()]
    if y is not None:
        columns.append(target_column(y, joint))
    coded = [code_column(column) for column in columns]
    lengths = {name: len(codes) for name, (codes, _) in zip(every, coded, strict=True)}
    check_same_length(**lengths)
    states = np.stack([codes.astype(np.int64) for codes, _ in coded])
    sizes = tuple(len(labels) for _, labels in coded)
    groups = groups_of(states, sizes, range(len(sizes)))
    counts = np.bincount(groups.of_cell, minlength=groups.number)
    first = np.empty(groups.number, np.int64)
    first[groups.of_cell[::-1]] = np.arange(states.shape[1])[::-1]
    return JointCells(states[:, first], counts, sizes)


def cells_of_table(pmf: Any, least: int) -> JointCells:
    """Those of a table with an axis for each of at least so many variables; masses add up to 1."""
    axes = "x1, ..., xn, y"
    array = read_masses(to_numpy(as_masses(pmf, "pmf")), "pmf", axes, least)
    if 0 in array.shape:
        read_masses(array, "pmf", axes, array.ndim)  # raises, as an axis has no states
    check_masses(array, "pmf", array.ndim)
    at = np.nonzero(array)
    masses = array[at]
    scaled = masses / masses.max()  # first, as sums of huge ones are infinite
    return JointCells(np.stack(at).astype(np.int64), scaled / scaled.sum(), array.shape)


def groups_of(states: np.ndarray, sizes: Sequence[int], subset: Sequence[int]) -> Groups:
    """Cells that agree in these variables are a group; groups are numbered by their states."""
    together, number = np.zeros(states.shape[1], np.int64), 1
    for k in subset:
        if number * sizes[k] > _MOST:
            together, number = _dense(together, number)
        together = together * sizes[k] + states[k]
        number *= sizes[k]
    return Groups(*_dense(together, number))


def _dense(codes: np.ndarray, number: int) -> tuple[np.ndarray, int]:
    """The same without codes that do not occur."""
    if number > _ROOM * len(codes):
        present, codes = np.unique(codes, return_inverse=True)
        return codes.astype(np.int64).reshape(-1), len(present)
    occurs = np.zeros(number, bool)
    occurs[codes] = True
    return (np.cumsum(occurs) - 1)[codes], int(occurs.sum())
