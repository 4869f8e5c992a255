# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of labels to counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.labels import code_labels
from fourfold.inputs.target import code_target

__all__ = ["LabelCounts", "count_labels"]

_CELLS_PER_SAMPLE = 16


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


def count_labels(x1: Any, x2: Any, y: Any, *, rows: bool = False) -> LabelCounts:
    """Check labels and count them.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,) or (N, 1)
        Integer or string labels, of the host.
    y : array_like, shape (N,) or (N, 1)
        The same; rows (N, K_Y) of one 1 are classes 0..K_Y-1, all of them states.
    rows : bool
        Whether the cells shall know that of each row.

    Raises
    ------
    TypeError, ValueError
        As `fourfold.pid` says of x1, x2 and y, and where y is rows of other probabilities.
    """
    codes1, states1 = code_labels(x1, "x1")
    codes2, states2 = code_labels(x2, "x2")
    codes, states = code_target(y)
    check_same_length(x1=len(codes1), x2=len(codes2), y=len(codes))
    shape = (len(states1), len(states2), len(states))
    size = shape[0] * shape[1] * shape[2]
    if size > np.iinfo(np.int64).max:
        msg = (
            f"x1, x2, y: {shape[0]} x {shape[1]} x {shape[2]} states make more cells than an "
            "int64 can number; are these identifiers rather than labels?"
        )
        raise ValueError(msg)
    flat = (codes1.astype(np.int64) * shape[1] + codes2) * shape[2] + codes
    if size <= _CELLS_PER_SAMPLE * len(flat):
        table = np.bincount(flat, minlength=size)
        occupied = np.flatnonzero(table)
        counts = table[occupied]
    else:
        occupied, counts = np.unique(flat, return_counts=True)
    of_row = flat.astype(np.min_scalar_type(size - 1)) if rows else None
    return LabelCounts(Cells(occupied, counts, shape, of_row), (states1, states2, states))
