# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What labels may look like, on the host or on a device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, index_of_first, reject_where
from fourfold.inputs.device import cupy, on_device, to_cupy, to_numpy

__all__ = ["read_labels"]

_LABEL_KINDS: tuple[Any, ...] = ((int, np.integer, np.bool_), str, bytes)
_SPREAD = 4  # integers within this many times their number are looked up, others sorted


def read_labels(
    values: Any,
    name: str,
    hint: str = "embeddings are decomposed by fourfold.ClassifierPID",
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
    if array.dtype.kind in "iub":
        return _codes_of_integers(array)
    states, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)


def _codes_of_integers(array: np.ndarray) -> tuple[np.ndarray, int]:
    low, high = int(array.min()), int(array.max())
    span = high - low + 1
    if span > _SPREAD * len(array) or high > np.iinfo(np.int64).max:
        states, codes = np.unique(array, return_inverse=True)
        return codes.astype(np.int64, copy=False), len(states)
    offsets = array.astype(np.int64) - low
    found = np.bincount(offsets, minlength=span)
    if np.count_nonzero(found) == span:
        return offsets, span
    rank = np.cumsum(found > 0)
    return rank[offsets] - 1, int(rank[-1])


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
        if value is None or (isinstance(value, float) and math.isnan(value)):
            msg = f"{name}: the label at row {row} is missing ({value!r}); leave such rows out"
            raise ValueError(msg)
    kinds = {type(value) for value in values}
    if not any(all(issubclass(kind, base) for kind in kinds) for base in _LABEL_KINDS):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        msg = f"{name}: labels must be all integers or all strings, got {names}"
        raise ValueError(msg)
