# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sections of words, pictures and tables as one HTML page that needs no other file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from fourfold.report.plots.style import COLORS
from fourfold.runtime.config import show_config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Cell",
    "Head",
    "Picture",
    "Row",
    "Section",
    "Table",
    "check_installed",
    "render",
    "words_of",
]

_NOT_INSTALLED = "a report needs jinja2 and matplotlib: pip install 'fourfold[report]'"


class Head(NamedTuple):
    """Text at the head of a column or a row, and the atom (0 to 3) whose colour it has."""

    text: str
    atom: int | None = None
    words: bool = False  # set to the left, as the cells below


class Cell(NamedTuple):
    """A number or words, and below them smaller ones."""

    text: str
    below: str = ""
    words: bool = False  # set to the left


class Row(NamedTuple):
    """Cells; set back where they are not to be relied on."""

    head: Head
    cells: Sequence[Cell]
    doubtful: bool = False


class Table(NamedTuple):
    """Rows under heads, the first of which stands above the heads of the rows."""

    caption: str
    heads: Sequence[Head]
    rows: Sequence[Row]


class Picture(NamedTuple):
    """Markup of an ``<svg>`` element, and what to say to those who do not see it."""

    svg: str
    description: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Section:
    """What a page says of one result: warnings first, then words, picture, table, notes."""

    heading: str
    lead: str
    table: Table | None = None
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    picture: Picture | None = None


def check_installed() -> None:
    """Raise ImportError where what pages are made with is not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("jinja2", "matplotlib")):
        raise ImportError(_NOT_INSTALLED)


def render(
    title: str,
    sections: Sequence[Section],
    *,
    subtitle: str = "",
    data: Mapping[str, str],
    parameters: Mapping[str, Mapping[str, str]],
) -> str:
    """Make the page.

    Parameters
    ----------
    title, subtitle : str
        Words at its top.
    sections : sequence of Section
        In their order.
    data : mapping of str to str
        What was analysed.
    parameters : mapping of str to mapping of str to str
        Groups of names and values.

    Returns
    -------
    str
        HTML. All text is escaped; the same input gives the same, but for the date and the
        versions at its end.

    Raises
    ------
    ImportError
        If jinja2 or matplotlib is not installed.
    """
    check_installed()
    import jinja2  # noqa: PLC0415  optional

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    folder = files("fourfold.report.html")
    template = folder.joinpath("report.html.jinja").read_text(encoding="utf-8")
    now = dt.datetime.now().astimezone()
    return environment.from_string(template).render(
        title=title,
        subtitle=subtitle,
        style=folder.joinpath("report.css").read_text(encoding="utf-8"),
        colors=COLORS,
        sections=sections,
        data=data,
        parameters=parameters,
        versions={name: words_of(value) for name, value in show_config().items()},
        machine_date=now.isoformat(timespec="seconds"),
        date=now.strftime("%Y-%m-%d %H:%M %Z").strip(),
    )


def words_of(value: object) -> str:
    """A parameter or a version as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(map(words_of, value))
    return str(value)
