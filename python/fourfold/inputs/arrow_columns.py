# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of Arrow as arrays of NumPy: of numbers, of lists of numbers, of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["array_of", "is_list", "numbers_of", "reject_missing"]


def array_of(columns: list[Any], names: list[str], where: tuple[str, str, int]) -> Any:
    """Rows of numbers as an array of NumPy; one column of labels as it is."""
    if where[0] == "y" and len(columns) == 1 and not is_list(columns[0]):
        reject_missing(columns[0], names[0], where)
        return columns[0]
    parts = [
        numbers_of(getattr(column, "storage", column), one, where)
        for column, one in zip(columns, names, strict=True)
    ]
    if len(parts) == 1:
        return parts[0].reshape(len(parts[0]), -1)
    return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)


def numbers_of(column: Any, column_name: str, where: tuple[str, str, int]) -> np.ndarray:
    """Numbers of a column, (N,), or of one of lists, (N, d); `where` is argument, place, first row."""
    name, place, first = where
    reject_missing(column, column_name, where)
    if not is_list(column):
        return np.asarray(column)
    lengths = np.asarray(column.value_lengths())
    values = column.flatten()
    width = int(lengths[0]) if len(lengths) else 0
    if (lengths != width).any():
        row = int(np.flatnonzero(lengths != width)[0])
        msg = (
            f"{name}: column {column_name!r} has a list of {lengths[row]} at row {first + row} of "
            f"{place}, but one of {width} at row {first}; expected lists of one length"
        )
        raise ValueError(msg)
    reject_missing(values, column_name, (name, place, first), width)
    return np.asarray(values).reshape(len(column), width)


def is_list(column: Any) -> bool:
    """Whether a row is a list of any kind; tensors are stored as such."""
    return hasattr(getattr(column, "storage", column), "value_lengths")


def reject_missing(
    values: Any, column_name: str, where: tuple[str, str, int], width: int = 1
) -> None:
    """Raise with the row of the first missing value; `width` values are a row."""
    if values.null_count:
        name, place, first = where
        row = first + int(np.flatnonzero(np.asarray(values.is_null()))[0]) // width
        msg = (
            f"{name}: column {column_name!r} has a missing value at row {row} of {place}; leave "
            "such rows out"
        )
        raise ValueError(msg)
