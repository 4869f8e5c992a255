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
from fourfold.inputs.number_column import CONTINUOUS_TARGET

__all__ = ["array_column", "reject_missing", "word_column"]

_LABEL_KINDS: tuple[Any, ...] = ((int, np.integer, np.bool_), str, bytes)
_MISSING = ("NAType", "NaTType")  # of pandas
_EXACT = 2**53  # doubles below tell all whole numbers apart
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
    if array.dtype.kind in "fSU" and not hasattr(values, "dtype"):
        array = _as_given(values, array)
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
    return _strings(array) if kind in "SU" else _integers(array)


def _as_given(values: Any, array: np.ndarray) -> np.ndarray:
    """Objects of what is no array, where NumPy's array of them may have made different ones equal.

    With one string in it that is of strings alone, with integers that no type has room for of
    doubles.
    """
    if array.dtype.kind == "f" and (abs(array) < _EXACT).all():
        return array
    objects = np.asarray(values, dtype=object).ravel()
    if array.dtype.kind == "f" and not any(map(_changed, objects.tolist())):
        return array
    return objects


def _changed(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and int(float(value)) != int(value)


def word_column(values: Any) -> LabelColumn | None:
    """A column of a list or an array of strings of Python, or of bytes; None of other objects."""
    coded = objects_coded(values)
    if coded is None:
        return None
    codes, words = coded
    return LabelColumn(codes, lambda found: sort_words([words[k] for k in found.tolist()]))


def reject_missing(name: str, row: int, value: object) -> NoReturn:
    """Raise for a row without a label."""
    msg = f"{name}: the label at row {row} is missing ({value!s}); leave such rows out"
    raise ValueError(msg)


def _integers(array: np.ndarray) -> LabelColumn:
    native = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return LabelColumn(native, sort_truths if array.dtype.kind == "b" else sort_integers)


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
            + _continuous(name)
        )
        raise ValueError(msg)
    return _sorted(array)


def _continuous(name: str) -> str:
    """What takes numbers in place of labels: of a target other functions than of a source."""
    if name == "y" or name.endswith(": y"):
        return CONTINUOUS_TARGET
    if name == "given":
        return (
            "fourfold.bin_target(given, 4).codes are bins of a continuous one, and "
            "fourfold.gaussian_pid takes it as it is, for a continuous target"
        )
    return "continuous values are clustered by fourfold.PIDEstimator"


def _objects(array: np.ndarray, name: str) -> LabelColumn:
    """Of objects that are not all strings, nor all bytes."""
    _reject_mixed_labels(array.tolist(), name)
    try:
        return _integers(array.astype(np.int64))
    except OverflowError:
        whole = np.empty_like(array)
        whole[:] = [int(value) for value in array.tolist()]  # NumPy's would lose their sign
    try:
        return _integers(whole.astype(np.uint64))
    except OverflowError:
        return _sorted(whole)  # beyond 64 bits


def _sorted(array: np.ndarray) -> LabelColumn:
    states, codes = np.unique(array, return_inverse=True)
    return LabelColumn(codes, lambda found: (np.arange(len(found)), states[found]))


def _strings(array: np.ndarray) -> LabelColumn:
    """Of strings of fixed width; as integers where they are as wide as one."""
    dtype = array.dtype
    if dtype.itemsize in (1, 2, 4, 8):
        integer = np.dtype(f"u{dtype.itemsize}")
        return LabelColumn(
            array.view(integer),
            lambda found: _sort_array(found.astype(integer).view(dtype)),
        )
    codes, first = bytes_coded(array)
    words = array[first]
    return LabelColumn(codes, lambda found: _sort_array(words[found]))


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
