# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources side by side in one table, and which of its columns are whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array, as_real
from fourfold.inputs.column_names import listed
from fourfold.inputs.device import on_device, to_cupy

__all__ = ["chosen", "columns_of", "places_of", "read_table"]

_HINT = (
    "names, numbers, a slice, a mask or a function of X, as in scikit-learn's ColumnTransformer"
)

Columns = tuple[np.ndarray, ...]


def read_table(X: Any) -> Any:
    """A frame as it is, anything else as an array, of shape (N, d) with columns, or raise."""
    table = X
    if not _is_frame(X):
        table = to_cupy(X, "X") if on_device(X) else as_array(X, "X")
    shape = tuple(table.shape)
    if len(shape) != 2:
        if type(X).__module__.startswith("polars"):
            msg = f"X: a {type(X).__name__} of polars is no table; expected X.collect() of a LazyFrame"
            raise TypeError(msg)
        msg = f"X: expected a table of shape (N, d), got shape {shape}"
        if not shape:
            remedy = "; pandas.DataFrame(X) is one" if isinstance(X, Mapping) else ""
            msg = f"X: expected a table of shape (N, d), got {type(X).__name__}{remedy}"
        elif len(shape) == 1:
            msg += ". Reshape your data: array.reshape(-1, 1) if it is one column"
        raise ValueError(msg)
    for size, what in zip(shape, ("sample(s)", "feature(s)"), strict=True):
        if size == 0:
            msg = f"X: 0 {what} (shape={shape}) while a minimum of 1 is required."
            raise ValueError(msg)
    if getattr(getattr(table, "dtype", None), "kind", "") == "c":
        as_real(table, "X")  # raises, and says why
    return table


def columns_of(sources: Any, table: Any, *, several: bool = False) -> Columns:
    """Numbers of the columns of each source, in the order in which they were asked for.

    Of two, or with `several` of more, too.
    """
    number = len(sources) if isinstance(sources, (tuple, list)) else 0
    if number < 2 or (number > 2 and not several):
        more = " or of more sources" if several else ""
        msg = (
            f"sources: expected a pair (columns of X1, columns of X2){more}, each {_HINT}; got "
            f"{sources!r}"
        )
        raise ValueError(msg)
    return tuple(places_of(key, table, f"sources[{k}]") for k, key in enumerate(sources))


def chosen(table: Any, columns: np.ndarray) -> Any:
    """Some columns of a table; where they are neighbours of an array, without a copy."""
    some, place = np.unique(columns, return_inverse=True)
    if _is_frame(table) and len(some) < len(columns):  # of names, which polars takes only once
        return np.asarray(chosen(table, some))[:, place]
    if hasattr(table, "iloc"):
        return table.iloc[:, columns]
    names = _names(table)
    if names is not None:
        return table.select([names[column] for column in columns])
    start, stop = int(columns[0]), int(columns[-1]) + 1
    if np.array_equal(columns, np.arange(start, stop)):
        return table[:, start:stop]
    return table[:, columns]


def _is_frame(X: Any) -> bool:
    """Whether columns have names: pandas, polars, arrow."""
    return hasattr(X, "shape") and (hasattr(X, "columns") or hasattr(X, "column_names"))


def _names(table: Any) -> list[Any] | None:
    if not _is_frame(table):
        return None
    return list(table.column_names if hasattr(table, "column_names") else table.columns)


def places_of(key: Any, table: Any, name: str) -> np.ndarray:
    """Numbers of the columns that a key picks, or raise with its name."""
    names, width = _names(table), int(table.shape[1])
    if callable(key):
        try:
            key = key(table)
        except Exception as error:
            kind = f"{type(table).__module__.split('.')[0]} {type(table).__name__}"
            error.add_note(f"{name}: the function {key!r:.80} raised this of X, a {kind}")
            raise
        name = f"{name}, of which a function made {key!r}"
    if isinstance(key, slice):
        found = np.arange(width)[_whole_slice(key, names, width, name)]
    else:
        one = isinstance(key, str) or np.ndim(key) == 0
        keys = [key] if one else list(key)
        found = _numbers(keys, names, width, name)
    if len(found) == 0:
        msg = f"{name}: picks no column of X (n_features = {width}); expected at least one"
        raise ValueError(msg)
    return found


def _numbers(keys: list[Any], names: list[Any] | None, width: int, name: str) -> np.ndarray:
    if all(isinstance(key, (bool, np.bool_)) for key in keys):
        if len(keys) not in (0, width):
            msg = f"{name}: is a mask of {len(keys)} columns, but X has {width}"
            raise ValueError(msg)
        return np.flatnonzero(keys)
    if all(isinstance(key, str) for key in keys):
        return np.array([_place_of_name(key, names, name) for key in keys])
    whole = (int, np.integer)
    if not all(
        isinstance(key, whole) and not isinstance(key, (bool, np.bool_)) for key in keys
    ):
        msg = f"{name}: expected {_HINT}; got {keys!r:.80}"
        raise TypeError(msg)
    for key in keys:
        if not -width <= key < width:
            msg = f"{name}: there is no column {key} in X, which has {width} columns"
            raise ValueError(msg)
    return np.array(keys, dtype=np.intp) % width


def _whole_slice(key: slice, names: list[Any] | None, width: int, name: str) -> slice:
    """A slice of numbers; one of names has its end in it, as in pandas."""
    ends = [key.start, key.stop]
    if not any(isinstance(end, str) for end in ends):
        try:
            key.indices(width)
        except TypeError as error:
            msg = f"{name}: expected a slice of numbers or of names, got {key!r}"
            raise TypeError(msg) from error
        return key
    if not all(end is None or isinstance(end, str) for end in ends):
        msg = f"{name}: expected a slice of numbers or of names, got {key!r}"
        raise TypeError(msg)
    start, stop = (None if end is None else _place_of_name(end, names, name) for end in ends)
    return slice(start, None if stop is None else stop + 1, key.step)


def _place_of_name(key: str, names: list[Any] | None, name: str) -> int:
    if names is None:
        msg = (
            f"{name}: names columns ({key!r}), but X is an array, whose columns have none; "
            "expected numbers, or X as a frame of pandas, polars or arrow"
        )
        raise ValueError(msg)
    places = [place for place, other in enumerate(names) if other == key]
    if len(places) != 1:
        found = f"{len(places)} columns" if places else "no column"
        msg = f"{name}: {found} of X {'are' if places else 'is'} called {key!r}; X has {listed(names)}"
        raise ValueError(msg)
    return places[0]
