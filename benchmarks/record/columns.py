# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of records, by a declared list of columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.record.words import joined

__all__ = ["Column", "markdown", "tabulate"]


@dataclasses.dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title : str
        Its head.
    read : str or callable
        The figure of a record: names of fields, one within the other, joined by dots; or a
        function of the record. None stands for a figure that there is not.
    unit : callable
        Writes it.
    """

    title: str
    read: str | Callable[[dict[str, Any]], Any]
    unit: Callable[[Any], str] = str

    def cell(self, record: dict[str, Any]) -> str:
        """What stands in the row of a record."""
        value = self.read(record) if callable(self.read) else _field(record, self.read)
        return "-" if value is None else self.unit(value)


def tabulate(
    columns: Sequence[Column], records: Iterable[dict[str, Any]], *, named: int = 1
) -> str:
    """Write a table with a row for each record.

    Parameters
    ----------
    columns : sequence of Column
        From left to right.
    records : iterable of dict
        Where one has reasons in `wrong`, they stand in place of its figures.
    named : int
        The first columns that say which record it is, and are right even there.
    """
    rows = []
    for record in records:
        wrong = record.get("wrong")
        row = [column.cell(record) for column in (columns[:named] if wrong else columns)]
        if wrong:
            row += [joined(wrong), *[""] * (len(columns) - named - 1)]
        rows.append(row)
    return markdown([column.title for column in columns], rows)


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; its first column is aligned to the right."""
    lines = [header, ["--:" if index == 0 else ":--" for index in range(len(header))], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _field(record: dict[str, Any], path: str) -> Any:
    found: Any = record
    for name in path.split("."):
        found = None if found is None else found.get(name)
    return found
