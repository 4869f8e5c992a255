# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables as HTML; needs no other package."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fourfold.results.words import legible

if TYPE_CHECKING:
    from fourfold.results.table import Cell, Table

__all__ = ["table_markup"]


def table_markup(table: Table) -> str:
    """A ``<table>`` with a caption; all text is escaped."""
    shown = [k for k, head in enumerate(table.heads) if head.page is not None]
    words = [k for k in shown[1:] if table.heads[k].words]
    lines = [f"<table>\n<caption>{escape(legible(table.caption))}</caption>\n<thead>\n<tr>"]
    lines += [_entry("th", table.heads[k], ' scope="col"', k in words) for k in shown]
    lines.append("</tr>\n</thead>\n<tbody>")
    for row, doubtful in zip(table.rows, table.doubtful, strict=True):
        if row[0].page is not None:
            lines.append('<tr class="doubtful">' if doubtful else "<tr>")
            lines.append(_entry("th", row[0], ' scope="row"', False))
            lines += [_entry("td", row[k], "", k in words) for k in shown[1:]]
            lines.append("</tr>")
    return "\n".join([*lines, "</tbody>\n</table>"])


def _entry(tag: str, cell: Cell, scope: str, words: bool) -> str:
    chip = "" if cell.atom is None else f'<span class="chip chip{cell.atom}"></span>'
    below = f"<small>{escape(legible(cell.below))}</small>" if cell.below else ""
    words_class = ' class="words"' if words else ""
    return f"<{tag}{scope}{words_class}>{chip}{escape(legible(cell.page or ''))}{below}</{tag}>"
