# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Targets that are labels rather than numbers of a continuum, refused with the way to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array
from fourfold.inputs.device import array_module, on_device, to_numpy
from fourfold.inputs.label_containers import CodedLabels, unpacked

__all__ = ["reject_few_values", "reject_labels"]

#: A column of at most so many different values, and so many rows to each, holds labels.
FEW, ROWS_EACH = 16, 4
#: Rows in which more than `FEW` values are looked for first.
FIRST = 256

_WAY = (
    "a Gaussian takes a continuous target. For labels: fourfold.ClassifierPID().fit(x1, x2, y) where "
    "the sources are embeddings, fourfold.posterior_pid with the probabilities of your own "
    'classifiers, fourfold.pid, or estimator="labels", where the sources are labels, too'
)


def reject_labels(y: Any) -> None:
    """Raise where a target is text, truths, categories or other objects."""
    if on_device(y):
        if str(getattr(y, "dtype", "")).endswith("bool"):
            _refuse("y: truths (True and False) are labels")
        return
    for place, column in _columns(y):
        inside = column if isinstance(column, (list, tuple)) else unpacked(column, "y")
        if isinstance(inside, CodedLabels):
            kind = str(getattr(column, "dtype", getattr(column, "type", "")))
            if "cat" not in kind.lower():
                _reject_numbers_as_text(
                    np.asarray(inside.labels(np.unique(inside.codes)))[0], place
                )
            _refuse(f"y: {place}categories or text ({kind}) are labels")
        array = as_array(inside, "y")
        kind = array.dtype.kind
        if kind == "O":
            types = {type(value) for value in array.ravel().tolist()}
            found = {"b" for one in types if issubclass(one, (bool, np.bool_))}
            found |= {"U" for one in types if issubclass(one, (str, bytes))}
            kind = max(found, default="O")
        if kind == "b":
            _refuse(f"y: {place}truths (True and False) are labels")
        if kind in "USTa":
            first = str(next(v for v in array.ravel() if isinstance(v, (str, bytes))))
            _reject_numbers_as_text(first, place)
            _refuse(f"y: {place}text, as {first!r:.40}, is a label")


def reject_few_values(values: Any, told: Callable[[Any], str]) -> None:
    """Raise where a column of a target, (N, d) or (L, N, d), has the values of labels."""
    xp = array_module(values)
    rows = values.shape[-2]
    suspects = _different(xp, values[..., :FIRST, :]) <= FEW
    if rows > FIRST and suspects.any():
        suspects &= _different(xp, values) <= FEW
    if not suspects.any():
        return
    layer = () if suspects.ndim == 1 else (int(np.argmax(suspects.any(1))),)
    found = _different(xp, values[layer])
    columns = np.flatnonzero(suspects[layer] & (found * ROWS_EACH <= rows))
    if not len(columns):
        return
    some = f"{told(columns)} {'has' if len(columns) == 1 else 'have'}"
    count = found[columns].max()
    where = f" of layer {layer[0]}" if layer else ""
    counted = (
        f"{count} different values" if len(columns) == 1 else f"at most {count} values each"
    )
    way = _WAY
    if values.shape[-1] > 1:
        way = f"leave such columns of y out. {way}"
    elif (values[layer] != xp.rint(values[layer])).any():
        way = f"{way}; numbers that are not whole as numpy.unique(y, return_inverse=True)[1]"
    _refuse(f"y: {some} {counted} in {rows} rows{where}, as labels have", way)


def _different(xp: Any, values: Any) -> np.ndarray:
    """How many different values each column has."""
    ordered = xp.sort(values, -2)
    steps = (ordered[..., 1:, :] != ordered[..., :-1, :]).sum(-2)
    return to_numpy(steps) + 1


def _reject_numbers_as_text(text: Any, place: str) -> None:
    try:
        float(text)
    except ValueError:
        return
    msg = f"y: {place}numbers as text, as {str(text)!r:.40}; give numbers: y.astype(float)"
    raise ValueError(msg)


def _columns(y: Any) -> Iterator[tuple[str, Any]]:
    """Columns of a frame with their names, or the target itself."""
    names = getattr(y, "columns", None)
    if names is None or callable(names) or len(getattr(y, "shape", ())) != 2:
        yield "", y
    elif hasattr(y, "iloc"):
        for k, name in enumerate(names):
            yield f"column {name!r}: ", y.iloc[:, k]
    elif hasattr(y, "column_names"):
        for name, column in zip(y.column_names, names, strict=True):
            yield f"column {name!r}: ", column
    elif hasattr(y, "get_column"):
        for name in names:
            yield f"column {name!r}: ", y.get_column(name)
    else:
        yield "", y


def _refuse(what: str, way: str = _WAY) -> None:
    msg = f"{what}; {way}"
    raise ValueError(msg)
