# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What an embedding may look like."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, as_real, numbers_of_objects, reject_where
from fourfold.inputs.device import on_device, to_cupy, to_numpy

__all__ = ["read_embedding"]


def read_embedding(values: Any, name: str, *, device: bool = False) -> Any:
    """Rows of finite numbers as a (N, d) array, in single precision where they were.

    Of NumPy, or of CuPy where they are, or with `device` shall be, in the memory of a device.
    """
    if device or on_device(values):
        array = to_cupy(values, name)
        if array.ndim != 2 or 0 in array.shape or array.dtype.kind not in "iubf":
            return read_embedding(to_numpy(array), name)  # raises, and says why
        array = array.astype(_precision(array.dtype), copy=False)
        if not bool(np.isfinite(array).all()):
            return read_embedding(to_numpy(array), name)
        return array
    array = as_array(values, name)
    if array.dtype.kind == "O":
        array = numbers_of_objects(array, name)
    array = as_real(array, name)
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
    # native byte order, as scikit-learn needs, and row by row: it is so that arrays arrive in
    # other processes, and sums in another order may end in another bit
    array = array.astype(_precision(array.dtype), order="C", copy=False)
    reject_where(array, ~np.isfinite(array), name, "finite")
    return array


def _precision(dtype: Any) -> Any:
    return np.float32 if dtype in (np.float16, np.float32) else np.float64
