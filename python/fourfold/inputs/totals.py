# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Integers of any size, exactly: arrays of them, and numbers of samples, which are their sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fourfold.inputs.device import array_module, on_device, to_numpy

__all__ = ["exact_totals", "totals_array", "whole_array"]

_WHOLE = 2**53  # up to which doubles are whole numbers
_MOST = np.iinfo(np.int64).max


def exact_totals(counts: Any, sums: Any, ndim: int) -> Any:
    """How many samples each table has: integers of at least zero, over the last `ndim` axes.

    Parameters
    ----------
    counts : ndarray
        Integers of any type, those of Python among them, or whole floats; of the host or a device.
    sums : ndarray
        Their sums in double precision.
    ndim : int
        Axes of a table.

    Returns
    -------
    ndarray, numpy.int64 or int
        int64, or Python's integers where one does not fit.

    Raises
    ------
    OverflowError
        If one does not fit on a device, where there are no integers of Python.
    """
    if not np.size(sums) or bool((sums <= _WHOLE).all()) or counts.dtype.kind == "f":
        return np.rint(sums).astype(np.int64)[()]
    axes = tuple(range(-ndim, 0))
    if counts.dtype.kind == "O":
        return totals_array(np.asarray(counts.sum(axes), dtype=object))
    whole = counts.astype(np.uint64)
    low, high = (whole & np.uint64(2**32 - 1)).sum(axes), (whole >> np.uint64(32)).sum(axes)
    low, high = (to_numpy(part).astype(object) for part in (low, high))
    totals = totals_array(np.asarray(low + high * 2**32, dtype=object))
    if not on_device(counts):
        return totals
    if not isinstance(totals, np.int64) and getattr(totals, "dtype", None) != np.int64:
        msg = (
            f"counts: {np.max(totals)} samples are more than an int64 holds, {_MOST}; divide the "
            "counts by a common factor"
        )
        raise OverflowError(msg)
    return array_module(counts).asarray(totals)


def totals_array(totals: Any) -> Any:
    """Totals as int64, or as Python's integers where one does not fit; of no axes as a number."""
    array = np.array(totals, dtype=object)
    fits = all(total <= _MOST for total in array.ravel())
    return array.astype(np.int64)[()] if fits else array[()]


def whole_array(numbers: Sequence[int]) -> np.ndarray:
    """Integers of Python in the first type that holds them all: int64, uint64, or as they are."""
    least, most = min(numbers), max(numbers)
    for dtype in (np.int64, np.uint64):
        if np.iinfo(dtype).min <= least and most <= np.iinfo(dtype).max:
            return np.array(numbers, dtype=dtype)
    return np.array(numbers, dtype=object)
