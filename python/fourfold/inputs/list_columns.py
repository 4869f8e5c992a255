# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings with one list or array a row, as columns of pandas, polars and Arrow keep them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.faults import reject_masked
from fourfold.inputs.tensors import is_tensor, plain

__all__ = ["first_row", "is_list_column", "rows_of_lists"]


def is_list_column(values: Any) -> bool:
    """Whether a column of pandas, polars or Arrow has a list or an array in its first row."""
    if type(values).__module__.partition(".")[0] not in ("pandas", "polars", "pyarrow"):
        return False
    return len(values) > 0 and _is_row(first_row(values), tuples=False)


def first_row(column: Any) -> Any:
    """Of a column of pandas, polars or Arrow."""
    first = column.iloc[0] if hasattr(column, "iloc") else column[0]
    return first.as_py() if hasattr(first, "as_py") else first


def rows_of_lists(array: np.ndarray, name: str, *, tuples: bool = False) -> np.ndarray:
    """Rows (N, d) of an array of N lists or arrays; any other array as it is.

    Tuples may be labels, and are rows only if that is said. Raises of rows that are missing or
    differ in length, with the number of the first.
    """
    column = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    if column.dtype.kind != "O" or column.ndim != 1 or not len(column):
        return array
    first = next((row for row in column if row is not None), None)
    if not _is_row(first, tuples):
        return array
    rows = column.tolist()
    reject_masked(rows, name)
    sizes = []
    for number, row in enumerate(rows):
        if not _is_row(row, tuples):
            what = (
                "is missing (None)"
                if row is None
                else f"is {row!r:.40}, a {type(row).__name__}"
            )
            msg = f"{name}: row {number} {what}, where others are lists of numbers; leave such rows out"
            raise ValueError(msg)
        sizes.append(np.shape(plain(row)) if is_tensor(row) else _shape(row, name, number))
    other = next((k for k, size in enumerate(sizes) if size != sizes[0]), None)
    if other is not None:
        msg = (
            f"{name}: rows of different lengths: row {other} has {_told(sizes[other])}, but row 0 "
            f"has {_told(sizes[0])}; expected the same for all, as pooling over tokens gives"
        )
        raise ValueError(msg)
    if any(map(is_tensor, rows)):
        rows = [plain(row) for row in rows]
    return np.stack([np.asarray(row) for row in rows])


def _is_row(value: Any, tuples: bool) -> bool:
    if isinstance(value, np.generic) or value is None or isinstance(value, (str, bytes)):
        return False
    return (
        isinstance(value, (list, tuple) if tuples else list)
        or len(getattr(value, "shape", ())) > 0
    )


def _shape(row: Any, name: str, number: int) -> tuple[int, ...]:
    try:
        return np.shape(row)
    except ValueError as error:
        msg = f"{name}: row {number} is ragged itself: {error}"
        raise ValueError(msg) from error


def _told(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} numbers" if len(shape) == 1 else f"shape {shape}"
