# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels in arrays of NumPy, and in lists."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold._core import bytes_coded, objects_coded
from fourfold.inputs.arrays import as_array, index_of_first, reject_where
from fourfold.inputs.label_column import (
    LabelColumn,
    sort_integers,
    sort_truths,
    sort_words,
)
from fourfold.inputs.label_objects import (
    are_whole,
    check_labels,
    objects_column,
    reject_missing,
)
from fourfold.inputs.number_column import CONTINUOUS_TARGET, PROBABILITY, STATES
from fourfold.inputs.totals import whole_array

__all__ = [
    "array_column", "holds_tuples", "is_flat", "reject_one_row", "sorted_numbers", "word_column",
]  # fmt: skip

_LOOKED_AT = 64  # rows in which a label is looked for that is not missing
_EXACT = 2**53  # doubles below tell all whole numbers apart
_AT_A_TIME = 2**20  # strings of variable length that are objects of Python at a time


def array_column(values: Any, name: str, hint: str) -> LabelColumn:
    """A column of any array_like that NumPy takes; raise where there are no labels in it."""
    if holds_tuples(values):
        return objects_column(list(values), name)
    try:
        array = as_array(values, name)
    except ValueError:
        if is_flat(values):
            check_labels(list(values), name)  # raises where a row among labels is none
        raise
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    reject_one_row(values, array.shape, name)
    if array.ndim != 1:
        got = f"shape {array.shape}" if array.ndim else f"{values!r:.80}"
        msg = f"{name}: expected one label a row, shape (N,), got {got}; {hint}"
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name}: expected at least one label, got an empty array"
        raise ValueError(msg)
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        reject_missing(name, int(np.argmax(np.ma.getmaskarray(values).ravel())), "masked")
    if array.dtype.kind in "fSUMm" and not hasattr(values, "dtype"):
        array = _as_given(values, array, name)
    kind = array.dtype.kind
    if kind == "f":
        return _whole_numbers(array, name)
    if kind in "OT":
        column = word_column(array) if kind == "O" else _long_strings(array)
        return _objects(array, name) if column is None else column
    if kind in "Mm":
        return _times(array, name)
    if kind == "V" and array.dtype.names:
        return objects_column(array.tolist(), name)
    if kind not in "iubSU":
        msg = (
            f"{name}: labels must be integers or strings, got {array[0]!s} of dtype "
            f"{array.dtype}"
        )
        raise ValueError(msg)
    return _strings(array) if kind in "SU" else _integers(array)


def is_flat(values: Any) -> bool:
    """Whether a list holds no rows, which is known without making an array of it."""
    if not isinstance(values, (list, tuple)):
        return False
    return not values or not isinstance(values[0], (list, tuple, np.ndarray))


def holds_tuples(values: Any) -> bool:
    """Whether a list has tuples for labels: not rows of floats, which are embeddings."""
    if not isinstance(values, (list, tuple)) or not values:
        return False
    # what is missing among them is told where it is
    some = [value for value in values[:_LOOKED_AT] if value is not None]
    if not some or not isinstance(some[0], tuple):
        return False
    if not all(isinstance(value, tuple) or value is None for value in values):
        return True
    kinds = {type(part) for value in values if value is not None for part in value}
    numbers = (int, float, np.number, np.bool_)
    return not (
        any(issubclass(kind, (float, np.floating)) for kind in kinds)
        and all(issubclass(kind, numbers) for kind in kinds)
        and len({len(value) for value in values if value is not None}) == 1
    )


def reject_one_row(values: Any, shape: tuple[int, ...], name: str) -> None:
    """Raise where labels lie in one row, as those of MATLAB do."""
    if len(shape) == 2 and shape[0] == 1 and shape[1] > 1:
        flat = f"{name}.ravel()" if hasattr(values, "ravel") else f"numpy.ravel({name})"
        msg = (
            f"{name}: expected one label or number a row, shape (N,), got one row of {shape[1]}, "
            f"shape {shape}; hand over {flat}"
        )
        raise ValueError(msg)


def _as_given(values: Any, array: np.ndarray, name: str) -> np.ndarray:
    """Objects of what is no array, where NumPy's array of them may have made different ones equal.

    With one string in it that is of strings alone, with integers that no type has room for of
    doubles.
    """
    if array.dtype.kind == "f" and (abs(array) < _EXACT).all():
        return array
    objects = np.asarray(values, dtype=object).ravel()
    if array.dtype.kind == "f":
        given = objects.tolist()
        if not are_whole(given) and not any(map(_changed, given)):
            return array
    if array.dtype.kind in "Mm":  # to these NumPy adds integers, as days or whatever
        check_labels(objects.tolist(), name)
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


def _integers(array: np.ndarray) -> LabelColumn:
    native = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return LabelColumn(native, sort_truths if array.dtype.kind == "b" else sort_integers)


def _whole_numbers(array: np.ndarray, name: str) -> LabelColumn:
    with np.errstate(invalid="ignore"):
        whole = array.astype(np.int64)
    # then none is NaN, infinite or beyond 64 bits, which some machines take for the last integer
    if (whole == array).all() and whole.max() < np.iinfo(np.int64).max:
        return _integers(whole)
    missing = np.isnan(array)
    if missing.any():
        reject_missing(name, int(np.argmax(missing)), "nan")
    reject_where(array, ~np.isfinite(array), name, "finite")
    fractional = array != np.floor(array)
    if fractional.any():
        msg = (
            f"{name}: labels must be integers or strings, got the number "
            f"{array[fractional][0]!s} at row {index_of_first(fractional)}; "
            + _continuous(array, name)
        )
        raise ValueError(msg)
    return sorted_numbers(array)


def _continuous(array: np.ndarray, name: str) -> str:
    """What takes numbers in place of labels: of a target other functions than of a source."""
    if name == "y" or name.endswith(": y"):
        if array.min() >= 0 and array.max() <= 1:
            return f"{PROBABILITY}; {CONTINUOUS_TARGET}"
        return CONTINUOUS_TARGET
    if name == "given":
        return (
            "fourfold.bin_target(given, 4).codes are bins of a continuous one, and "
            "fourfold.gaussian_pid takes it as it is, for a continuous target"
        )
    return f"continuous values are clustered by fourfold.PIDEstimator, {STATES}"


def _times(array: np.ndarray, name: str) -> LabelColumn:
    """Of dates or durations of NumPy, as integers."""
    missing = np.isnat(array)
    if missing.any():
        reject_missing(name, int(np.argmax(missing)), "NaT")
    native = array.astype(array.dtype.newbyteorder("="), copy=False)

    def sort(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ranks, states = sort_integers(found)
        return ranks, states.view(native.dtype)

    return LabelColumn(native.view(np.int64), sort)


def _objects(array: np.ndarray, name: str) -> LabelColumn:
    """Of objects that are not all strings, nor all bytes."""
    values = array.tolist()
    check_labels(values, name)
    if not are_whole(values):
        if all(isinstance(value, (float, np.floating)) for value in values):
            return _whole_numbers(array.astype(np.float64), name)
        return objects_column(values, name)
    try:
        return _integers(array.astype(np.int64))
    except OverflowError:
        whole = whole_array(list(map(int, values)))
    return sorted_numbers(whole) if whole.dtype.kind == "O" else _integers(whole)


def sorted_numbers(array: np.ndarray) -> LabelColumn:
    """Of numbers of any size, also such as are no whole ones."""
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
