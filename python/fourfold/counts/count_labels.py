# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of labels to counts."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.joint_states import EMBEDDINGS, source_column
from fourfold.inputs.label_column import LabelColumn
from fourfold.inputs.label_counts import count_columns, read_column
from fourfold.inputs.target import target_column

__all__ = ["LabelCounts", "count_labels", "label_source"]


class LabelCounts(NamedTuple):
    """What rows of labels count to.

    Attributes
    ----------
    cells : Cells
        Occupied cells and their counts.
    states : tuple of ndarray, shapes (K1,), (K2,) and (K_Y,)
        The labels of x1, x2 and y, sorted.
    """

    cells: Cells
    states: tuple[np.ndarray, np.ndarray, np.ndarray]


def count_labels(
    x1: Any, x2: Any, y: Any, *, rows: bool = False, joint: bool | None = None
) -> LabelCounts:
    """Check labels and count them.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,), (N, 1), or (N, d)
        Labels, as arrays, lists, or columns of pandas, polars or Arrow; columns of states.
    y : array_like, shape (N,) or (N, 1)
        The same; rows (N, K_Y) of one 1 are classes 0..K_Y-1, all of them states.
    rows : bool
        Whether the cells shall know that of each row.
    joint : bool
        Whether columns are states, as `fourfold.pid` has it.

    Raises
    ------
    TypeError, ValueError
        As `fourfold.pid` says of x1, x2 and y, and where y is rows of other probabilities.
    """
    columns = (
        label_source(x1, "x1", joint),
        label_source(x2, "x2", joint),
        target_column(y, joint),
    )
    names = ("x1", "x2", "y")
    check_same_length(**{n: len(c.codes) for n, c in zip(names, columns, strict=True)})
    counted = count_columns(columns, rows=rows)
    s1, s2, s3 = counted.states
    shape = (len(s1), len(s2), len(s3))
    flat = (counted.ranks[0] * shape[1] + counted.ranks[1]) * shape[2] + counted.ranks[2]
    of_row = None
    if rows:
        of_row = counted.of_rows(flat.astype(np.min_scalar_type(math.prod(shape) - 1)))
    return LabelCounts(Cells(*_in_order(flat, counted.counts), shape, of_row), (s1, s2, s3))


def label_source(values: Any, name: str, joint: bool | None) -> LabelColumn:
    """A source of labels that are to be counted, or raise with its name."""
    if getattr(values, "ndim", 2) == 1:
        return read_column(values, name, EMBEDDINGS)
    return source_column(values, name, joint=joint)


def _in_order(cells: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells sorted, those that are there twice as one."""
    steps = np.diff(cells)
    if (steps > 0).all():
        return cells, counts
    order = np.argsort(cells)
    cells, counts = cells[order], counts[order]
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    return (
        (cells, counts)
        if len(first) == len(cells)
        else (cells[first], np.add.reduceat(counts, first))
    )
