# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which rows clusters are fitted to, and which are counted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import as_array
from fourfold.inputs.device import on_device, to_cupy
from fourfold.inputs.label_arrays import holds_tuples, is_flat

__all__ = ["Rows", "rows_of", "rows_to_fit", "split"]


class Rows(NamedTuple):
    """Their numbers, sorted."""

    fitted: np.ndarray
    counted: np.ndarray


def split(held_out: Any, rows: int, seed: int) -> Rows:
    """All rows in both, or a share of them counted and the others fitted; raises for no share."""
    number = isinstance(held_out, (int, float, np.integer, np.floating))
    if isinstance(held_out, bool) or not number or not 0 <= held_out < 1:
        msg = f"held_out: expected a share of the rows in [0, 1), got {held_out!r}"
        raise ValueError(msg)
    if held_out == 0:
        return Rows(np.arange(rows), np.arange(rows))
    order = np.random.default_rng(seed).permutation(rows)
    counted = round(held_out * rows)
    if not 0 < counted < rows:
        msg = f"held_out: {held_out!r} of {rows} rows leaves none to fit or none to count"
        raise ValueError(msg)
    return Rows(np.sort(order[counted:]), np.sort(order[:counted]))


def rows_to_fit(held_out: Any, rows: int) -> int:
    """How many of the rows clusters are fitted to."""
    return len(split(held_out, rows, 0).fitted)


def rows_of(values: Any, index: np.ndarray) -> Any:
    """Some rows of an array of the host or of a device, or of a list."""
    if on_device(values):
        return to_cupy(values, "values")[to_cupy(index, "index")]
    if type(values).__module__.partition(".")[0] in ("pandas", "pyarrow"):
        return values.take(index)  # with the categories that these declare
    if type(values).__module__.partition(".")[0] == "polars":
        return values[index]
    if is_flat(values) or holds_tuples(values):  # NumPy has no strings that end in NUL
        return [values[row] for row in index.tolist()]
    return as_array(values, "values")[index]
