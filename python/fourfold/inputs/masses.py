# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of probabilities or counts, and rows of probabilities, on the host or on a device."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from fourfold.inputs.arrays import as_array, as_numbers, as_real, index_of_first, reject_where
from fourfold.inputs.device import on_device, to_cupy, to_numpy
from fourfold.inputs.room import require_room
from fourfold.inputs.totals import whole_array

__all__ = [
    "as_masses",
    "check_masses",
    "holds_counts",
    "probability_masses",
    "probability_rows",
    "read_masses",
]

_WHOLE = 2**53  # up to which doubles are whole numbers


def as_masses(values: Any, name: str) -> Any:
    """Real numbers in their own type, or raise: integers of any size, which may be Python's."""
    if type(values) is np.ndarray and values.dtype.kind in "iubf":
        return values
    _reject_other_axes(values, name)
    if on_device(values):
        return to_cupy(values, name)
    array = as_array(values, name)
    objects = np.array(values, dtype=object) if _may_be_integers(values, array) else array
    if objects.dtype.kind == "O" and objects.size:
        kinds = {type(value) for value in objects.ravel().tolist()}
        if all(issubclass(kind, (int, np.integer)) and kind is not bool for kind in kinds):
            return whole_array(list(map(int, objects.ravel().tolist()))).reshape(objects.shape)
    return as_real(array, name)


def _reject_other_axes(values: Any, name: str) -> None:
    """Raise where an array of xarray calls its axes x1, x2 and y, and has them in another order."""
    dims = [str(dim) for dim in getattr(values, "dims", None) or ()]
    known = [dim for dim in dims if dim in ("x1", "x2", "y")]
    if len(known) > 1 and known != sorted(known):
        order = [dim for dim in dims if dim not in known] + sorted(known)
        msg = f"{name}: has axes {tuple(dims)}; give {name}.transpose{tuple(order)}"
        raise ValueError(msg)


def _may_be_integers(values: Any, array: np.ndarray) -> bool:
    """Whether NumPy may have made doubles of integers: of lists with some of 2**63 and more it does."""
    made = isinstance(values, (list, tuple)) and array.dtype == np.float64 and array.size > 0
    return made and bool(array.max() >= 2.0**63)


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
    array = as_masses(values, name)
    if array.ndim < ndim:
        msg = f"{name}: expected at least {ndim} axes ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    if 0 in array.shape[-ndim:]:
        msg = f"{name}: a table needs at least one state on each axis ({axes}), got shape {array.shape}"
        raise ValueError(msg)
    if array.dtype != np.float64:
        require_room(8 * array.size, name, f"{array.size} numbers, converted to float64,")
    try:
        with np.errstate(over="ignore"):  # of long doubles
            masses: np.ndarray = array.astype(np.float64, copy=False)
    except OverflowError:
        largest = max(map(abs, array.ravel().tolist()))
        _reject_large(f"an integer of {len(str(largest))} digits", name)
    if array.dtype == np.longdouble:
        beyond = np.isfinite(array) & ~np.isfinite(masses)
        if beyond.any():
            _reject_large(f"{array[beyond][0]!s} at index {index_of_first(beyond)}", name)
    return masses


def _reject_large(told: str, name: str) -> NoReturn:
    msg = (
        f"{name}: {told} is more than double precision holds, 1.8e308; divide all by a common "
        "factor"
    )
    raise ValueError(msg)


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


def holds_counts(given: Any, masses: Any) -> bool:
    """Whether masses are counts: given as integers, or whole numbers adding up to more than 1.

    Above 2**53 a double does not tell whole numbers from others. `masses` are the same in double
    precision.
    """
    if given.dtype.kind in "iubO":
        return True
    if not bool((masses <= _WHOLE).all()) or not 1 < float(masses.sum()) <= _WHOLE:
        return False
    return bool((masses == np.floor(masses)).all())


def probability_masses(values: Any, name: str) -> np.ndarray:
    """A (N, K_Y) matrix of finite numbers of at least zero, float64."""
    array = as_numbers(as_array(values, name), name)
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
