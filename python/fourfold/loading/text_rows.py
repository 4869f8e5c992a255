# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of cells out of text, and what separates the cells."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import zlib
from typing import TYPE_CHECKING, NamedTuple

from fourfold.loading.cells import is_number
from fourfold.loading.missing import MISSING
from fourfold.loading.places import Place, fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["TextRows", "open_rows", "shown_line"]

Row = tuple[int, list[str]]

#: How much of a file is looked at, to tell what separates the cells and whether there is a header.
_LINES, _BYTES = 100, 2**18

_COMMA, _SPACE = ",", " "
_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", _SPACE: "spaces"}


class TextRows(NamedTuple):
    """Text as rows of cells.

    Attributes
    ----------
    separator : str
        A comma where there is one column.
    sample : list of (int, list of str)
        The first rows, which `rows` gives as well.
    rows : iterator of (int, list of str)
        Number of the row, from 1, and its cells without blanks around them; all rows have the same
        number of cells.
    """

    separator: str
    sample: list[Row]
    rows: Iterator[Row]


@contextlib.contextmanager
def open_rows(place: Place) -> Iterator[TextRows]:
    """The rows of a file, read one after the other; raises where it is no table."""
    try:
        with (
            place.open() as file,
            io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as lines,
        ):
            start, size = [], 0
            for line in lines:
                start.append(line)
                size += len(line)
                if len(start) >= _LINES or (size >= _BYTES and len(start) > 4):
                    break
            whole = len(start) < _LINES and size < _BYTES
            separator = _separator(start, place, whole)
            rows = _rows(_cells(itertools.chain(start, lines), separator), place)
            sample = list(itertools.islice(rows, len(start) if whole else len(start) - 1))
            if not sample:
                fail(place.name, "is empty")
            yield TextRows(separator, sample, itertools.chain(sample, rows))
    except PermissionError as error:
        fail(place.name, "cannot be read: permission denied", error)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        fail(place.name, f"cannot be read as comma-separated text in UTF-8: {error}", error)


def shown_line(cells: list[str], separator: str) -> str:
    """A row for a message, cut where it is long."""
    line = separator.join(cells)
    return repr(line if len(line) <= 60 else f"{line[:57]}...")


def _rows(cells: Iterable[list[str]], place: Place) -> Iterator[Row]:
    width, blank = 0, 0
    for number, row in enumerate(cells, start=1):
        if not any(row):
            blank = blank or number  # an error, unless only blank rows follow
            continue
        if blank:
            fail(place.name, f"row {blank} is empty")
        width = width or len(row)
        if len(row) != width:
            fail(place.name, f"row {number} has {len(row)} cells, the first has {width}"
                             f"{_why_ragged(len(row), width, number)}")  # fmt: skip
        yield number, row


def _why_ragged(cells: int, width: int, number: int) -> str:
    if number == 2 and cells == width + 1:
        return (
            "; are there decimal commas, or names of rows as R writes them? Write numbers with points "
            "(or semicolons between the cells), and row.names=FALSE"
        )
    return ""


def _cells(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Cells of each line, without blanks around them; a first line that begins with # names columns."""
    lines = iter(lines)
    for first in lines:
        lines = itertools.chain([first.removeprefix("#")], lines)
        break
    if separator == _SPACE:
        return map(str.split, lines)
    return (
        [cell.strip() for cell in row]
        for row in csv.reader(lines, delimiter=separator, skipinitialspace=True)
    )


# -- what separates the cells ----------------------------------------------------------


def _separator(lines: list[str], place: Place, whole: bool) -> str:
    """Where several would make a table, the one that makes numbers, or raise."""
    if place.suffix == ".tsv":
        return "\t"
    tables = {
        separator: rows
        for separator in _WORDS
        if (rows := _table(lines, separator, whole)) is not None
    }
    numeric = [separator for separator, rows in tables.items() if _is_numeric(rows, separator)]
    if len(numeric) > 1:
        numeric = [separator for separator in numeric if separator != _SPACE]
    words = [separator for separator in tables if separator != _SPACE]
    found = numeric or words or _ragged(lines) or [_COMMA]
    if len(found) > 1:
        line = next(line for line in lines if line.strip()).rstrip("\r\n")
        ways = " or by ".join(_WORDS[separator] for separator in found)
        fail(
            place.name,
            f"may be separated by {ways}: row 1 is {shown_line([line], '')}; write tabs between the "
            "cells, and points in the numbers",
        )
    return found[0]


def _table(lines: list[str], separator: str, whole: bool) -> list[list[str]] | None:
    """Rows, if there are several columns in each."""
    try:
        rows = [row for row in _cells(lines, separator) if any(row)]
    except csv.Error:
        return None
    if not whole and len(rows) > 1:
        rows.pop()  # it may have been cut
    widths = {len(row) for row in rows}
    return rows if len(widths) == 1 and widths != {1} else None


def _ragged(lines: list[str]) -> list[str]:
    """What is in every line, if that is one thing: rows of different lengths are told of later."""
    full = [line for line in lines if line.strip()]
    found = [one for one in (",", ";", "\t") if full and all(one in line for line in full)]
    return found if len(found) == 1 else []


def _is_numeric(rows: list[list[str]], separator: str) -> bool:
    """Whether all cells below a header are numbers or missing."""
    cells = {cell for row in rows[1:] or rows for cell in row}.difference(MISSING)
    return bool(cells) and all(is_number(cell, comma=separator != _COMMA) for cell in cells)
