# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sections of words, pictures and tables as one HTML page that needs no other file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from importlib.resources import files
from typing import TYPE_CHECKING

from fourfold.inputs.optional import REPORT, load
from fourfold.report.html.markup import table_markup
from fourfold.report.html.picture import inline_svg
from fourfold.report.plots.style import COLORS
from fourfold.results.words import legible
from fourfold.runtime.config import show_config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.report.html.picture import Picture
    from fourfold.results.table import Table

__all__ = ["Section", "render", "words_of"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Section:
    """What a page says of one result: warnings first, then words, picture, table, notes."""

    heading: str
    lead: str
    table: Table | None = None
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    picture: Picture | None = None


def render(
    title: str,
    sections: Sequence[Section],
    *,
    subtitle: str = "",
    data: Mapping[str, str],
    parameters: Mapping[str, Mapping[str, str]],
) -> str:
    """The page, of which all text is escaped; `parameters` are names and values by their group.

    The same input gives the same bytes, but for the date and the versions at its end.
    """
    jinja2 = load("jinja2", REPORT)
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # not what is markup already: a subclass of str
        finalize=lambda value: legible(value) if type(value) is str else value,
    )
    folder = files("fourfold.report.html")
    template = folder.joinpath("report.html.jinja").read_text(encoding="utf-8")
    now = dt.datetime.now().astimezone()
    page: str = environment.from_string(template).render(
        title=title,
        subtitle=subtitle,
        style=folder.joinpath("report.css").read_text(encoding="utf-8"),
        colors=COLORS,
        sections=sections,
        data=data,
        parameters=parameters,
        svg=inline_svg,
        markup=table_markup,
        versions={name: words_of(value) for name, value in show_config().items()},
        machine_date=now.isoformat(timespec="seconds"),
        date=now.strftime("%Y-%m-%d %H:%M %Z").strip(),
    )
    return page


def words_of(value: object) -> str:
    """A parameter or a version as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(map(words_of, value))
    return str(value)
