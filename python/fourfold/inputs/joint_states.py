# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Several columns of states as one source: what each row holds together is its state."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array
from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.label_arrays import holds_tuples, is_flat, reject_one_row
from fourfold.inputs.label_column import LabelColumn, sort_integers
from fourfold.inputs.label_containers import CodedLabels, unpacked
from fourfold.inputs.label_counts import code_column, quick_column, read_column
from fourfold.inputs.label_objects import objects_array

__all__ = [
    "EMBEDDINGS",
    "Columns",
    "check_joint",
    "columns_of",
    "joint_column",
    "source_column",
]

EMBEDDINGS = "embeddings are decomposed by fourfold.ClassifierPID"

_MOST_COLUMNS = 8  # of what may as well be embeddings
_MOST_STATES = 2**62

#: Names of columns, and each as an array_like of its container.
Columns = list[tuple[str, Any]]


def source_column(
    values: Any, name: str, hint: str = EMBEDDINGS, *, joint: bool | None = None
) -> LabelColumn:
    """A source of labels: one column, or several that are one joint state.

    Parameters
    ----------
    values : array_like
        Labels of shape (N,) or (N, 1), or states of shape (N, d): a matrix, or a frame.
    name, hint : str
        Name of the argument, and what to say where it has another shape.
    joint : bool, optional
        Whether columns are states, of any number and also if they are whole numbers of a float
        type; by default up to 8 are that hold no floats, which are embeddings. False takes one
        column alone.

    Raises
    ------
    TypeError, ValueError
        If columns are floats or more than 8, unless `joint` says that they are states; as
        `fourfold.inputs.labels.code_labels` of one column, with the name of the column.
    """
    column = quick_column(values, name, hint)
    if column is not None:
        return column
    columns = None if joint is False else columns_of(values, name)
    if columns is None:
        return read_column(values, name, hint)
    if not joint:
        _check_states(columns, name, hint)
    return joint_column(columns, name)


def check_joint(joint: Any) -> bool | None:
    """The argument `joint` of a function, or raise."""
    if joint is None or isinstance(joint, (bool, np.bool_)):
        return None if joint is None else bool(joint)
    msg = f"joint: expected True, False or None, got {joint!r:.60}"
    raise TypeError(msg)


def columns_of(values: Any, name: str) -> Columns | None:
    """The columns of a matrix or a frame; None of one column, or of what has another shape."""
    if is_flat(values) or holds_tuples(values):
        return None
    if not isinstance(values, (np.ndarray, list, tuple)):
        framed = _of_frame(values)
        if framed is not None:
            _reject_row_of(framed, values, name)
            return framed if len(framed) > 1 else None
        shape = getattr(values, "shape", None)
        if shape is None or len(shape) != 2:
            return None
    array = to_numpy(values) if on_device(values) else np.asarray(as_array(values, name))
    if array.ndim == 1 and array.dtype.names:
        return [(repr(field), array[field]) for field in array.dtype.names]
    if array.ndim != 2 or array.shape[1] < 2 or len(array) == 0:
        return None
    reject_one_row(values, array.shape, name)
    return [(str(k), array[:, k]) for k in range(array.shape[1])]


def joint_column(columns: Columns, name: str) -> LabelColumn:
    """What columns hold together in each row; states are tuples, sorted by one column after another."""
    coded = [
        code_column(
            read_column(values, f"{name}, column {told}", "columns of states have one each")
        )
        for told, values in columns
    ]
    together, number = np.zeros(len(coded[0][0]), dtype=np.int64), 1
    for codes, states in coded:
        if number * len(states) > _MOST_STATES:
            dense, kept = code_column(LabelColumn(together, sort_integers))
            together, number = dense.astype(np.int64), len(kept)
        together = together * len(states) + codes
        number *= len(states)
    codes, kept = code_column(LabelColumn(together, sort_integers))
    row_of = np.zeros(len(kept), dtype=np.int64)
    row_of[codes] = np.arange(len(codes))

    def sort(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ranks, present = sort_integers(found)
        rows = row_of[present]
        parts = [states[of_row[rows]].tolist() for of_row, states in coded]
        return ranks, objects_array(list(zip(*parts, strict=True)))

    return LabelColumn(codes, sort)


def _of_frame(values: Any) -> Columns | None:
    """The columns of a frame of pandas or polars, or of a table of Arrow."""
    package = type(values).__module__.partition(".")[0]
    module = sys.modules.get(package) if package in ("pandas", "polars", "pyarrow") else None
    if module is None:
        return None
    if package == "pandas" and isinstance(values, module.DataFrame):
        return [(repr(told), values.iloc[:, k]) for k, told in enumerate(values.columns)]
    if package == "polars" and isinstance(values, module.DataFrame):
        return [(repr(column.name), column) for column in values.get_columns()]
    if package == "pyarrow" and isinstance(values, (module.Table, module.RecordBatch)):
        return list(zip(map(repr, values.schema.names), values.columns, strict=True))
    return None


def _reject_row_of(columns: Columns, values: Any, name: str) -> None:
    if columns and len(columns[0][1]) == 1:
        reject_one_row(values, (1, len(columns)), name)


def _check_states(columns: Columns, name: str, hint: str) -> None:
    """Raise where columns may be embeddings."""
    shape = (len(columns[0][1]), len(columns))
    floats = [
        told for told, column in columns if _holds_floats(column, f"{name}, column {told}")
    ]
    if floats:
        which = "" if len(floats) == len(columns) else f" (column {floats[0]} holds floats)"
        msg = (
            f"{name}: expected one label a row, shape (N,), got shape {shape}; {hint}, and columns of "
            f"states are one source as integers, or where there is such an argument with joint=True{which}"
        )
        raise ValueError(msg)
    if len(columns) > _MOST_COLUMNS:
        turned = f"; if each row is a variable, hand over numpy.transpose({name})"
        msg = (
            f"{name}: expected one label a row or at most {_MOST_COLUMNS} columns of states, got "
            f"shape {shape}; embeddings are decomposed by fourfold.ClassifierPID or clustered by "
            "fourfold.PIDEstimator, and columns of states are one source with joint=True"
            f"{turned if shape[0] < shape[1] else ''}"
        )
        raise ValueError(msg)


def _holds_floats(column: Any, name: str) -> bool:
    if isinstance(column, np.ndarray):
        return column.dtype.kind in "fc"
    inside = unpacked(column, name)
    return not isinstance(inside, CodedLabels) and np.asarray(inside).dtype.kind in "fc"
