# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A result's table, built once: the same rows as text and on a page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fourfold.results.words import SYMBOLS, Names, columns, decimals

__all__ = [
    "Cell",
    "Column",
    "Entry",
    "Table",
    "atom_columns",
    "atom_heads",
    "ends",
    "flag_column",
    "number",
    "only_page",
    "percent",
    "typeset",
]


class Cell(NamedTuple):
    """What stands in text, and what on a page.

    None at the head of a column or of a row: it is left out there.
    """

    text: str | None
    page: str | None
    below: str = ""  # on a page smaller, below it
    atom: int | None = None  # whose colour (0 to 3) it has on a page
    words: bool = False  # at the head of a column: it is set to the left


Entry = Cell | str  # a string stands in both
Column = tuple[Entry, Iterable[Entry]]


class Table(NamedTuple):
    """Rows under heads; those that are doubtful are set back on a page."""

    caption: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    doubtful: Sequence[bool]

    @classmethod
    def of_rows(
        cls,
        caption: str,
        heads: Iterable[Entry],
        rows: Iterable[Iterable[Entry]],
        doubtful: Iterable[Any] = (),
    ) -> Table:
        """Rows of which nothing is said are not doubtful."""
        body = [[*map(_cell, row)] for row in rows]
        flags = [*map(bool, doubtful)]
        flags += [False] * (len(body) - len(flags))
        return cls(caption, [*map(_cell, heads)], body, flags)

    @classmethod
    def of_columns(
        cls,
        caption: str,
        columns: Iterable[Column],
        doubtful: Iterable[Any] = (),
        below: Sequence[Sequence[Entry]] = (),
    ) -> Table:
        """Heads with what stands below each; and more rows."""
        heads, cells = zip(*columns, strict=True)
        return cls.of_rows(caption, heads, [*zip(*cells, strict=True), *below], doubtful)

    def lines(self, marked: Iterable[Any] = ()) -> list[str]:
        """Aligned text, heads of several lines from below; stars before rows that are marked."""
        shown = [k for k, head in enumerate(self.heads) if head.text is not None]
        heads = [str(self.heads[k].text).split("\n") for k in shown]
        depth = max(map(len, heads))
        top = zip(*([""] * (depth - len(head)) + head for head in heads), strict=True)
        body = [
            [str(row[k].text) for k in shown] for row in self.rows if row[0].text is not None
        ]
        align = "".join("<" if self.heads[k].words else ">" for k in shown)
        lines = columns([*map(list, top), *body], align)
        stars = " " * depth + "".join(" *"[bool(mark)] for mark in marked)
        if len(stars) == depth:
            return lines
        return [f"{star} {line}" for star, line in zip(stars, lines, strict=True)]


def _cell(entry: Entry) -> Cell:
    return Cell(entry, entry) if isinstance(entry, str) else entry


# -- cells -----------------------------------------------------------------------------


def only_page(page: str, below: str = "") -> Cell:
    """A cell, or the head of a column, that text has no room for."""
    return Cell(None, page, below)


def number(
    value: float,
    digits: int = 3,
    *,
    page: int = 4,
    span: tuple[float, float] | None = None,
    signed: bool = False,
) -> Cell:
    """So many decimals in text and on a page, one less of both ends of its interval."""
    text = decimals(value, digits, signed=signed)
    below = ""
    if span is not None:
        low, high = (decimals(end, digits - 1) for end in span)
        text += f" [{low}, {high}]"
        below = ends(*span, digits=page - 1)
    return Cell(text, typeset(decimals(value, page, signed=signed)), below)


def percent(value: float, below: str = "") -> Cell:
    """A share with one decimal, in words where it is not known."""
    if math.isnan(value):
        return Cell("not known", "not known", below)
    text = f"{decimals(100 * value, 1)} %"
    return Cell(text, typeset(text), below)


def ends(low: float, high: float, *, digits: int = 4) -> str:
    """Both ends of an interval, for a page."""
    if math.isnan(low) or math.isnan(high):
        return "not known"
    return " to ".join(typeset(decimals(end, digits)) for end in (low, high))


def typeset(text: str) -> str:
    """A number with a true minus sign, and no line that ends before its %."""
    return text.replace("-", "\N{MINUS SIGN}").replace(" %", "\N{NO-BREAK SPACE}%")


def atom_heads(names: Names) -> list[Cell]:
    """Of columns for the atoms and their sum."""
    pairs = enumerate(zip(SYMBOLS, names.atoms, strict=True))
    heads = [Cell(symbol, name, atom=k) for k, (symbol, name) in pairs]
    return [*heads, Cell("I(X1,X2;Y)", "sum")]


def atom_columns(atoms: Any, low: Any, high: Any, mi_joint: Any, names: Names) -> list[Column]:
    """The atoms of several results with their intervals, and their sum, in bits."""
    heads = atom_heads(names)
    found: list[Column] = []
    for k, head in enumerate(heads[:4]):
        spans = [None] * len(atoms[k]) if low is None else zip(low[k], high[k], strict=True)
        pairs = zip(atoms[k], spans, strict=True)
        found.append((head, [number(value, span=span) for value, span in pairs]))
    return [*found, (heads[4], map(number, mi_joint))]


def flag_column(undersampled: Iterable[bool]) -> Column:
    """What is to be said of a row in a word, behind all numbers."""
    flag = Cell("UNDERSAMPLED", "undersampled")
    return Cell("", "flags", words=True), [flag if poor else "" for poor in undersampled]
