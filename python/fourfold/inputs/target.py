# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a target may look like: labels, or rows of probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import shape_of
from fourfold.inputs.device import on_device, to_cupy, to_numpy
from fourfold.inputs.label_column import LabelColumn
from fourfold.inputs.label_counts import code_column, quick_column, read_column
from fourfold.inputs.labels import read_labels
from fourfold.inputs.masses import probability_rows

__all__ = ["read_target", "require_target", "target_column"]

_HINT = "rows of class probabilities have shape (N, K_Y)"


def read_target(y: Any, *, device: bool | None = None) -> tuple[Any, int]:
    """Classes (N,) or rows of probabilities (N, K_Y), and K_Y; rows of one 1 are classes.

    With `device` in the memory of the current CUDA device; by default where they are.
    """
    require_target(y)
    if on_device(y) if device is None else device:
        return _read_on_device(y)
    column = quick_column(y, "y", _HINT)
    if column is not None:  # what is no array has no shape without becoming one
        codes, states = code_column(column)
        return codes.astype(np.int64), len(states)
    shape = shape_of(y, "y")
    if len(shape) != 2 or shape[1] == 1:
        return read_labels(y, "y", _HINT, device=False)
    return _classes_if_sure(_probabilities(y))


def target_column(y: Any) -> LabelColumn:
    """A target of labels as a column; rows of one 1 are classes 0..K_Y-1, all of them states.

    Rows of other probabilities are refused.
    """
    column = None if y is None else quick_column(y, "y", _HINT)
    if column is not None:
        return column
    if y is not None and len(shape := shape_of(y, "y")) == 2 and shape[1] != 1:
        codes, classes = read_target(y, device=False)
        if codes.ndim == 1:
            return LabelColumn(codes, lambda found: (found, np.arange(classes)))
        msg = (
            "y: expected labels, which can be counted, got rows of probabilities of shape "
            f"{shape}; fourfold.pid takes them"
        )
        raise ValueError(msg)
    require_target(y)
    return read_column(y, "y", _HINT)


def require_target(y: Any) -> None:
    """Raise where there is no target."""
    if y is None:
        msg = "y: a decomposition requires y to be passed, but the target y is None"
        raise ValueError(msg)


def _probabilities(y: Any) -> np.ndarray:
    """Rows of probabilities; rows of other numbers are told where they belong."""
    try:
        return probability_rows(y, "y")
    except ValueError as error:
        array = np.asarray(y)
        outside = array.dtype.kind in "iuf" and ((array < 0) | (array > 1)).any()
        if not outside or not np.isfinite(array).all():
            raise
        msg = f"{error}. An embedding as the target is decomposed by fourfold.gaussian_pid"
        raise ValueError(msg) from error


def _read_on_device(y: Any) -> tuple[Any, int]:
    if not on_device(y) and np.asarray(y).dtype.kind not in "iubfc":
        return read_labels(y, "y", _HINT, device=True)
    values = to_cupy(y, "y")
    if values.ndim != 2 or values.shape[1] == 1:
        return read_labels(values, "y", _HINT, device=True)
    if values.dtype.kind not in "iubf":
        _probabilities(to_numpy(values))  # raises, and says why
    rows = values.astype(np.float64, copy=False)
    sums = rows.sum(1)
    good = ((rows >= 0) & np.isfinite(rows)).all() & (abs(sums - 1.0) <= 1e-2).all()
    if 0 in rows.shape or not bool(good):
        _probabilities(to_numpy(values))  # raises, and says where
    return _classes_if_sure(rows / sums[:, None])


def _classes_if_sure(rows: Any) -> tuple[Any, int]:
    sure = bool((rows.max(1) == 1.0).all())
    return (rows.argmax(1).astype(np.int64) if sure else rows), rows.shape[1]
