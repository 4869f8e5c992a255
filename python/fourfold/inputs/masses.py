# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of probabilities or counts, and rows of probabilities, on the host or on a device."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, as_real, index_of_first, reject_where
from fourfold.inputs.device import on_device, to_cupy, to_numpy

__all__ = [
    "check_masses",
    "holds_counts",
    "probability_masses",
    "probability_rows",
    "read_masses",
]


def read_masses(values: Any, name: str, axes: str, ndim: int) -> Any:
    """Convert probabilities or counts to float64, or raise; values are not looked at.

    Parameters
    ----------
    values : array_like
        Numbers, on the host or on a device; the last `ndim` axes are one table.
    name, axes : str
        Name of the argument and of its axes, for the messages.
    ndim : int
        Number of axes of one table.

    Returns
    -------
    ndarray
        The values as float64, of any strides; see `check_masses`.
    """
    if on_device(values):
        array = to_cupy(values, name)
        # of the type that needs no conversion, as that would make an array of the whole size
        dtype = np.float64 if array.dtype.kind in "iubf" else array.dtype
        read_masses(np.broadcast_to(np.zeros((), dtype), array.shape), name, axes, ndim)
        return array.astype(np.float64, copy=False)
    array = as_real(as_array(values, name), name)
    if array.ndim < ndim:
        msg = f"{name}: expected at least {ndim} axes ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape[-ndim:]:
        msg = f"{name}: a table needs at least one state on each axis ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    return array.astype(np.float64, copy=False)


def check_masses(array: Any, name: str, ndim: int) -> None:
    """Raise unless all entries are finite and non-negative, and each table has some mass."""
    if on_device(array):
        valid = bool(((array >= 0) & np.isfinite(array)).all())
        if valid and not bool((array.max(tuple(range(-ndim, 0))) <= 0).any()):
            return
        array = to_numpy(array)
    reject_where(array, ~np.isfinite(array), name, "finite")
    reject_where(array, array < 0, name, "non-negative")
    empty = array.max(axis=tuple(range(-ndim, 0)), initial=0.0) <= 0
    if empty.any():
        where = f" in table {index_of_first(empty)}" if empty.ndim else ""
        msg = f"{name}: all entries{where} are zero, expected some positive mass"
        raise ValueError(msg)


def holds_counts(values: Any) -> bool:
    """Whether masses are counts: of an integer type, or whole numbers adding up to more than 1.

    Above 2**53 a double does not tell whole numbers from others.
    """
    if values.dtype.kind in "iub":
        return True
    return bool((values == np.floor(values)).all()) and 1 < float(values.sum()) <= 2**53


def probability_masses(values: Any, name: str) -> np.ndarray:
    """A (N, K_Y) matrix of finite numbers of at least zero, float64."""
    array = as_real(as_array(values, name), name)
    if array.ndim != 2:
        msg = f"{name}: expected rows of class probabilities, shape (N, K_Y), got {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape:
        msg = f"{name}: expected at least one row and one class, got shape {array.shape}"
        raise ValueError(msg)
    array = array.astype(np.float64, copy=False)
    reject_where(array, ~np.isfinite(array), name, "finite")
    reject_where(array, array < 0, name, "non-negative")
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
