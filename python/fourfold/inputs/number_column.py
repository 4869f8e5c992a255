# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One column of numbers, where labels would be counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, as_numbers, reject_where
from fourfold.inputs.device import array_module, on_device, to_cupy, to_numpy
from fourfold.inputs.faults import whole_in_doubles

__all__ = ["CONTINUOUS_TARGET", "PROBABILITY", "STATES", "read_numbers"]

#: What numbers are told that may be states, such as doses.
STATES = "and values that are states are labels as pandas.Series(values).astype('category')"
#: What a column of numbers between 0 and 1 is told.
PROBABILITY = "as P(y = 1) it is proba=y of fourfold.pid, elsewhere the rows numpy.c_[1 - y, y]"
#: What a target of other numbers than labels is told.
CONTINUOUS_TARGET = (
    "target_bins=16 puts a continuous target into bins (of blocks and frames "
    "target_bins=fourfold.bin_target(y, 16).edges; where there is no such argument "
    "y=fourfold.bin_target(y, 16).codes), fourfold.gaussian_pid needs none, " + STATES
)


def read_numbers(y: Any, name: str) -> Any:
    """Finite numbers (N,) in double precision, where they are; raise on all else."""
    if on_device(y):
        values = to_cupy(y, name)
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        finite = array_module(values).isfinite
        if values.ndim != 1 or values.dtype.kind not in "iuf" or not bool(finite(values).all()):
            return read_numbers(to_numpy(values), name)  # raises, and says why
        if not len(values):
            return read_numbers([], name)
        whole_in_doubles(values, name)
        return values.astype(np.float64, copy=False)
    array = as_array(y, name)
    if array.dtype.kind in "USTb" or isinstance(array.flat[0] if array.size else None, str):
        msg = f"{name}: holds labels such as {array.flat[0]!s:.40}, no numbers; leave target_bins out"
        raise ValueError(msg)
    array = as_numbers(array, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        msg = (
            f"{name}: target_bins puts one column of numbers into bins, shape (N,), got shape {array.shape}; fourfold.gaussian_pid takes "
            "targets of several"
        )
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name}: target_bins puts one column of numbers into bins, got an empty array"
        raise ValueError(msg)
    reject_where(array, ~np.isfinite(array), name, "finite (leave other rows out)")
    whole_in_doubles(array, name)
    return array.astype(np.float64, copy=False)
