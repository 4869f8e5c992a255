# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What labels may look like, on the host or on a device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, index_of_first, reject_where
from fourfold.inputs.device import cupy, on_device, to_cupy, to_numpy

__all__ = ["code_labels", "read_labels"]

_EMBEDDINGS = "embeddings are decomposed by fourfold.ClassifierPID"
_LABEL_KINDS: tuple[Any, ...] = ((int, np.integer, np.bool_), str, bytes)
_MISSING = ("NAType", "NaTType")  # of pandas
_WHOLE = 2.0**63


def read_labels(
    values: Any,
    name: str,
    hint: str = _EMBEDDINGS,
    *,
    device: bool | None = None,
) -> tuple[Any, int]:
    """Codes 0..K-1 of integer or string labels in sorted order, and K; raise on others.

    Parameters
    ----------
    values : array_like
        Labels, one a row: shape (N,) or (N, 1).
    name, hint : str
        Name of the argument, and what to say where it has another shape.
    device : bool
        Whether the codes, int64 of shape (N,), shall be in the memory of the current CUDA
        device; by default where the values are.
    """
    if on_device(values) if device is None else device:
        return _read_on_device(values, name, hint)
    codes, states = code_labels(values, name, hint)
    return codes.astype(np.int64), len(states)


def code_labels(
    values: Any, name: str, hint: str = _EMBEDDINGS
) -> tuple[np.ndarray, np.ndarray]:
    """Codes 0..K-1 of labels, and the K labels that occur, sorted; raise on others.

    Parameters
    ----------
    values : array_like
        Labels of the host, integers or strings, one a row: shape (N,) or (N, 1).
    name, hint : str
        Name of the argument, and what to say where it has another shape.

    Returns
    -------
    codes : ndarray, shape (N,)
        Of the smallest unsigned type that has room.
    states : ndarray, shape (K,)
        Integers are int64, or uint64 where one is beyond; truths are bool; words are of fixed
        width, str or bytes, or str objects where one ends in NUL.
    """
    array = as_array(values, name)
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
        reject_where(array, ~np.isfinite(array), name, "finite")
        fractional = array != np.floor(array)
        if fractional.any():
            msg = (
                f"{name}: labels must be integers or strings, got the number "
                f"{array[fractional][0]!s} at row {index_of_first(fractional)}; "
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
    if array.dtype.kind == "f" and (abs(array) < _WHOLE).all():
        array = array.astype(np.int64)
    states, codes = np.unique(array, return_inverse=True)
    if array.dtype.kind in "iu" and states[-1] <= np.iinfo(np.int64).max:
        states = states.astype(np.int64)
    elif array.dtype.kind in "OT":
        states = np.array(states.tolist())
    return codes.astype(np.min_scalar_type(len(states) - 1)), states


def _read_on_device(values: Any, name: str, hint: str) -> tuple[Any, int]:
    if not on_device(values) and np.asarray(values).dtype.kind not in "iubfc":
        values = read_labels(values, name, hint)[0]  # words are coded where they are
    xp = cupy()
    array = to_cupy(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    whole = array.dtype.kind in "iub" or (
        array.dtype.kind == "f"
        and bool(np.isfinite(array).all())
        and bool((array == xp.floor(array)).all())
    )
    if array.ndim != 1 or array.size == 0 or not whole:
        read_labels(to_numpy(array), name, hint)  # raises, and says why
    states, codes = xp.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)


def _reject_mixed_labels(values: list[Any], name: str) -> None:
    for row, value in enumerate(values):
        if (
            value is None
            or type(value).__name__ in _MISSING
            or (isinstance(value, float) and math.isnan(value))
        ):
            msg = f"{name}: the label at row {row} is missing ({value!r}); leave such rows out"
            raise ValueError(msg)
    kinds = {type(value) for value in values}
    if not any(all(issubclass(kind, base) for kind in kinds) for base in _LABEL_KINDS):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        msg = f"{name}: labels must be all integers or all strings, got {names}"
        raise ValueError(msg)
