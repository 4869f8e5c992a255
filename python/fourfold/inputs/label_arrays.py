# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels in arrays of NumPy, and in lists."""

from __future__ import annotations

import math
from typing import Any, NoReturn

import numpy as np

from fourfold._core import bytes_coded, objects_coded
from fourfold.inputs.arrays import as_array, index_of_first, reject_where
from fourfold.inputs.label_column import (
    LabelColumn,
    sort_integers,
    sort_truths,
    sort_words,
)

__all__ = ["array_column", "reject_missing", "word_column"]

_LABEL_KINDS: tuple[Any, ...] = ((int, np.integer, np.bool_), str, bytes)
_MISSING = ("NAType", "NaTType")  # of pandas
_EXACT = 2.0**53  # above, doubles do not tell integers apart
_AT_A_TIME = 2**20  # strings of variable length that are objects of Python at a time


def array_column(values: Any, name: str, hint: str) -> LabelColumn:
    """A column of any array_like that NumPy takes; raise where there are no labels in it."""
    array = as_array(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        got = f"shape {array.shape}" if array.ndim else repr(values)
        msg = f"{name}: expected one label a row, shape (N,), got {got}; {hint}"
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name}: expected at least one label, got an empty array"
        raise ValueError(msg)
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        reject_missing(name, int(np.argmax(np.ma.getmaskarray(values).ravel())), "masked")
    if array.dtype.kind == "f" and not hasattr(values, "dtype"):
        array = _as_given(array, values)
    kind = array.dtype.kind
    if kind == "f":
        return _whole_numbers(array, name)
    if kind in "OT":
        column = word_column(array) if kind == "O" else _long_strings(array)
        return _objects(array, name) if column is None else column
    if kind not in "iubSU":
        msg = (
            f"{name}: labels must be integers or strings, got {array[0]!s} of dtype "
            f"{array.dtype}"
        )
        raise ValueError(msg)
    if kind in "SU":
        if not hasattr(values, "dtype"):
            # of a list with one string in it NumPy makes strings only: 1 and "1" would be one
            _reject_mixed_labels(np.asarray(values, dtype=object).ravel().tolist(), name)
        return _strings(array)
    return _integers(array)


def word_column(values: Any) -> LabelColumn | None:
    """A column of a list or an array of strings of Python, or of bytes; None of other objects."""
    coded = objects_coded(values)
    if coded is None:
        return None
    codes, words = coded
    return LabelColumn(codes, lambda found: sort_words([words[k] for k in found.tolist()]))


def reject_missing(name: str, row: int, value: object) -> NoReturn:
    msg = f"{name}: the label at row {row} is missing ({value!s}); leave such rows out"
    raise ValueError(msg)


def _integers(array: np.ndarray) -> LabelColumn:
    native = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return LabelColumn(native, sort_truths if array.dtype.kind == "b" else sort_integers)


def _as_given(array: np.ndarray, values: Any) -> np.ndarray:
    """Integers as such: of a list of int64 and uint64 NumPy makes doubles, which merge."""
    if np.abs(array).max() < _EXACT:
        return array
    given = np.asarray(values, dtype=object).reshape(array.shape)
    return given if all(isinstance(each, (int, np.integer)) for each in given.flat) else array


def _whole_numbers(array: np.ndarray, name: str) -> LabelColumn:
    with np.errstate(invalid="ignore"):
        whole = array.astype(np.int64)
    # then none is NaN, infinite or beyond 64 bits, which some machines take for the last integer
    if (whole == array).all() and whole.max() < np.iinfo(np.int64).max:
        return _integers(whole)
    reject_where(array, ~np.isfinite(array), name, "finite")
    fractional = array != np.floor(array)
    if fractional.any():
        msg = (
            f"{name}: labels must be integers or strings, got the number "
            f"{array[fractional][0]!s} at row {index_of_first(fractional)}; "
            "continuous values are clustered by fourfold.PIDEstimator"
        )
        raise ValueError(msg)
    return _sorted(array)


def _objects(array: np.ndarray, name: str) -> LabelColumn:
    """Of objects that are not all strings, nor all bytes."""
    values = array.tolist()
    _reject_mixed_labels(values, name)
    if any(issubclass(kind, np.integer) for kind in set(map(type, values))):
        array = np.array(
            [int(each) for each in values], dtype=object
        )  # NumPy's would wrap around
    for dtype in (np.int64, np.uint64):
        try:
            return _integers(array.astype(dtype))
        except OverflowError:
            continue
    return _sorted(array)  # integers beyond 64 bits


def _sorted(array: np.ndarray) -> LabelColumn:
    states, codes = np.unique(array, return_inverse=True)
    return LabelColumn(codes, lambda found: (np.arange(len(found)), states[found]))


def _strings(array: np.ndarray) -> LabelColumn:
    """Of strings of fixed width; as integers where they are as wide as one."""
    width = array.dtype.itemsize
    if width in (1, 2, 4, 8):
        integer = np.dtype(f"u{width}")
        return LabelColumn(
            array.view(integer),
            lambda found: _sort_array(found.astype(integer).view(array.dtype)),
        )
    codes, first = bytes_coded(array)
    return LabelColumn(codes, lambda found: _sort_array(array[first[found]]))


def _sort_array(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    states, ranks = np.unique(words.astype(words.dtype.newbyteorder("=")), return_inverse=True)
    return ranks, states


def _long_strings(array: np.ndarray) -> LabelColumn | None:
    codes = np.empty(len(array), dtype=np.uint32)
    numbers: dict[Any, int] = {}
    for begin in range(0, len(array), _AT_A_TIME):
        part = slice(begin, begin + _AT_A_TIME)
        coded = objects_coded(array[part].astype(object))
        if coded is None:
            return None
        places, words = coded
        known = np.array([numbers.setdefault(word, len(numbers)) for word in words], np.uint32)
        codes[part] = known[places]
    found_words = list(numbers)
    return LabelColumn(
        codes, lambda found: sort_words([found_words[k] for k in found.tolist()])
    )


def _reject_mixed_labels(values: list[Any], name: str) -> None:
    for row, value in enumerate(values):
        missing = value is None or type(value).__name__ in _MISSING
        if missing or (isinstance(value, float) and math.isnan(value)):
            reject_missing(name, row, value)
    kinds = {type(value) for value in values}
    if not any(all(issubclass(kind, base) for kind in kinds) for base in _LABEL_KINDS):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        msg = f"{name}: labels must be all integers or all strings, got {names}"
        raise ValueError(msg)
