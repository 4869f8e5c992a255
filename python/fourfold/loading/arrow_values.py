# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of .parquet, .feather and .arrow files as sources or as labels."""

from __future__ import annotations

import numpy as np

from fourfold.inputs.arrow_columns import is_list, numbers_of, reject_missing
from fourfold.loading.arrow_files import ArrowColumn, read_columns
from fourfold.loading.headers import reject_counting
from fourfold.loading.places import Place, fail, printable
from fourfold.loading.text_labels import join_columns
from fourfold.loading.text_labels import reject_missing as reject_words
from fourfold.loading.values import LABELS_HINT, integer_array, whole_labels

__all__ = ["read_arrow_labels", "read_arrow_numbers"]

_NUMBERS = ("int", "uint", "float", "double", "halffloat", "decimal", "bool")
_WORDS = ("string", "large_string", "string_view")
#: Types whose values are told by their text: dates and times.
_TEXT_TYPES = ("date", "time", "duration")


def read_arrow_numbers(place: Place) -> np.ndarray:
    """All columns of a file, or those asked for, side by side, (N, d); lists are embeddings."""
    return _side_by_side(place, read_columns(place))


def read_arrow_labels(place: Place, missing: frozenset[str], *, joint: bool) -> np.ndarray:
    """One column as labels (N,), several or one of lists as probabilities, or as joint labels (N, m)."""
    columns = read_columns(place)
    if len(columns) > 1 and not joint:
        return _side_by_side(place, columns)
    if len(columns) == 1 and is_list(columns[0].values):
        return _numbers(place, columns[0])
    labels = [_labels(place, column, missing) for column in columns]
    if place.part is None:
        reject_counting(labels, [column.name for column in columns], place)
    return labels[0] if len(labels) == 1 else join_columns(labels)


def _side_by_side(place: Place, columns: list[ArrowColumn]) -> np.ndarray:
    arrays = [_numbers(place, column) for column in columns]
    if place.part is None and all(array.shape[1] == 1 for array in arrays):
        names = [column.name for column in columns]
        reject_counting([array[:, 0] for array in arrays], names, place)
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=1)


def _numbers(place: Place, read: ArrowColumn) -> np.ndarray:
    name, column, _ = read
    kind = str(column.type)
    if kind.startswith("dictionary"):
        return _numbers(place, read._replace(values=column.dictionary_decode()))
    if kind.startswith("decimal"):
        column = column.cast("float64")
    where = (printable(place.name), "the file", 0)
    if is_list(column) or kind.startswith(_NUMBERS):
        values = numbers_of(column, name, where)
    else:
        fail(place.name, f"column {name!r} holds {kind} values, a source must hold numbers; name the "
                         f"columns that belong: {place.typed('NAME')}{LABELS_HINT}")  # fmt: skip
    if values.dtype.kind not in "biuf":
        fail(place.name, f"column {name!r} holds {kind} values, a source must hold numbers")
    return values.reshape(len(values), -1)


def _labels(place: Place, read: ArrowColumn, missing: frozenset[str]) -> np.ndarray:
    """Integers, or text where they are no whole numbers but declared as categories, dates or words."""
    name, column, declared = read
    reject_missing(column, name, (printable(place.name), "the file", 0))
    if str(column.type).startswith("dictionary"):
        column = column.dictionary_decode()
        reject_missing(column, name, (printable(place.name), "the file", 0))
    kind = str(column.type)
    where = f", column {name!r} (rows counted from 0)"
    if kind.startswith("bool"):
        return np.asarray(column).astype(np.int64)
    if kind.startswith(("int", "uint")):
        return np.asarray(column)
    if kind.startswith(("float", "double", "halffloat")):
        values = np.asarray(column)
        if declared and np.isfinite(values).all() and (values != np.rint(values)).any():
            return np.array([repr(value) for value in values.tolist()], dtype=np.str_)
        return whole_labels(f"{place.name}, column {name!r}", values)
    if kind.startswith("decimal"):
        numbers = column.to_pylist()
        if all(number == number.to_integral_value() for number in numbers):
            return integer_array([int(number) for number in numbers])
        return np.array([str(number.normalize()) for number in numbers], dtype=np.str_)
    if kind.startswith(_WORDS):
        cells = column.to_pylist()
        reject_words(place, cells, where, 0, missing)
        for row, cell in enumerate(cells):
            if "\0" in cell:
                fail(place.name, f"row {row}{where} holds {cell!r:.60}, with a NUL in it")
        return np.array(cells, dtype=np.str_)
    if not kind.startswith(_TEXT_TYPES):
        fail(place.name, f"column {name!r} holds {kind} values; labels are integers, words, "
                         "categories or dates")  # fmt: skip
    return np.array(column.cast("string").to_pylist(), dtype=np.str_)
