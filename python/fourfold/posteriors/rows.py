# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weights and groups of rows, as scikit-learn's fit takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, as_numbers, check_same_length, reject_where
from fourfold.inputs.label_objects import check_labels, reject_missing

__all__ = ["read_group_labels", "read_groups", "read_weights"]


def read_weights(values: Any, rows: int, name: str = "X1") -> np.ndarray | None:
    """Positive numbers (N,), or None; those of weight 0 are for the caller to leave out."""
    if values is None:
        return None
    array = as_numbers(as_array(values, "sample_weight"), "sample_weight").astype(np.float64)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        msg = f"sample_weight: expected one number a row, shape (N,), got shape {array.shape}"
        raise ValueError(msg)
    check_same_length(**{name: rows, "sample_weight": len(array)})
    reject_where(array, ~np.isfinite(array), "sample_weight", "finite")
    reject_where(array, array <= 0, "sample_weight", "positive (leave rows of weight 0 out)")
    return array


def read_groups(values: Any, rows: int, name: str = "X1") -> np.ndarray | None:
    """Numbers from 0 of the groups (N,), or None."""
    if values is None:
        return None
    codes: np.ndarray = np.unique(read_group_labels(values, rows, name), return_inverse=True)[1]
    return codes


def read_group_labels(values: Any, rows: int, name: str = "X1") -> np.ndarray:
    """Labels of the groups (N,)."""
    array = as_array(values, "groups")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        msg = f"groups: expected one label a row, shape (N,), got shape {array.shape}"
        raise ValueError(msg)
    check_same_length(**{name: rows, "groups": len(array)})
    if array.dtype.kind == "f":
        reject_where(array, ~np.isfinite(array), "groups", "finite")
    if array.dtype.kind in "Mm":
        missing = np.isnat(array)
        if missing.any():
            reject_missing("groups", int(np.argmax(missing)), "NaT")
    if array.dtype.kind != "O":
        return array
    check_labels(array.tolist(), "groups")  # 1 and "1" would be one group
    return array.astype(str)
