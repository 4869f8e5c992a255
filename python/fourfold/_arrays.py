# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Checks of arguments; every message names the argument, its value and what is accepted."""

from __future__ import annotations

import math
import numbers
import sys
from typing import Any

import numpy as np
from scipy import sparse

__all__ = [
    "confidence_level",
    "embedding",
    "generator",
    "labels",
    "masses",
    "non_negative",
    "option",
    "positive_float",
    "positive_int",
]

_LABEL_KINDS: tuple[Any, ...] = ((int, np.integer, np.bool_), str, bytes)


def masses(values: Any, name: str, axes: str, ndim: int) -> np.ndarray:
    """Convert probabilities or counts to float64, or raise; values are not looked at.

    Parameters
    ----------
    values : array_like
        Numbers; the last `ndim` axes are one table.
    name, axes : str
        Name of the argument and of its axes, for the messages.
    ndim : int
        Number of axes of one table.

    Returns
    -------
    ndarray
        The values as float64, of any strides; see `check_masses`.
    """
    array = _real(_array(values, name), name)
    if array.ndim < ndim:
        msg = f"{name}: expected at least {ndim} axes ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape[-ndim:]:
        msg = f"{name}: a table needs at least one state on each axis ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    return array.astype(np.float64, copy=False)


def check_masses(array: np.ndarray, name: str, ndim: int) -> None:
    """Raise unless all entries are finite and non-negative, and each table has some mass."""
    _reject(array, ~np.isfinite(array), name, "finite")
    _reject(array, array < 0, name, "non-negative")
    empty = array.max(axis=tuple(range(-ndim, 0)), initial=0.0) <= 0
    if empty.any():
        where = f" in table {_index(empty)}" if empty.ndim else ""
        msg = f"{name}: all entries{where} are zero, expected some positive mass"
        raise ValueError(msg)


def holds_counts(values: np.ndarray) -> bool:
    """Whether masses are counts: of an integer type, or whole numbers adding up to more than 1.

    Above 2**53 a double does not tell whole numbers from others.
    """
    if values.dtype.kind in "iub":
        return True
    return bool(np.all(values == np.floor(values)) and 1 < values.sum() <= 2**53)


def labels(
    values: Any, name: str, hint: str = "embeddings are clustered by fourfold.PIDEstimator"
) -> tuple[np.ndarray, int]:
    """Codes 0..K-1 of integer or string labels in sorted order, and K; raise on others.

    Parameters
    ----------
    values : array_like
        Labels, one a row: shape (N,) or (N, 1).
    name, hint : str
        Name of the argument, and what to say where it has another shape.
    """
    array = _array(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        got = f"shape {array.shape}" if array.ndim else repr(values)
        msg = f"{name}: expected one label a row, shape (N,), got {got}; {hint}"
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
    elif array.dtype.kind in "OT":  # Python objects, or NumPy's strings of variable length
        _reject_mixed_labels(array.tolist(), name)
    elif array.dtype.kind not in "iubSU":
        msg = (
            f"{name}: labels must be integers or strings, got {array[0]!s} of dtype "
            f"{array.dtype}"
        )
        raise ValueError(msg)
    elif array.dtype.kind in "SU" and not hasattr(values, "dtype"):
        # of a list with one string in it NumPy makes strings only: 1 and "1" would be one label
        _reject_mixed_labels(np.asarray(values, dtype=object).ravel().tolist(), name)
    states, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)


def embedding(values: Any, name: str) -> np.ndarray:
    """Rows of finite numbers as a (N, d) array, in single precision where they were."""
    array = _array(values, name)
    if array.dtype.kind == "O":
        array = _from_objects(array, name)
    array = _real(array, name)
    if array.ndim != 2:
        msg = f"{name}: expected an array of shape (N, d), got shape {array.shape}"
        if array.ndim == 1:
            msg += ". Reshape your data: array.reshape(-1, 1) if it is one column"
        raise ValueError(msg)
    if array.shape[0] == 0:
        msg = f"{name}: 0 sample(s) (shape={array.shape}) while a minimum of 1 is required."
        raise ValueError(msg)
    if array.shape[1] == 0:
        msg = f"{name}: 0 feature(s) (shape={array.shape}) while a minimum of 1 is required."
        raise ValueError(msg)
    dtype = np.float32 if array.dtype in (np.float16, np.float32) else np.float64
    array = array.astype(dtype, copy=False)  # native byte order, as scikit-learn needs
    _reject(array, ~np.isfinite(array), name, "finite")
    return array


def probability_masses(values: Any, name: str) -> np.ndarray:
    """A (N, K_Y) matrix of finite numbers of at least zero, float64."""
    array = _real(_array(values, name), name)
    if array.ndim != 2:
        msg = f"{name}: expected rows of class probabilities, shape (N, K_Y), got {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape:
        msg = f"{name}: expected at least one row and one class, got shape {array.shape}"
        raise ValueError(msg)
    array = array.astype(np.float64, copy=False)
    _reject(array, ~np.isfinite(array), name, "finite")
    _reject(array, array < 0, name, "non-negative")
    return array


def probability_rows(values: Any, name: str) -> np.ndarray:
    """A (N, K_Y) matrix of predictive distributions, each row scaled to sum to exactly 1."""
    array = probability_masses(values, name)
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
    if not 0 < value <= sys.float_info.max:
        msg = f"{name}: expected a positive finite number, got {value!r}"
        raise ValueError(msg)
    return float(value)


def positive_int(value: Any, name: str, *, least: int = 1) -> int:
    """An integer of at least `least` that fits 32 bits, or raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        msg = f"{name}: expected an integer of at least {least}, got {value!r}"
        raise TypeError(msg)
    if value < least:
        msg = f"{name}: expected an integer of at least {least}, got {value!r}"
        raise ValueError(msg)
    if value >= 2**31:
        msg = f"{name}: expected an integer below 2**31, got {value!r}"
        raise ValueError(msg)
    return int(value)


def non_negative(value: Any, name: str, *, most: float = math.inf) -> float:
    """A finite number from zero to `most`, or raise."""
    number = isinstance(value, (int, float, np.integer, np.floating))
    if isinstance(value, bool) or not number or not 0 <= value <= most or math.isinf(value):
        accepted = "of at least 0" if math.isinf(most) else f"in [0, {most:g}]"
        msg = f"{name}: expected a finite number {accepted}, got {value!r}"
        raise ValueError(msg)
    return float(value)


def generator(value: Any, name: str) -> np.random.Generator:
    """A generator from a seed, a generator or None, or raise."""
    if isinstance(value, np.random.Generator):
        if not hasattr(value.bit_generator.seed_seq, "spawn"):
            msg = f"{name}: expected a Generator with a SeedSequence, as default_rng makes it"
            raise ValueError(msg)
        return value
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if value is not None and not (whole and value >= 0):
        msg = f"{name}: expected a non-negative integer, a Generator or None, got {value!r}"
        raise ValueError(msg)
    return np.random.default_rng(value)


def confidence_level(value: Any) -> float:
    """A number between 0 and 1, by more than rounding, or raise."""
    number = isinstance(value, (int, float, np.integer, np.floating))
    if isinstance(value, bool) or not number or not 1e-9 <= value <= 1 - 1e-9:
        msg = f"confidence_level: expected a number between 0 and 1, got {value!r}"
        raise ValueError(msg)
    return float(value)


def shape_of(values: Any, name: str) -> tuple[int, ...]:
    """Shape of any array_like, or raise as where it is converted."""
    return _array(values, name).shape


def _array(values: Any, name: str) -> np.ndarray:
    """Any array_like as an array of whatever type; raise where it is sparse or ragged."""
    if sparse.issparse(values):
        msg = (
            f"{name}: sparse input is not supported, got shape {values.shape}; "
            f"expected a dense array, for example {name}.toarray()"
        )
        raise TypeError(msg)
    try:
        return np.asarray(values)
    except ValueError as error:
        msg = f"{name}: expected an array, got rows of different lengths or shapes: {error}"
        raise ValueError(msg) from error


def _real(array: np.ndarray, name: str) -> np.ndarray:
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


def _from_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Numbers that came as Python objects, for example from a table of mixed columns."""
    for kind in {type(value) for value in array.ravel().tolist()}:
        if not issubclass(kind, numbers.Real):
            msg = (
                f"{name}: argument must be real numbers, not strings or other objects; "
                f"it holds {kind.__name__} where a number is expected"
            )
            raise TypeError(msg)
    return array.astype(np.float64)


def _reject_mixed_labels(values: list[Any], name: str) -> None:
    for row, value in enumerate(values):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            msg = f"{name}: the label at row {row} is missing ({value!r}); leave such rows out"
            raise ValueError(msg)
    kinds = {type(value) for value in values}
    if not any(all(issubclass(kind, base) for kind in kinds) for base in _LABEL_KINDS):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        msg = f"{name}: labels must be all integers or all strings, got {names}"
        raise ValueError(msg)


def _reject(array: np.ndarray, wrong: np.ndarray, name: str, accepted: str) -> None:
    if wrong.any():
        value = array[wrong][0]
        msg = (
            f"{name}: entries must be {accepted}, got {'NaN' if np.isnan(value) else value} "
            f"at index {_index(wrong)}"
        )
        raise ValueError(msg)


def _index(mask: np.ndarray) -> str:
    first = tuple(int(k) for k in np.argwhere(mask)[0])
    return str(first[0]) if len(first) == 1 else str(first)
