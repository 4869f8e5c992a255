# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Checks of arguments; every message names the argument, its value and what is accepted."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from scipy import sparse

from fourfold.inputs.faults import reject_masked, whole_in_doubles
from fourfold.inputs.list_columns import is_list_column, rows_of_lists
from fourfold.inputs.tensors import plain

__all__ = []

_MISSING = ("NoneType", "NAType", "NaTType", "MaskedConstant")


def check_same_length(**rows: int) -> int:
    """Common number of rows of the named arguments, or raise with all of them."""
    if len(set(rows.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in rows.items())
        msg = f"{', '.join(rows)}: expected the same number of rows, but {told}"
        lying = [name for name, count in rows.items() if count == 1]
        if lying and len(lying) < len(rows):  # as files of MATLAB have them
            msg += f"; if that one row has all samples, give {lying[0]}.T"
        raise ValueError(msg)
    return next(iter(rows.values()))


def shape_of(values: Any, name: str) -> tuple[int, ...]:
    """Shape of any array_like, or raise as where it is converted."""
    return as_array(values, name).shape


def known_shape(values: Any, name: str) -> tuple[int, ...]:
    """The same, of what has a shape as it is, unless that is a column of lists."""
    shape = getattr(values, "shape", None)
    lists = is_list_column(values) or getattr(values, "dtype", None) == object
    return (
        shape_of(values, name)
        if shape is None or lists
        else tuple(map(int, np.atleast_1d(shape)))
    )


def as_array(values: Any, name: str) -> np.ndarray:
    """Any array_like as an array of whatever type; raise where it is sparse, ragged or masked.

    Columns of lists are rows of numbers, and tensors lose their gradient.
    """
    if type(values) is np.ndarray:  # as most are
        return rows_of_lists(values, name) if values.dtype.kind == "O" else values
    if sparse.issparse(values):
        msg = (
            f"{name}: sparse input is not supported, got shape {values.shape}; "
            f"expected a dense array, for example {name}.toarray()"
        )
        raise TypeError(msg)
    reject_masked(values, name)
    try:
        array = np.asarray(plain(values))
    except ValueError as error:
        msg = (
            f"{name}: expected an array, got rows of different lengths or shapes: "
            f"{_uneven(values)}{error}"
        )
        raise ValueError(msg) from error
    except (TypeError, RuntimeError, NotImplementedError, BufferError) as error:
        got = f"{type(values).__module__.partition('.')[0]}.{type(values).__name__}"
        msg = f"{name}: expected an array, got a {got} that does not become one: {error}"
        raise TypeError(msg) from error
    return rows_of_lists(array, name) if array.dtype.kind == "O" else array


def _uneven(values: Any) -> str:
    """Where a list of lists has the first row of another length."""
    if not isinstance(values, (list, tuple)):
        return ""
    sizes = [len(row) if hasattr(row, "__len__") else -1 for row in values]
    for row, size in enumerate(sizes):
        if size != sizes[0]:
            told = [f"{n} entries" if n >= 0 else "no entries" for n in (size, sizes[0])]
            return f"row {row} has {told[0]}, row 0 has {told[1]}; "
    return ""


def as_real(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype.kind in "iubf":
        return array
    if array.dtype.kind == "c":
        msg = f"{name}: expected real numbers, got dtype {array.dtype}. Complex data not supported"
        raise ValueError(msg)
    if array.dtype.kind == "O":
        kinds = sorted({type(value).__name__ for value in array.ravel().tolist()})
        got = f"an array of Python objects ({', '.join(kinds)})"
    else:
        got = f"{str(array.flat[0])!r:.40} of dtype" if array.size else "an array of dtype"
        got += f" {array.dtype}"
    msg = f"{name}: expected real numbers, got {got}"
    raise ValueError(msg)


def as_numbers(array: np.ndarray, name: str) -> np.ndarray:
    """The same, also of what came as Python objects, for example from a table of mixed columns."""
    if array.dtype.kind != "O":
        return as_real(array, name)
    values = array.ravel().tolist()
    kinds = {type(value) for value in values}
    for kind in kinds:
        if issubclass(kind, numbers.Real):
            continue
        if kind.__name__ in _MISSING and array.ndim:
            missing = np.array([type(value) is kind for value in values]).reshape(array.shape)
            msg = (
                f"{name}: the number at index {index_of_first(missing)} is missing "
                f"({array[missing][0]!s}); leave such rows out, or fill them"
            )
            raise ValueError(msg)
        msg = (
            f"{name}: argument must be real numbers, not strings or other objects; "
            f"it holds {kind.__name__} where a number is expected"
        )
        raise TypeError(msg)
    beyond = [value for value in values if isinstance(value, int) and abs(value) > 2**53]
    if beyond:
        whole_in_doubles(np.array([min(beyond), max(beyond)], dtype=object), name)
    return array.astype(np.float64)


def reject_where(array: np.ndarray, wrong: np.ndarray, name: str, accepted: str) -> None:
    if wrong.any():
        value = array[wrong][0]
        msg = (
            f"{name}: entries must be {accepted}, got {'NaN' if np.isnan(value) else value} "
            f"at index {index_of_first(wrong)}"
        )
        raise ValueError(msg)


def index_of_first(mask: np.ndarray) -> str:
    first = tuple(int(k) for k in np.argwhere(mask)[0])
    return str(first[0]) if len(first) == 1 else str(first)
