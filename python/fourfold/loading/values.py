# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays that were read as sources or as labels; every error names the place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fourfold.inputs.totals import whole_array
from fourfold.loading.places import fail

__all__ = ["FRACTION", "LABELS_HINT", "as_source", "finite", "integer_array", "whole_labels"]

#: What is said of a source that holds no numbers.
LABELS_HINT = " (read labels with load_labels, or --labels on the command line)"

_EXACT = 2**53  # doubles below tell all whole numbers apart
FRACTION = (
    "labels must be integers or strings; a continuous target takes --target-bins or the command "
    "gaussian, in Python load_array and target_bins=16, or fourfold.gaussian_pid"
)


def as_source(place: str, values: np.ndarray) -> np.ndarray:
    """An array that was read as a source; raises as `load_array`, which describes it."""
    if values.dtype.kind not in "biuf":
        fail(place, f"holds {values.dtype} values, a source must hold numbers{LABELS_HINT}")
    if values.ndim == 1:
        values = values[:, np.newaxis]
    if values.ndim != 2:
        fail(place, f"has shape {values.shape}, a source must have shape (N, d) or (N,)")
    if values.size == 0:
        fail(place, f"is empty: its shape is {values.shape}")
    narrow = np.can_cast(values.dtype, np.float32)
    source = finite(place, values.astype(np.float32 if narrow else np.float64, copy=False))
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8:
        changed = np.argwhere((abs(source) >= _EXACT) & (source.astype(object) != values))
        if len(changed):
            row, column = (int(k) for k in changed[0])
            fail(place, f"holds {values[row, column]} at row {row}, column {column} (counted from 0), "
                        "which is beyond 2**53 and would be rounded; an id is a label, no feature"
                        f"{LABELS_HINT}")  # fmt: skip
    return source


def finite(place: str, values: np.ndarray) -> np.ndarray:
    """The same, or raise where a value is none."""
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        where = ", ".join(
            f"{axis} {k}" for axis, k in zip(("row", "column"), bad[0], strict=False)
        )
        fail(place, f"holds {values[tuple(bad[0])]} at {where} (counted from 0, without a "
                    f"header); {len(bad)} values are not finite")  # fmt: skip
    return values


def whole_labels(place: str, values: np.ndarray) -> np.ndarray:
    """Labels (N,) that were stored as floats, as integers; raise where they are none."""
    values = finite(place, values)
    fractional = np.flatnonzero(values != np.rint(values))
    if len(fractional):
        row = fractional[0]
        fail(
            place, f"holds the label {values[row]:g} at row {row} (counted from 0); {FRACTION}"
        )
    most = 2 ** min(int(np.finfo(values.dtype).nmant) + 1, 53)
    large = np.flatnonzero(abs(values) >= most)
    if len(large):
        row = large[0]
        fail(place, f"holds the label {int(values[row])} at row {row} (counted from 0); "
                    f"{values.dtype} values of {most} and more do not tell whole numbers apart: write ids "
                    "as integers or as text")  # fmt: skip
    return values.astype(np.int64)


def integer_array(numbers: Sequence[int]) -> np.ndarray:
    """Whole numbers, exactly: int64, uint64 where these have room, else as text."""
    found = whole_array(numbers)
    return found.astype(np.str_) if found.dtype.kind == "O" else found
