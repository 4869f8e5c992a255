# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of labels, read and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold._core import count_cells, renumbered
from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.label_arrays import array_column, sorted_numbers, word_column
from fourfold.inputs.label_column import LabelColumn
from fourfold.inputs.label_containers import CodedLabels, unpacked
from fourfold.inputs.label_objects import objects_array, objects_column

__all__ = ["CountedColumns", "code_column", "count_columns", "quick_column", "read_column"]

_ROOM = 2**16  # cells that always have room in a table
_ROOM_PER_ROW = 4
_MOST = np.iinfo(np.int64).max


def read_column(values: Any, name: str, hint: str) -> LabelColumn:
    """A column of labels of any kind; see `fourfold.inputs.labels.code_labels`."""
    column = quick_column(values, name, hint)
    return array_column(values, name, hint) if column is None else column


def quick_column(values: Any, name: str, hint: str) -> LabelColumn | None:
    """The same of what need not become an array before its shape is known, else None."""
    if isinstance(values, (list, tuple)):
        words = len(values) > 0 and isinstance(values[0], (str, bytes))
        return word_column(values) if words else None
    if isinstance(values, np.ndarray):
        return None
    if on_device(values):
        return array_column(to_numpy(values), name, hint)
    inside = unpacked(values, name)
    if not isinstance(inside, CodedLabels):
        one = isinstance(inside, np.ndarray) and inside.ndim == 1
        return array_column(inside, name, hint) if one else None

    def sort(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        labels = inside.labels(found)
        try:
            read = declared_column if inside.declared else read_column
            return code_column(read(labels, name, hint))
        except (TypeError, ValueError):
            array_column(values, name, hint)  # raises, and says in which row
            raise

    return LabelColumn(inside.codes, sort)


def declared_column(labels: Any, name: str, hint: str) -> LabelColumn:
    """Entries that a container says are categories: numbers with a fraction, too, or several kinds."""
    if isinstance(labels, list):
        kinds = set(map(type, labels))
        # of integers NumPy makes doubles where one is beyond 2**63
        labels = np.asarray(labels) if kinds == {float} else objects_array(labels)
    if labels.dtype.kind == "f" and not np.isnan(labels).any():
        whole = np.isfinite(labels).all() and (labels == np.floor(labels)).all()
        return read_column(labels, name, hint) if whole else sorted_numbers(labels)
    if labels.dtype.kind == "O" and len({type(label) for label in labels.tolist()}) > 1:
        return objects_column(labels.tolist(), name, declared=True)
    return read_column(labels, name, hint)


def code_column(column: LabelColumn) -> tuple[np.ndarray, np.ndarray]:
    """Codes 0..K-1 of a column, of the smallest unsigned type, and its labels, sorted."""
    counted = count_columns([column], rows=True)
    ranks, states = counted.ranks[0], counted.states[0]
    return counted.of_rows(ranks.astype(np.min_scalar_type(len(states) - 1))), states


class CountedColumns(NamedTuple):
    """What rows of labels count to: M cells, each once unless a container has equal labels twice.

    Attributes
    ----------
    ranks, states : list of ndarray
        Of each column its label in each cell, (M,), as a place in its labels, (K,), sorted.
    counts : ndarray of int64, shape (M,)
        Rows in each cell.
    rows : ndarray of uint32, shape (N,), or None
        A number of the cell of each row.
    numbers : ndarray, shape (M,)
        Which number of them is that of each cell.
    """

    ranks: list[np.ndarray]
    states: list[np.ndarray]
    counts: np.ndarray
    rows: np.ndarray | None
    numbers: np.ndarray

    def of_rows(self, values: np.ndarray) -> np.ndarray:
        """Values of cells, unsigned integers (M,), for each row."""
        table = np.zeros(int(self.numbers.max()) + 1, dtype=values.dtype)
        table[self.numbers] = values
        if self.rows is None:
            msg = "count_columns: the numbers of rows were not asked for"
            raise RuntimeError(msg)
        return renumbered(self.rows, table, num_threads=0)


def count_columns(columns: Sequence[LabelColumn], *, rows: bool) -> CountedColumns:
    """Count the rows of columns of one length, with the number of each row's cell or without."""
    codes = [column.codes for column in columns]
    room = max(_ROOM, _ROOM_PER_ROW * len(codes[0]))
    found = count_cells(codes, most=room, rows=rows, num_threads=0)
    by_hash = "cells" not in found
    if by_hash and len(columns) > 1:  # gaps between integers make room that nothing needs
        columns = [_without_gaps(column) for column in columns]
        codes = [column.codes for column in columns]
        found = count_cells(codes, most=room, rows=rows, num_threads=0)
        by_hash = "cells" not in found
    if by_hash:
        spans = found["span"]
        size = 1
        for span in spans:
            size *= span
        if len(spans) > 1 and size > _MOST:
            msg = (
                f"x1, x2, y: {' x '.join(map(str, spans))} states make more cells than an int64 can "
                "number; are these identifiers rather than labels?"
            )
            raise ValueError(msg)
        found = count_cells(codes, most=None, rows=rows, num_threads=0)
    cells = found["cells"]
    ranks, states = [], []
    offsets = _offsets(cells, found["span"])
    for column, offset, span, low in zip(
        columns, offsets, found["span"], found["low"], strict=True
    ):
        present, place = (offset, slice(None)) if len(columns) == 1 else _distinct(offset, span)
        integers = present.astype(np.uint64) + np.uint64(low)  # as two's complement
        if column.codes.dtype.kind == "i":
            integers = integers.view(np.int64)
        of_present, labels = column.sort(integers)
        ranks.append(of_present.astype(np.int64)[place])
        states.append(labels)
    numbers = np.arange(len(cells)) if by_hash else cells.astype(np.int64)
    return CountedColumns(ranks, states, found["counts"], found["rows"], numbers)


def _without_gaps(column: LabelColumn) -> LabelColumn:
    codes, states = code_column(column)
    return LabelColumn(codes, lambda found: (found.astype(np.int64), states))


def _offsets(cells: np.ndarray, spans: list[int]) -> list[np.ndarray]:
    """Of each column its integer in each cell, above the lowest."""
    offsets = []
    for span in spans[:0:-1]:
        cells, offset = np.divmod(cells, np.uint64(span))
        offsets.append(offset)
    return [cells, *offsets[::-1]]


def _distinct(offset: np.ndarray, span: int) -> tuple[np.ndarray, np.ndarray]:
    """The different ones, increasing, and the place of each among them."""
    if span > _ROOM + _ROOM_PER_ROW * len(offset):
        return np.unique(offset, return_inverse=True)
    seen = np.zeros(span, dtype=bool)
    seen[offset] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[offset]
