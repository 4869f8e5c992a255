# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of cells out of text, and what separates the cells."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from fourfold.loading.cells import is_number
from fourfold.loading.missing import MISSING
from fourfold.loading.places import Place, fail

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

__all__ = ["TextRows", "open_rows", "shown_line"]

Row = tuple[int, list[str]]

#: How much of a file is looked at, to tell what separates the cells and whether there is a header.
_LINES, _BYTES = 100, 2**18

_COMMA, _SPACE, _BAR = ",", " ", "|"
_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", _BAR: "bars", _SPACE: "spaces"}
_WEAK = (_BAR, _SPACE)  # in words too: they separate numbers, or where nothing else does

_EXCEL = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_RULE = re.compile(r"[-+|\s]+")  # below a header, as psql prints it
_SPACED = re.compile(r'"((?:[^"]|"")*)"|(\S+)')


class TextRows(NamedTuple):
    """Text as rows of cells.

    Attributes
    ----------
    separator : str
        A comma where there is one column.
    marked : bool
        Whether the first row begins with # and names the columns.
    sample : list of (int, list of str)
        The first rows, which `rows` gives as well.
    rows : iterator of (int, list of str)
        Number of the row, from 1, and its cells without blanks around them; all rows have the same
        number of cells.
    """

    separator: str
    marked: bool
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
            first, separator = _first_line(start)
            if separator is None:
                separator = _separator(start[first:], place, whole)
            marked = _is_marked(start, first, separator)
            first -= marked
            cells = list(_cells(start[first:], separator, marked=marked))
            ends = _empty_ends(cells if whole else cells[:-1])
            lines_left = itertools.chain(start[first:], lines)
            rows = _rows(_cells(lines_left, separator, ends, marked=marked), place, first + 1)
            sample = list(itertools.islice(rows, len(cells) if whole else len(cells) - 1))
            if not sample:
                fail(place.name, "is empty")
            yield TextRows(separator, marked, sample, itertools.chain(sample, rows))
    except PermissionError as error:
        fail(place.name, "cannot be read: permission denied", error)
    except UnicodeDecodeError as error:
        fail(place.name, f"cannot be read as text in UTF-8: {error}; save it in UTF-8, in Excel as "
                         "'CSV UTF-8'", error)  # fmt: skip
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        fail(place.name, f"cannot be read as comma-separated text: {error}", error)


def shown_line(cells: list[str], separator: str) -> str:
    """A row for a message, cut where it is long."""
    line = separator.join(cells)
    return repr(line if len(line) <= 60 else f"{line[:57]}...")


def _rows(cells: Iterable[list[str]], place: Place, start: int) -> Iterator[Row]:
    width, blank = 0, 0
    for number, row in enumerate(cells, start=start):
        if not any(row):
            blank = blank or number  # an error, unless only blank rows follow
            continue
        if blank:
            fail(place.name, f"row {blank} is empty")
        width = width or len(row)
        if len(row) != width:
            fail(place.name, f"row {number} has {len(row)} cells, the first has {width}"
                             f"{_why_ragged(len(row), width, number - start)}")  # fmt: skip
        yield number, row


def _why_ragged(cells: int, width: int, above: int) -> str:
    if above == 1 and cells == width + 1:
        return (
            "; are there decimal commas, or names of rows as R writes them? Write numbers with points "
            "(or semicolons between the cells), and row.names=FALSE"
        )
    return ""


def _cells(
    lines: Iterable[str], separator: str, ends: int = 0, *, marked: bool = False
) -> Iterator[list[str]]:
    """Cells of each line, without blanks around them, and without so many empty ones at the end."""
    lines = iter(lines)
    if marked:
        lines = itertools.chain([next(lines).removeprefix("#")], lines)
    rows: Iterator[list[str]] = (
        map(_spaced, lines)
        if separator == _SPACE
        else csv.reader(lines, delimiter=separator, skipinitialspace=True)
    )
    for row in rows:
        cells = [cell.strip() for cell in row]
        yield cells[:-ends] if ends and not any(cells[-ends:]) else cells


def _spaced(line: str) -> list[str]:
    if '"' not in line:
        return line.split()
    return [quoted.replace('""', '"') or plain for quoted, plain in _SPACED.findall(line)]


def _empty_ends(rows: list[list[str]]) -> int:
    """How many cells at the end are empty in all rows, as separators at the end of a line leave them."""
    full = [row for row in rows if any(row)]
    if len(full) < 2 or len({len(row) for row in full}) > 1:
        return 0
    ends = 0
    while not any(row[-1 - ends] for row in full):
        ends += 1
    return ends


# -- lines above the table -------------------------------------------------------------


def _first_line(lines: list[str]) -> tuple[int, str | None]:
    """How many lines are above the table, and the separator that Excel was told of in one."""
    told = _EXCEL.fullmatch(lines[0]) if lines else None
    if told:
        return 1, told[1]
    remarks = [line.startswith("#") and not _is_missing(line) for line in lines]
    count = remarks.index(False) if False in remarks else 0
    return (0 if any(remarks[count:]) else count), None  # else they are labels such as #1


def _is_missing(line: str) -> bool:
    """Whether a line begins with what spreadsheets write of a missing value, such as #N/A."""
    return re.split(r"[,;\t]", line.strip().strip('"'), maxsplit=1)[0] in MISSING


def _is_marked(lines: list[str], first: int, separator: str) -> bool:
    """Whether the last remark above the table names its columns: words, as many as there are columns."""
    if not first or not lines[first - 1].startswith("#"):
        return False
    names, below = itertools.islice(_cells(lines[first - 1 :], separator, marked=True), 2)
    return len(names) == len(below) and not any(map(is_number, names))


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
        numeric = [separator for separator in numeric if separator not in _WEAK]
    words = [separator for separator in tables if separator not in _WEAK]
    found = numeric or words or _weak(lines, tables) or _ragged(lines) or [_COMMA]
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


def _weak(lines: list[str], tables: Container[str]) -> list[str]:
    """Bars, or spaces beside quotation marks as R writes them, of which a single word has none."""
    if _BAR in tables or (len(lines) > 1 and _BAR in lines[0] and _RULE.fullmatch(lines[1])):
        return [_BAR]
    full = [line for line in lines if line.strip()]
    return [_SPACE] if full and all('" ' in line or ' "' in line for line in full) else []


def _ragged(lines: list[str]) -> list[str]:
    """What is in every line, if that is one thing: rows of different lengths are told of later."""
    full = [line for line in lines if line.strip()]
    found = [one for one in (",", ";", "\t") if full and all(one in line for line in full)]
    return found if len(found) == 1 else []


def _is_numeric(rows: list[list[str]], separator: str) -> bool:
    """Whether all cells below a header are numbers or missing."""
    cells = {cell for row in rows[1:] or rows for cell in row}.difference(MISSING)
    return bool(cells) and all(is_number(cell, comma=separator != _COMMA) for cell in cells)
