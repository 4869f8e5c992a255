# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Checks of arguments; every message names the argument, its value and what is accepted."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["embedding", "labels", "masses", "option", "positive_float", "positive_int"]


def masses(values: Any, name: str, axes: str, ndim: int) -> np.ndarray:
    """Convert probabilities or counts to float64, or raise.

    Parameters
    ----------
    values : array_like
        Non-negative finite numbers; the last `ndim` axes are one table.
    name, axes : str
        Name of the argument and of its axes, for the messages.
    ndim : int
        Number of axes of one table.

    Returns
    -------
    ndarray
        The values as float64, of any strides, each table with a positive total.
    """
    array = _numbers(values, name)
    if array.ndim < ndim:
        msg = f"{name}: expected at least {ndim} axes ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape[-ndim:]:
        msg = f"{name}: a table needs at least one state on each axis ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    array = array.astype(np.float64, copy=False)
    _reject(array, ~np.isfinite(array), name, "finite")
    _reject(array, array < 0, name, "non-negative")
    empty = array.max(axis=tuple(range(-ndim, 0)), initial=0.0) <= 0
    if empty.any():
        where = f" in table {_index(empty)}" if empty.ndim else ""
        msg = f"{name}: all entries{where} are zero, expected some positive mass"
        raise ValueError(msg)
    return array


def holds_counts(values: np.ndarray) -> bool:
    """Whether masses are counts: of an integer type, or whole numbers adding up to more than 1.

    Above 2**53 a double does not tell whole numbers from others.
    """
    if values.dtype.kind in "iub":
        return True
    return bool(np.all(values == np.floor(values)) and 1 < values.sum() <= 2**53)


def labels(values: Any, name: str) -> tuple[np.ndarray, int]:
    """Codes 0..K-1 of integer or string labels in sorted order, and K; raise on others."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        msg = f"{name}: expected one label a row, got rows of different lengths"
        raise ValueError(msg) from error
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        msg = (
            f"{name}: expected one label a row, shape (N,), got shape {array.shape}; "
            "embeddings are clustered by fourfold.PIDEstimator"
        )
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name}: expected at least one label, got an empty array"
        raise ValueError(msg)
    if array.dtype.kind == "f":
        _reject(array, ~np.isfinite(array), name, "finite")
        fractional = array != np.floor(array)
        if fractional.any():
            msg = (
                f"{name}: labels must be integers or strings, got the number "
                f"{array[fractional][0]!s} at row {_index(fractional)}; "
                "continuous values are clustered by fourfold.PIDEstimator"
            )
            raise ValueError(msg)
    elif array.dtype.kind == "O":
        kinds = {type(value) for value in array.tolist()}
        if not (kinds <= {str} or all(issubclass(kind, (int, np.integer)) for kind in kinds)):
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            msg = f"{name}: labels must be all integers or all strings, got {names}"
            raise ValueError(msg)
    elif array.dtype.kind not in "iubSU":
        msg = f"{name}: labels must be integers or strings, got dtype {array.dtype}"
        raise ValueError(msg)
    states, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)


def embedding(values: Any, name: str) -> np.ndarray:
    """Rows of finite numbers as a (N, d) array; one-dimensional input is one column."""
    array = _numbers(values, name)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        msg = f"{name}: expected an array of shape (N, d), got shape {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape:
        msg = f"{name}: expected at least one row and one column, got shape {array.shape}"
        raise ValueError(msg)
    dtype = np.float32 if array.dtype in (np.float16, np.float32) else np.float64
    array = array.astype(dtype, copy=False)  # native byte order, as scikit-learn needs
    _reject(array, ~np.isfinite(array), name, "finite")
    return array


def probability_rows(values: Any, name: str) -> np.ndarray:
    """A (N, K_Y) matrix of predictive distributions, each row scaled to sum to exactly 1."""
    array = _numbers(values, name)
    if 0 in array.shape:
        msg = f"{name}: expected at least one row and one class, got shape {array.shape}"
        raise ValueError(msg)
    array = array.astype(np.float64, copy=False)
    _reject(array, ~np.isfinite(array), name, "finite")
    _reject(array, array < 0, name, "non-negative")
    sums = array.sum(1)
    wrong = np.abs(sums - 1.0) > 1e-2
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        msg = (
            f"{name}: as a matrix, each row is a probability distribution over the classes; "
            f"row {row} sums to {sums[row]:.6g}, expected 1"
        )
        raise ValueError(msg)
    normalised: np.ndarray = array / sums[:, None]
    return normalised


def same_length(**rows: int) -> int:
    """Common number of rows of the named arguments, or raise with all of them."""
    if len(set(rows.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in rows.items())
        msg = f"{', '.join(rows)}: expected the same number of rows, but {told}"
        raise ValueError(msg)
    return next(iter(rows.values()))


def option(value: Any, name: str, accepted: tuple[str, ...]) -> str:
    """One of the accepted strings, or raise."""
    if not isinstance(value, str) or value not in accepted:
        msg = f"{name}: expected one of {', '.join(map(repr, accepted))}, got {value!r}"
        raise ValueError(msg)
    return value


def positive_float(value: Any, name: str) -> float:
    """A finite number above zero, or raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (int, float, np.integer, np.floating)
    ):
        msg = f"{name}: expected a positive number, got {value!r}"
        raise TypeError(msg)
    if not (np.isfinite(value) and value > 0):
        msg = f"{name}: expected a positive finite number, got {value!r}"
        raise ValueError(msg)
    return float(value)


def positive_int(value: Any, name: str, *, least: int = 1) -> int:
    """An integer of at least `least`, or raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        msg = f"{name}: expected an integer of at least {least}, got {value!r}"
        raise TypeError(msg)
    if value < least:
        msg = f"{name}: expected an integer of at least {least}, got {value!r}"
        raise ValueError(msg)
    return int(value)


def _numbers(values: Any, name: str) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError as error:
        msg = f"{name}: expected an array of numbers, got rows of different lengths"
        raise ValueError(msg) from error
    if array.dtype.kind not in "iubf":
        msg = f"{name}: expected real numbers, got dtype {array.dtype}"
        raise ValueError(msg)
    return array


def _reject(array: np.ndarray, wrong: np.ndarray, name: str, accepted: str) -> None:
    if wrong.any():
        msg = (
            f"{name}: entries must be {accepted}, got {array[wrong][0]!s} "
            f"at index {_index(wrong)}"
        )
        raise ValueError(msg)


def _index(mask: np.ndarray) -> str:
    first = tuple(int(k) for k in np.argwhere(mask)[0])
    return str(first[0]) if len(first) == 1 else str(first)
