# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether the first row of a table names its columns, and columns that only number the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from fourfold.loading.cells import is_number, is_whole
from fourfold.loading.places import Place, fail
from fourfold.loading.text_rows import shown_line

if TYPE_CHECKING:
    from fourfold.loading.text_rows import TextRows

__all__ = [
    "is_named",
    "names_labels",
    "names_numbers",
    "reject_counting",
    "reject_written_index",
]

_ENOUGH = 5  # rows below it, before how the first one is written says that it is a header
#: Names that tools give to numbers of rows.
_NUMBERING = {"", "index", "level_0", "row", "row_id", "rowid", "rowname", "rownames", "id"}

Cells = Sequence[Sequence[str]]


def is_named(table: TextRows, missing: frozenset[str]) -> bool:
    """Whether the first row is a header for sure, whichever columns are read.

    It is where some column is a word above numbers, or a word above words of which each occurs again
    but this one does not; and where it is nothing and 0, 1, 2, as of a frame without names.
    """
    comma = table.separator != ","
    rows = [row for _, row in table.sample]
    if table.marked or _is_index_above(rows[0]):
        return True
    for first, *others in zip(*rows, strict=True):
        if is_number(first, comma=comma) or first in missing:
            continue
        words = Counter(cell for cell in others if cell not in missing)
        if words and all(is_number(word, comma=comma) for word in words):
            return True
        if len(others) >= _ENOUGH and first not in words and min(words.values(), default=1) > 1:
            return True
    return False


def names_numbers(table: TextRows, place: Place, missing: frozenset[str]) -> bool:
    """Whether the first row of a table of numbers is a header; raise where it is not clear.

    It is where it holds no number, and where it counts the columns, 0, 1, 2 and so on, as the names
    of a frame without names do.
    """
    comma = table.separator != ","
    first, *others = [row for _, row in table.sample]
    if _is_index_above(first):
        return True
    if any(cell in missing or not is_number(cell, comma=comma) for cell in first):
        numbers = any(is_number(cell, comma=comma) and cell not in missing for cell in first)
        return not numbers and not all(cell in missing for cell in first)
    counts = first == [str(k) for k in range(len(first))]
    alone = _written_alone(first, others, missing)
    again = first in others
    if len(first) == 1:
        unlike = len(others) >= _ENOUGH and (alone or (counts and _only_once(first[0], others)))
    elif not counts or not others:
        unlike = alone and len(others) >= _ENOUGH
    elif (len(first) > 2 and (alone or len(first) > 3) and not again) or (
        alone and not _may_be_probabilities(others, comma)
    ):
        return True
    else:
        unlike = not again or len(first) > 3
    if unlike or (not counts and len(first) > 3 and others and _is_consecutive(first)):
        _ask(table, place)
    return False


def names_labels(
    columns: Sequence[Sequence[str]], table: TextRows, place: Place, missing: frozenset[str]
) -> bool:
    """Whether the first row of labels, given by columns, is a header; raise where it is not clear.

    It is where it is no number and all others are, or where it is text that occurs in no other row:
    as a label it would be a class of one sample.
    """
    comma = table.separator != ","
    named = table.sample[0][1]
    if named[0] == "" and len(columns) == len(named) > 1 and "" not in named[1:]:
        columns = columns[1:]  # a written index, which is told of where the others have names
        if _is_index_above(named):
            return True
    found = [_names_column(column, comma, missing) for column in columns]
    if True in found and False not in found:
        return True
    if None in found:
        _ask(table, place)
    return False


def _is_index_above(first: Sequence[str]) -> bool:
    """Whether the first row is nothing and 0, 1, 2, as pandas writes a frame without names."""
    return len(first) > 1 and list(first) == ["", *map(str, range(len(first) - 1))]


def _names_column(column: Sequence[str], comma: bool, missing: frozenset[str]) -> bool | None:
    """Whether the first cell of one column of labels is its name; None if that is not clear."""
    first, times = column[0], Counter(column[1:])
    words = [word for word in times if word not in missing]
    if first in missing or not words:
        return False
    numbers = [is_number(word, comma=comma) for word in words]
    if not is_number(first, comma=comma):
        return all(numbers) or first not in times
    enough = len(column) > _ENOUGH
    if all(numbers):
        whole = is_whole(first)
        alone = all(is_whole(word) != whole for word in words)
        single = first not in times and min(times[word] for word in words) > 1
        return None if enough and (single or alone) else False
    if any(numbers) or len(column) < 3:
        return False
    return True if first == "0" else None


def _written_alone(first: list[str], others: Cells, missing: frozenset[str]) -> bool:
    """Whether the first row has whole numbers and no other has any, or the reverse."""
    whole = {is_whole(cell) for cell in first}
    rest = {is_whole(cell) for row in others for cell in row if cell not in missing}
    return len(whole) == len(rest) == 1 and whole != rest


def _only_once(cell: str, others: Cells) -> bool:
    times = Counter(row[0] for row in others)
    return cell not in times and min(times.values()) > 1


def _may_be_probabilities(others: Cells, comma: bool) -> bool:
    """Whether all rows sum to one: 0 and 1 may be a row of them."""
    rows = [[cell.replace(",", ".") if comma else cell for cell in row] for row in others]
    return all(
        all(is_number(cell) for cell in row) and abs(sum(map(float, row)) - 1) < 1e-3
        for row in rows
    )


def _is_consecutive(first: list[str]) -> bool:
    if not all(map(is_whole, first)):
        return False
    numbers = [int(cell) for cell in first]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _ask(table: TextRows, place: Place) -> NoReturn:
    fail(
        place.name,
        f"row {table.sample[0][0]}, {shown_line(table.sample[0][1], table.separator)}, may be a header or data; say "
        "which: header=True or header=False (--header yes or --header no on the command line)",
    )


# -- numbers of rows -------------------------------------------------------------------


def reject_written_index(names: Sequence[str], place: Place, index: Sequence[str] = ()) -> None:
    """Raise where a column has the name that pandas gives to an index, or none, or is one of `index`."""
    for k, name in enumerate(names):
        unnamed = (name == "" and k == 0) or name.startswith("Unnamed: ")
        if unnamed or name in index or name.startswith("__index_level_"):
            called = "has no name" if name == "" else f"is called {name!r}"
            why = (
                "was the index of a frame"
                if name in index
                else f"{called}, as the names or numbers of rows"
            )
            fail(place.name, f"column {k + 1} {why}; "
                             f"{_index_remedy(names, k, place)}")  # fmt: skip


def reject_counting(
    columns: Sequence[np.ndarray], names: Sequence[str] | None, place: Place
) -> None:
    """Raise where one of several columns numbers the rows: by its name, or as the first of no names."""
    width, rows = len(columns), len(columns[0])
    if width < 2 or rows < _ENOUGH:
        return
    for k in range(width) if names else [0]:
        column = columns[k]
        if (names and names[k].strip().lower() not in _NUMBERING) or column.dtype.kind == "U":
            continue
        if column[0] in {0, 1} and np.array_equal(column, np.arange(rows) + column[0]):
            called = f"column {k + 1}" if not names else f"column {names[k]!r}"
            fail(place.name, f"{called} numbers the rows from {column[0]:g} to {column[-1]:g}, "
                             "as an index that was written with the data; "
                             f"{_index_remedy(names, k, place, width)}")  # fmt: skip


def _index_remedy(
    names: Sequence[str] | None, index: int, place: Place, width: int | None = None
) -> str:
    told = names or [str(k) for k in range(width or 0)]
    others = [name for k, name in enumerate(told) if k != index]
    some = ",".join(others) if len(others) <= 4 else f"{others[0]},{others[1]},..."
    return (
        "write the file without it (pandas: index=False, R: row.names=FALSE), or name the columns that "
        f"belong: {place.typed(some)}"
    )
