# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What an embedding may look like."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, as_numbers, reject_where
from fourfold.inputs.device import on_device, to_cupy, to_numpy
from fourfold.inputs.faults import whole_in_doubles, within_precision
from fourfold.inputs.list_columns import rows_of_lists
from fourfold.inputs.sparse_rows import dense_rows

__all__ = ["read_embedding"]


def read_embedding(
    values: Any, name: str, *, device: bool = False, whole: bool = True, any_scale: bool = False
) -> Any:
    """Rows of finite numbers as a (N, d) array, in single precision where they were.

    Of NumPy, or of CuPy where they are, or with `device` shall be, in the memory of a device. Rows
    of scipy.sparse become dense where memory is free for that, and numbers whose squares a precision
    does not hold are refused: see `within_precision`, also for `whole`; but not of what takes them of
    `any_scale`.
    """
    values = dense_rows(values, name)
    if device or on_device(values):
        array = _of_one_token(to_cupy(values, name))
        if array.ndim != 2 or 0 in array.shape or array.dtype.kind not in "iubf":
            return read_embedding(to_numpy(array), name)  # raises, and says why
        whole_in_doubles(array, name)
        array = array.astype(_precision(array.dtype), copy=False)
        if not bool(np.isfinite(array).all()):
            return read_embedding(to_numpy(array), name)
        return array if any_scale else within_precision(array, name, whole=whole)
    array = as_array(values, name)
    if array.dtype.kind == "O":
        array = rows_of_lists(array, name, tuples=True)
    array = _of_one_token(as_numbers(array, name))
    if array.ndim != 2:
        msg = f"{name}: expected an array of shape (N, d), got shape {array.shape}"
        if array.ndim == 1:
            msg += ". Reshape your data: array.reshape(-1, 1) if it is one column"
        elif array.ndim > 2:
            msg += (
                f"; pool what is not of one row, such as tokens, {name}.mean(1), or lay all of a "
                f"row side by side, {name}.reshape(len({name}), -1)"
            )
        raise ValueError(msg)
    if array.shape[0] == 0:
        msg = f"{name}: 0 sample(s) (shape={array.shape}) while a minimum of 1 is required."
        raise ValueError(msg)
    if array.shape[1] == 0:
        msg = f"{name}: 0 feature(s) (shape={array.shape}) while a minimum of 1 is required."
        raise ValueError(msg)
    whole_in_doubles(array, name)
    half = array.dtype == np.float16
    # native byte order, as scikit-learn needs, and row by row: it is so that arrays arrive in
    # other processes, and sums in another order may end in another bit
    with np.errstate(over="ignore"):  # of long doubles: an infinite one is refused below
        array = array.astype(_precision(array.dtype), order="C", copy=False)
    accepted = (
        "finite" + half * " (half precision ends at 65504: make them in single precision)"
    )
    reject_where(array, ~np.isfinite(array), name, accepted)
    return array if any_scale else within_precision(array, name, whole=whole)


def _of_one_token(array: Any) -> Any:
    """Rows (N, d) of an array (N, 1, d), as models give for sequences of one token."""
    return array[:, 0] if array.ndim == 3 and array.shape[1] == 1 else array


def _precision(dtype: Any) -> Any:
    return np.float32 if dtype in (np.float16, np.float32) else np.float64
