# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Faults of arrays that would go through in silence: here each is an error with a name.

Masks that NumPy drops, rows that are labelled alike but in another order, numbers whose squares no
precision holds.
"""

from __future__ import annotations

import itertools
import sys
from typing import Any, NoReturn

import numpy as np

__all__ = [
    "as_precise",
    "check_aligned",
    "check_same_order",
    "reject_masked",
    "whole_in_doubles",
    "within_precision",
]

#: The largest integer below which double precision has all.
_WHOLE = 2**53
#: Largest numbers, and smallest spreads, whose squares and their sums any step can take: of single
#: and of double precision.
_LARGEST = {"float32": 1e17, "float64": 1e140}
_SMALLEST = {"float32": 1e-18, "float64": 1e-140}
_DIVIDE = "divide columns by their largest first, {name} / abs({name}).max(0)"


def reject_masked(values: Any, name: str) -> None:
    """Raise where entries of a masked array, or of a list with such in it, are masked.

    A masked array in which nothing is masked passes.
    """
    if isinstance(values, (list, tuple)):
        if len(values) and (_is_array(values[0]) or isinstance(values[0], (list, tuple))):
            for row, value in enumerate(values):
                reject_masked(value, f"{name}[{row}]")
        return
    if not isinstance(values, np.ma.MaskedArray):
        return
    mask = _masked(np.ma.getmaskarray(values))
    if not mask.any():
        return
    first = tuple(int(k) for k in np.argwhere(mask)[0])
    where = f"row {first[0]}" if len(first) == 1 else f"index {first}"
    remedy = "leave such rows out"
    if name == "cov":
        remedy = "give one without gaps"
    elif mask.ndim > 1:
        remedy += f", or fill them: {name}.filled(value)"
    told = f"the number at {where} is masked"
    if mask.size > 1:
        told = f"{int(mask.sum())} of {mask.size} entries are masked, the first at {where}"
    msg = f"{name}: {told}; {remedy}"
    raise ValueError(msg)


def check_aligned(**arguments: Any) -> None:
    """Raise where two arguments label their rows alike, but in another order.

    Row n of all is the same sample. Labels of rows are the index of pandas, or the coordinate of
    the first dimension of xarray; equal ones pass, and so do others, as where rows were renumbered.
    """
    known = [(name, labels) for name, labels in _row_labels(arguments) if labels is not None]
    for (name1, one), (name2, other) in itertools.combinations(known, 2):
        if one is other or len(one) != len(other) or one.nlevels != other.nlevels:
            continue
        if one.equals(other) or not (one.is_unique and other.is_unique):
            continue
        if not one.isin(other).all():
            continue
        row = next(k for k in range(len(one)) if one[k] != other[k])
        msg = (
            f"{name1}, {name2}: their rows have the same labels in another order: row {row} is "
            f"{one[row]!s} of {name1}, but {other[row]!s} of {name2}; give "
            f"{name2}.loc[{name1}.index], or {name2}.to_numpy() if rows go together as they stand"
        )
        raise ValueError(msg)


def check_same_order(**tables: Any) -> None:
    """Raise where the columns of frames are the same classes, but in another order."""
    known = {
        name: list(table.columns) for name, table in tables.items() if hasattr(table, "columns")
    }
    for name, columns in known.items():
        first = next(iter(known))
        if columns != known[first] and {*map(repr, columns)} == {*map(repr, known[first])}:
            msg = (
                f"{first}, {name}: have the same classes as columns, but in another order; give "
                f"{name}[{first}.columns]"
            )
            raise ValueError(msg)


def whole_in_doubles(array: Any, name: str) -> None:
    """Raise where integers are beyond those that double precision tells apart."""
    if array.dtype.kind not in "iuO" or array.dtype.itemsize < 8 or not array.size:
        return
    if int(array.max()) <= _WHOLE and int(array.min()) >= -_WHOLE:
        return
    msg = (
        f"{name}: holds integers beyond 2**53, up to {max(int(array.max()), -int(array.min()))}, "
        "which double precision does not tell apart; leave identifiers out, or subtract the smallest"
    )
    raise ValueError(msg)


def within_precision(rows: Any, name: str, *, whole: bool = True) -> Any:
    """Finite rows (N, d) of a precision in which squares of all columns can be added up.

    Single precision becomes double where it is too narrow; raises where double precision is.

    Parameters
    ----------
    rows : ndarray, shape (N, d)
        Of single or double precision, of NumPy or CuPy.
    name : str
    whole : bool
        Whether these are all rows: then a spread that is too small is found, and the precision may
        change; of a few of many rows neither.
    """
    low, high = _ends(rows)
    kind = rows.dtype.name
    size = np.maximum(-low, high)
    spread = high / 2 - low / 2  # the difference of two doubles may be beyond all doubles
    wide, narrow = size > _LARGEST[kind], (spread > 0) & (spread < _SMALLEST[kind])
    if not whole:
        narrow[:] = False
    if not wide.any() and not narrow.any():
        return rows
    if kind == "float32" and whole:
        return rows.astype(np.float64)
    if wide.any():
        _too_wide(size, kind, name)
    column = int(np.argmax(narrow))
    msg = (
        f"{name}: column {column} varies by only {2 * spread[column]:.3g}, whose square underflows "
        f"to nothing in double precision; {_DIVIDE.format(name=name)}"
    )
    raise ValueError(msg)


def as_precise(rows: Any, dtype: Any, name: str) -> Any:
    """Rows in the precision of others that were fitted; raises where theirs is too narrow."""
    if rows.dtype == dtype:
        return rows
    if dtype == np.float32:
        low, high = _ends(rows)
        size = np.maximum(-low, high)
        if (size > _LARGEST["float32"]).any():
            _too_wide(size, "float32", name)
    return rows.astype(dtype)


def _too_wide(size: np.ndarray, kind: str, name: str) -> NoReturn:
    column = int(np.argmax(size > _LARGEST[kind]))
    precision, remedy = "double", _DIVIDE.format(name=name)
    if kind == "float32":
        precision = "single"
        remedy = f"give all rows in double precision, also those that are fitted: {name}.astype(float)"
    msg = (
        f"{name}: column {column} holds {size[column]:.3g} in size, whose squares overflow "
        f"{precision} precision; {remedy}"
    )
    raise ValueError(msg)


def _ends(rows: Any) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest of each column, on the host."""
    low, high = (
        end.get() if hasattr(end, "get") else end for end in (rows.min(0), rows.max(0))
    )
    return low, high


def _masked(mask: Any) -> np.ndarray:
    """Which entries are masked; those of fields where any field is."""
    if mask.dtype.names is None:
        return np.asarray(mask)
    # a field may be an array itself
    fields = [
        _masked(mask[field]).reshape(*mask.shape, -1).any(-1) for field in mask.dtype.names
    ]
    return np.asarray(np.logical_or.reduce([np.asarray(field) for field in fields]))


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or (
        hasattr(value, "__array__") and not isinstance(value, np.generic)
    )


def _row_labels(arguments: dict[str, Any]) -> Any:
    """The name and labels of rows, if any, of each argument."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return
    for name, values in arguments.items():
        package = type(values).__module__.partition(".")[0]
        if package == "pandas":
            labels = getattr(values, "index", None)
        elif package == "xarray" and not hasattr(values, "dtype"):
            msg = (
                f"{name}: got an xarray Dataset; expected one of its variables, "
                f'{name}["its name"], or {name}.to_dataframe()'
            )
            raise TypeError(msg)
        elif package == "xarray" and values.dims:
            labels = values.indexes.get(values.dims[0])
        else:
            continue
        if isinstance(labels, pandas.Index):
            yield name, labels
