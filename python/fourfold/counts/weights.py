# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weights of rows: how many samples each stands for, or how much it matters."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from fourfold.counts.axis_states import States, axis_states, shape_of_states
from fourfold.counts.cells import Cells
from fourfold.counts.exact_sums import ExactSums
from fourfold.counts.sparse_table import SparseTable, check_total, int_total
from fourfold.inputs.arrays import as_array, check_same_length, index_of_first

__all__ = ["read_weights", "weighted"]

_LEAST, _MOST = 1e-150, 1e150  # so that their squares are doubles
_EXACT = 2.0**53
_LOOKED_UP = 16  # cells a row


def read_weights(values: Any, name: str, rows: int) -> np.ndarray:
    """Numbers of at least zero, int64 or float64 of shape (N,), or raise."""
    array = as_array(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        got = f"shape {array.shape}" if array.ndim else repr(values)
        msg = f"{name}: expected one number a row, shape (N,), got {got}"
        raise ValueError(msg)
    check_same_length(**{"x1": rows, name: len(array)})
    if array.dtype.kind == "O":
        array = _of_objects(array.tolist(), name)
    if array.dtype.kind not in "iubf":
        msg = f"{name}: expected numbers, got {str(array[0])!r:.40} of dtype {array.dtype}"
        raise ValueError(msg)
    if array.dtype.kind == "u" and array.size and int(array.max()) > np.iinfo(np.int64).max:
        check_total(int(array.max()))
    array = array.astype(np.float64 if array.dtype.kind == "f" else np.int64, copy=False)
    _reject(array, np.isnan(array), name, "is missing (NaN)")
    _reject(array, array < 0, name, "is negative")
    _reject(array, np.isinf(array), name, "is infinite")
    if array.dtype.kind == "f":
        odd = (array > _MOST) | ((array < _LEAST) & (array > 0))
        _reject(array, odd, name, "is out of range, 1e-150 to 1e150; scale all of them")
    return array


def _of_objects(values: list[Any], name: str) -> np.ndarray:
    """Numbers of Python, and decimals as databases give for sums of integers."""
    for row, value in enumerate(values):
        if value is None or type(value).__name__ == "NAType":
            msg = f"{name}: the number at row {row} is missing ({value!r})"
            raise ValueError(msg)
        if not isinstance(value, (int, float, Decimal, np.number)):
            msg = f"{name}: expected numbers, got {value!r:.40} at row {row}"
            raise TypeError(msg)
    # one fraction makes weights of all; int() would cut it off
    if all(isinstance(value, (float, np.floating)) for value in values) or not all(
        map(_whole, values)
    ):
        return np.array([float(value) for value in values])
    whole = [int(value) for value in values]
    check_total(max(whole))
    return np.array(whole, dtype=np.int64)


def _whole(value: Any) -> bool:
    """Whether a number is finite, and has no fraction."""
    return math.isfinite(value) and value % 1 == 0


def _reject(array: np.ndarray, wrong: np.ndarray, name: str, problem: str) -> None:
    if wrong.any():
        row = index_of_first(wrong)
        msg = f"{name}: expected numbers of at least zero, but {array[wrong][0]} at row {row} {problem}"
        raise ValueError(msg)


def weighted(
    states: States, cells: Cells, weights: np.ndarray
) -> tuple[States, SparseTable, Fraction]:
    """Rows with weights: states, sums of weights, and the sum of squares that tells their worth.

    Whole numbers are counted as integers, of whatever type they are. Rows of weight zero are as if
    they were not there.
    """
    index = _index_of_rows(cells)
    squares = Fraction(0 if weights.dtype.kind == "f" else int_total(weights))
    if weights.dtype.kind == "f":
        squares = ExactSums.of_rows(weights * weights, np.zeros_like(index), 1).total()
        if (weights == np.floor(weights)).all() and (weights <= _EXACT).all():
            weights = weights.astype(np.int64)
    amounts: np.ndarray | ExactSums
    if weights.dtype.kind == "f":
        amounts = ExactSums.of_rows(weights, index, len(cells.occupied))
        some = amounts.positive()
        amounts = amounts.take(some)
    else:
        check_total(int_total(weights))
        amounts = np.zeros(len(cells.occupied), np.int64)
        np.add.at(amounts, index, weights)
        some = amounts > 0
        amounts = amounts[some]
    table = SparseTable(cells.occupied[some], amounts, cells.shape)
    return *_without_unseen(states, cells, table), squares


def _without_unseen(
    states: States, cells: Cells, table: SparseTable
) -> tuple[States, SparseTable]:
    """Leaves out states that only cells have which are no more."""
    if len(table.occupied) == len(cells.occupied):
        return states, table
    left = table.states()
    numbers, kept = [], []
    for labels, before, after in zip(states, cells.states(), left, strict=True):
        stays = np.ones(len(labels), bool)
        stays[before] = False
        stays[after] = True
        kept.append(labels[stays])
        numbers.append(np.cumsum(stays) - 1)
    found = axis_states(kept[0]), axis_states(kept[1]), axis_states(kept[2])
    return found, table.recoded(numbers, shape_of_states(found))


def _index_of_rows(cells: Cells) -> np.ndarray:
    """Which of the occupied cells each row is in."""
    rows, size = cells.rows, cells.shape[0] * cells.shape[1] * cells.shape[2]
    assert rows is not None
    if size > _LOOKED_UP * len(rows):
        return np.searchsorted(cells.occupied, rows.astype(np.int64))
    number = np.zeros(size, np.int64)
    number[cells.occupied] = np.arange(len(cells.occupied))
    return np.asarray(number[rows])
