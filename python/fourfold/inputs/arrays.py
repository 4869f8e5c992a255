# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Checks of arguments; every message names the argument, its value and what is accepted."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from scipy import sparse

__all__ = []


def check_same_length(**rows: int) -> int:
    """Common number of rows of the named arguments, or raise with all of them."""
    if len(set(rows.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in rows.items())
        msg = f"{', '.join(rows)}: expected the same number of rows, but {told}"
        raise ValueError(msg)
    return next(iter(rows.values()))


def shape_of(values: Any, name: str) -> tuple[int, ...]:
    """Shape of any array_like, or raise as where it is converted."""
    return as_array(values, name).shape


def as_array(values: Any, name: str) -> np.ndarray:
    """Any array_like as an array of whatever type; raise where it is sparse or ragged."""
    if sparse.issparse(values):
        msg = (
            f"{name}: sparse input is not supported, got shape {values.shape}; "
            f"expected a dense array, for example {name}.toarray()"
        )
        raise TypeError(msg)
    if str(getattr(values, "dtype", "")) == "torch.bfloat16":  # which NumPy has not
        values = values.float()
    try:
        return np.asarray(values)
    except ValueError as error:
        msg = f"{name}: expected an array, got rows of different lengths or shapes: {error}"
        raise ValueError(msg) from error


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


def numbers_of_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Numbers that came as Python objects, for example from a table of mixed columns."""
    for kind in {type(value) for value in array.ravel().tolist()}:
        if not issubclass(kind, numbers.Real):
            msg = (
                f"{name}: argument must be real numbers, not strings or other objects; "
                f"it holds {kind.__name__} where a number is expected"
            )
            raise TypeError(msg)
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
