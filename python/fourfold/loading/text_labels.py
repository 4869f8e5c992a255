# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels out of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fourfold.loading.cells import has_leading_zero, is_number, is_whole, to_number
from fourfold.loading.headers import (
    is_named,
    names_labels,
    reject_counting,
    reject_written_index,
)
from fourfold.loading.places import Place, fail
from fourfold.loading.selection import asked_names, find_columns, told_names
from fourfold.loading.text_numbers import read_numbers
from fourfold.loading.text_rows import open_rows
from fourfold.loading.values import FRACTION, integer_array

__all__ = ["join_columns", "read_text_labels", "reject_missing"]

_EXACT = 2.0**53  # doubles below tell all whole numbers apart
_LONGEST = 400  # characters of a number; Python makes no integers of some thousand


def read_text_labels(
    place: Place, header: bool | None, missing: frozenset[str], *, joint: bool
) -> np.ndarray:
    """One column as labels (N,), several as probabilities, or as labels (N, m) if `joint`."""
    with open_rows(place) as table:
        first = table.sample[0][1]
        asked = first if place.part is None else asked_names(place.part, first)
        if len(asked) > 1 and not joint:
            hint = (
                " (several columns are probabilities: name the one that holds labels, "
                f"{place.typed('a')}, or say joint=True (--joint) if each holds labels)"
            )
            return read_numbers(place, header, missing, hint)
        rows = [row for _, row in table.rows]
    names: Sequence[str] | None = None
    by_name = place.part is not None and not all(
        name.isascii() and name.isdigit() for name in asked
    )
    if header or table.marked or (by_name and header is None):
        names = first
    picked = list(range(len(first)))
    if place.part is not None:
        picked = find_columns(place.part, names, len(first), place)
    columns = [[row[k] for row in rows] for k in picked]
    if (
        header is None
        and names is None
        and (
            (place.part is not None and is_named(table, missing))
            or names_labels(columns, table, place, missing)
        )
    ):
        names = first
        if (
            place.part is not None
            and find_columns(place.part, names, len(first), place) != picked
        ):
            fail(place.name, f"the columns {place.part} are numbers of columns and names of others; "
                             f"its columns are {told_names(names)}")  # fmt: skip
    if names is not None:
        columns = [column[1:] for column in columns]
        if not columns[0]:
            fail(place.name, "holds no labels, only a header")
    told = [
        (f", column {names[k]!r}" if names else f", column {k + 1}") if len(first) > 1 else ""
        for k in picked
    ]
    start = table.sample[0][0] + (names is not None)
    comma = table.separator != ","
    labels = [
        _labels(place, column, words, start, missing, comma=comma)
        for column, words in zip(columns, told, strict=True)
    ]
    if place.part is None and len(first) > 1:
        if names is not None:
            reject_written_index(names, place)
        reject_counting(labels, names, place)
    return labels[0] if len(labels) == 1 else join_columns(labels)


def join_columns(labels: Sequence[np.ndarray]) -> np.ndarray:
    """Columns of labels side by side, (N, m): integers if all are, else text."""
    kinds = {column.dtype.kind for column in labels}
    if kinds == {"i", "u"} or "U" in kinds:
        return np.stack([column.astype(np.str_) for column in labels], axis=1)
    return np.stack(labels, axis=1)


def reject_missing(
    place: Place, cells: Sequence[str], where: str, start: int, missing: frozenset[str]
) -> None:
    """Raise where a label is a word for a missing value; a minus beside a plus is none."""
    words = missing - {"-"} if "+" in cells else missing
    found = words.intersection(cells)
    if found:
        row, cell = next((k, one) for k, one in enumerate(cells, start=start) if one in found)
        fail(place.name, f"row {row}{where} is missing ({cell!r}); leave such rows out, or say which "
                         "words are missing values if this is a label: missing=('NA',) (--missing NA)")  # fmt: skip


def _labels(
    place: Place,
    cells: list[str],
    where: str,
    start: int,
    missing: frozenset[str],
    *,
    comma: bool,
) -> np.ndarray:
    """Integers where all are numbers without leading zeros, else text."""
    reject_missing(place, cells, where, start, missing)
    words = list(dict.fromkeys(cells))  # of many rows few
    if (
        all(is_number(word, comma=comma) for word in words)
        and not any(map(has_leading_zero, words))
        and max(map(len, words)) <= _LONGEST
    ):
        numbers = {}
        for word in words:
            if is_whole(word):
                numbers[word] = int(word)
            else:
                row = start + cells.index(word)
                numbers[word] = _whole(place, to_number(word, comma=comma), f"row {row}{where}")
        return integer_array([numbers[cell] for cell in cells])
    for word in words:
        if "\0" in word:
            row = start + cells.index(word)
            fail(place.name, f"row {row}{where} holds {word!r:.60}, with a NUL in it")
    return np.array(cells, dtype=np.str_)


def _whole(place: Place, value: float, where: str) -> int:
    if not math.isfinite(value):
        fail(place.name, f"{where} holds {value}, which is no label")
    if value != round(value):
        fail(place.name, f"{where} holds the label {value:g}; {FRACTION}")
    if abs(value) >= _EXACT:
        fail(place.name, f"{where} holds the label {value!r}, which is beyond 2**53: write ids "
                         "without a point or exponent")  # fmt: skip
    return int(value)
