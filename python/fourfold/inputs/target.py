# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a target may look like: labels, or rows of probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import shape_of
from fourfold.inputs.device import on_device, to_cupy, to_numpy
from fourfold.inputs.joint_states import (
    Columns,
    columns_of,
    joint_column,
    source_column,
)
from fourfold.inputs.label_arrays import holds_tuples, is_flat, reject_one_row
from fourfold.inputs.label_column import LabelColumn
from fourfold.inputs.label_counts import code_column, quick_column, read_column
from fourfold.inputs.labels import read_labels
from fourfold.inputs.masses import probability_rows

__all__ = ["holds_rows", "read_target", "require_target", "target_column"]

_WHOLE = (int, np.integer, np.bool_)
_HINT = "rows of class probabilities have shape (N, K_Y)"


def read_target(
    y: Any, *, device: bool | None = None, joint: bool | None = None
) -> tuple[Any, int]:
    """Classes (N,) or rows of probabilities (N, K_Y), and K_Y; rows of one 1 are classes.

    With `device` in the memory of the current CUDA device; by default where they are. `joint` says
    that columns are states, as `fourfold.inputs.joint_states.source_column` has it; by default
    only such are that hold no numbers.
    """
    require_target(y)
    if on_device(y) if device is None else device:
        return _read_on_device(y, joint)
    column = _label_column(y, joint)
    if column is not None:
        codes, states = code_column(column)
        return codes.astype(np.int64), len(states)
    return _classes_if_sure(_probabilities(y))


def target_column(y: Any, joint: bool | None = None) -> LabelColumn:
    """A target of labels as a column; rows of one 1 are classes 0..K_Y-1, all of them states.

    Rows of other probabilities are refused.
    """
    require_target(y)
    column = _label_column(y, joint)
    if column is not None:
        return column
    codes, classes = _classes_if_sure(_probabilities(y))
    if codes.ndim == 1:
        return LabelColumn(codes, lambda found: (found, np.arange(classes)))
    msg = (
        "y: expected labels, which can be counted, got rows of probabilities of shape "
        f"{codes.shape}; fourfold.pid takes them"
    )
    raise ValueError(msg)


def holds_rows(y: Any, joint: bool | None = None) -> bool:
    """Whether a target may be rows of probabilities; labels are not made arrays to know that."""
    shape = getattr(y, "shape", None)
    if y is None or is_flat(y) or (isinstance(shape, tuple) and len(shape) != 2):
        return False
    return _label_column(y, joint) is None


def _label_column(y: Any, joint: bool | None) -> LabelColumn | None:
    """Labels, or columns of states; None of a matrix of numbers, unless these are said to be states."""
    column = quick_column(y, "y", _HINT)
    if column is not None:  # what is no array has no shape without becoming one
        return column
    if is_flat(y) or (holds_tuples(y) and not _one_hot(y)):
        return read_column(y, "y", _HINT)
    if joint is False:
        columns = None
    elif joint:
        columns = columns_of(y, "y")
    else:
        columns = _columns_without_numbers(y)
    if columns is not None:
        return joint_column(columns, "y") if joint else source_column(y, "y", _HINT)
    shape = shape_of(y, "y")
    return read_column(y, "y", _HINT) if len(shape) != 2 or shape[1] == 1 else None


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
        reject_one_row(y, array.shape, "y")
        remedy = _remedy(array)
        if remedy is None:
            raise
        msg = f"{error}. {remedy}"
        raise ValueError(msg) from error


def _remedy(array: np.ndarray) -> str | None:
    """What a matrix that is no rows of probabilities may be instead."""
    if array.ndim != 2 or array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        return None
    if array.dtype.kind != "f":
        return (
            "Columns of labels are one target with joint=True, or as list(map(tuple, y)); counts of "
            "classes are probabilities as y / y.sum(axis=1, keepdims=True)"
        )
    if ((array < 0) | (array > 1)).any():
        return (
            "Logits are logits=y of fourfold.pid, elsewhere scipy.special.softmax(y, axis=1). An "
            "embedding as the target is decomposed by fourfold.gaussian_pid"
        )
    return "Masses are probabilities as y / y.sum(axis=1, keepdims=True)"


def _columns_without_numbers(y: Any) -> Columns | None:
    """Columns of which one at least is words, categories or objects, so that these are labels."""
    if isinstance(y, np.ndarray) and y.dtype.kind in "biufc":
        return None
    columns = columns_of(y, "y")
    if columns is None:
        return None
    numbers = (np.asarray(values).dtype.kind in "biufc" for _, values in columns)
    return None if all(numbers) else columns


def _one_hot(y: Any) -> bool:
    """Whether tuples are rows of one 1 and else 0, as classes and no labels."""
    rows = [row for row in y if row is not None]
    kinds = {type(part) for row in rows for part in row}
    if len(set(map(len, rows))) != 1 or not all(issubclass(kind, _WHOLE) for kind in kinds):
        return False
    array = np.asarray(rows)
    return bool(
        array.ndim == 2
        and array.shape[1] > 1
        and (array >= 0).all()
        and (array.sum(1) == 1).all()
    )


def _read_on_device(y: Any, joint: bool | None) -> tuple[Any, int]:
    if joint and len(getattr(y, "shape", ())) == 2 and y.shape[1] > 1:
        codes, number = read_target(to_numpy(y), device=False, joint=True)
        return to_cupy(codes, "y"), number
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
