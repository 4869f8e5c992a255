# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Numbers out of text."""

from __future__ import annotations

import array
from collections.abc import Iterable, Sequence
from typing import NoReturn

import numpy as np

from fourfold.inputs.room import require_room
from fourfold.loading.cells import (
    is_decimal_comma,
    is_number,
    is_whole,
    maybe_thousands,
    to_number,
)
from fourfold.loading.headers import (
    is_named,
    names_numbers,
    reject_counting,
    reject_written_index,
)
from fourfold.loading.places import Place, fail, printable
from fourfold.loading.selection import asked_names, find_columns
from fourfold.loading.text_rows import TextRows, open_rows, shown_line
from fourfold.loading.values import LABELS_HINT

__all__ = ["has_names", "read_names", "read_numbers"]

_LOOKED_AT = 2**23  # numbers that are read before room for more is asked for
_EXACT = 2.0**53  # doubles below tell all whole numbers apart


def read_numbers(
    place: Place, header: bool | None, missing: frozenset[str], hint: str = LABELS_HINT
) -> np.ndarray:
    """All columns of text, or those asked for, as finite doubles of shape (N, d).

    Where a cell is no number, `hint` says what reads such a file.
    """
    with open_rows(place) as table:
        first = table.sample[0][1]
        named = has_names(table, place, header, missing)
        names = first if named else None
        columns = None
        if place.part is not None:
            columns = find_columns(place.part, names, len(first), place)
            names = None if names is None else [names[k] for k in columns]
        elif names is not None:
            reject_written_index(names, place)
        if named:
            next(table.rows)
        if hint == LABELS_HINT and place.part is None and len(first) > 1:
            hint = f"; name the columns that belong, {place.typed('a,b')}{hint}"
        reader = _Reader(place, table.separator, names, columns, missing, hint)
        values = reader.read(table.rows)
    if (abs(values) >= _EXACT).any():  # which is rare: the text is looked at once more
        with open_rows(place) as table:
            reader.check_exact(table.rows, values)
    if place.part is None:
        reject_counting([*values.T], names, place)
    return values


def has_names(
    table: TextRows, place: Place, header: bool | None, missing: frozenset[str]
) -> bool:
    """Whether the first row of a table of numbers is a header; a column asked for by name says so."""
    if header is not None or table.marked:
        return header or table.marked
    first = table.sample[0][1]
    if place.part is not None:
        asked = asked_names(place.part, first)
        if not all(name.isascii() and name.isdigit() for name in asked):
            return True
        if is_named(table, missing):
            return True
        picked = find_columns(place.part, None, len(first), place)
        table = table._replace(
            sample=[(k, [row[c] for c in picked]) for k, row in table.sample]
        )
    return names_numbers(table, place, missing)


def read_names(place: Place, header: bool | None, missing: frozenset[str]) -> list[str] | None:
    """Names of the columns that are read, None where there are none."""
    with open_rows(place) as table:
        first = table.sample[0][1]
        if not has_names(table, place, header, missing):
            return None
    if place.part is None:
        return first
    return [first[k] for k in find_columns(place.part, first, len(first), place)]


class _Reader:
    """Rows of cells to rows of doubles, and what is said of cells that are no numbers."""

    def __init__(
        self,
        place: Place,
        separator: str,
        names: Sequence[str] | None,
        columns: list[int] | None,
        missing: frozenset[str],
        hint: str,
    ) -> None:
        self._place = place
        self._separator = separator
        self._names = names
        self._columns = columns
        self._missing = missing
        self._hint = hint
        self._start = 0
        self._comma: tuple[int, str] | None = None  # the first cell with a decimal comma
        self._point: tuple[int, str] | None = None
        self._thousands = True  # whether all commas may set thousands apart
        self._grouped = separator == ";"  # whether all points may

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> np.ndarray:
        values = array.array(
            "d"
        )  # row by row: the text of a large file takes ten times as much
        width, room = 0, _LOOKED_AT
        for number, cells in rows:
            row = cells if self._columns is None else [cells[k] for k in self._columns]
            if not width:
                width, self._start = len(row), number
            try:
                parsed = [*map(float, row)]
                if "_" in "".join(row):  # float() reads "1_2" as 12
                    parsed = self._numbers(row, number, cells)
            except ValueError:
                parsed = self._numbers(row, number, cells)
            if self._separator != "," and (self._point is None or self._grouped):
                self._look_for_points(number, row)
            values.extend(parsed)
            if len(values) > room:
                room *= 2
                require_room(8 * room, printable(self._place.name), f"{room} numbers and more")
        if not width:
            fail(self._place.name, f"holds no numbers, only a header{self._hint}")
        found = np.array(values, dtype=np.float64).reshape(-1, width)
        self._check_commas()
        bad = np.argwhere(~np.isfinite(found))
        if len(bad):
            self._fail_value(found, int(bad[0, 0]), int(bad[0, 1]))
        return found

    def check_exact(self, rows: Iterable[tuple[int, list[str]]], values: np.ndarray) -> None:
        """Raise where a whole number became another one as a double."""
        large = np.flatnonzero(
            (abs(values) >= _EXACT).any(axis=1) & np.isfinite(values).all(axis=1)
        )
        wanted = {self._start + int(k) for k in large}
        for number, cells in rows:
            if number not in wanted:
                continue
            for k, cell in enumerate(cells):
                if (
                    (self._columns is None or k in self._columns)
                    and is_whole(cell)
                    and int(cell) != int(float(cell))
                ):
                    fail(self._place.name, f"row {number}, column {k + 1} holds {cell}, which is beyond "
                                           "2**53 and would be rounded; an id is a label, no feature"
                                           f"{LABELS_HINT}")  # fmt: skip

    def _numbers(self, row: list[str], number: int, cells: list[str]) -> list[float]:
        return [self._number(cell, number, k, cells) for k, cell in enumerate(row)]

    def _number(self, cell: str, number: int, k: int, cells: list[str]) -> float:
        if cell in self._missing:
            self._fail_missing(number, k, cell)
        comma = self._separator != ","
        if not is_number(cell, comma=comma):
            self._fail_cell(cell, number, k, cells)
        if comma and "," in cell:
            self._comma = self._comma or (number, cell)
            self._thousands = self._thousands and maybe_thousands(cell)
        return to_number(cell, comma=comma)

    def _column(self, k: int) -> str:
        if self._names is not None and self._names[k]:
            return repr(self._names[k])
        return str((k if self._columns is None else self._columns[k]) + 1)

    def _fail_missing(self, number: int, k: int, cell: str) -> NoReturn:
        fail(self._place.name, f"row {number}, column {self._column(k)} is missing ({cell!r}); "
                               "leave such rows out")  # fmt: skip

    def _fail_value(self, found: np.ndarray, row: int, k: int) -> NoReturn:
        value = found[row, k]
        if np.isnan(value) and "nan" in self._missing:
            self._fail_missing(self._start + row, k, "nan")
        fail(self._place.name, f"row {self._start + row}, column {self._column(k)} holds {value}; "
                               "numbers must be finite")  # fmt: skip

    def _fail_cell(self, cell: str, number: int, k: int, cells: list[str]) -> NoReturn:
        place = k if self._columns is None else self._columns[k]
        why = f", which is not a number{self._hint}"
        if is_decimal_comma(cell):
            why = ", a number with a decimal comma; separate the cells by semicolons or tabs"
        elif any(one in cell for one in ";\t|"):
            why += f"; row {number} is {shown_line(cells, self._separator)}"
        elif "." in cell and "," in cell:
            why = ", which is not a number; write numbers without marks between thousands"
        elif number == 1:
            why += "; if row 1 is a header, say header=True (--header yes)"
        fail(self._place.name, f"row {number}, column {place + 1} holds {cell!r:.60}{why}")

    def _look_for_points(self, number: int, row: list[str]) -> None:
        for cell in row:
            if "." in cell:
                self._point = self._point or (number, cell)
                self._grouped = self._grouped and maybe_thousands(cell.replace(".", ","))

    def _check_commas(self) -> None:
        if self._comma is None:
            if self._point is not None and self._grouped:
                row, cell = self._point
                fail(self._place.name, f"row {row} holds {cell!r}, and so do others: between semicolons the "
                                       "point may be that of decimals or of thousands; separate the cells "
                                       "by commas if of decimals")  # fmt: skip
            return
        row, cell = self._comma
        if self._point is not None:
            fail(self._place.name, f"has a decimal comma in row {row}, {cell!r}, but a point in row "
                                   f"{self._point[0]}, {self._point[1]!r}; write one of them")  # fmt: skip
        if self._thousands:
            fail(self._place.name, f"row {row} holds {cell!r}, and so do others: the comma may be that of "
                                   "decimals or of thousands; write decimals with points")  # fmt: skip
