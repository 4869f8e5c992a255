# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gaussian decompositions as sections of a page: atoms, combinations of the target, unions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.report.html.picture import Picture, size_of
from fourfold.report.html.render import Section
from fourfold.report.html.sections import bits_words, result_words
from fourfold.report.plots.directions import directions_size, plot_directions
from fourfold.report.plots.gaussian import plot_gaussian
from fourfold.report.plots.unions import MOST, plot_union, union_size
from fourfold.results.gaussian_directions import directions_table, shown_directions
from fourfold.results.gaussian_table import gaussian_doubts, gaussian_notes, gaussian_table
from fourfold.results.gaussian_words import model_words
from fourfold.results.table import Cell, Table, number
from fourfold.results.union_words import union_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.results.gaussian_pid import GaussianPID
    from fourfold.results.gaussian_union import GaussianUnion
    from fourfold.results.table import Entry
    from fourfold.results.words import Names

__all__ = ["gaussian_sections", "union_sections"]

_ROWS = 40  # of a union
#: What stands below the table of a union in text, without lines of the table.
_BELOW = (
    "what no other",
    "largest certified",
    "the solver is",
    "shrinkage",
    "plug-in, without",
)


def gaussian_sections(
    result: GaussianPID, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """The atoms with their intervals, and what of the target one source tells alone."""
    pairs = zip(names.atoms, result.atoms, strict=True)
    bits = ", ".join(f"{name} {bits_words(value)}" for name, value in pairs)
    of = model_words(result)
    yield Section(
        heading=heading,
        lead=f"{of[0].upper()}{of[1:]}. {result_words(result, names)}",
        warnings=gaussian_doubts(result, names),
        picture=Picture(
            lambda ax: plot_gaussian(
                result, ax, source_names=names.sources, target_name=names.target
            ),
            size_of(result),
            f"A bar of the four atoms in bits: {bits}.",
        ),
        table=gaussian_table(result, names),
        notes=gaussian_notes(result, names)[1:],
    )
    shown = shown_directions(result, names)
    first, second = names.sources
    yield Section(
        heading=f"{heading}: what of {names.target}",
        lead=f"Combinations of the columns of {names.target}, of each of which one source tells some "
        f"bits alone: to the right {first}, to the left {second}.",
        picture=Picture(
            lambda ax: plot_directions(shown, ax, names),
            directions_size(shown, names),
            "A bar for each combination; the table below has the same numbers.",
        ),
        table=directions_table(shown, names),
        notes=shown.said,
    )


def union_sections(
    result: GaussianUnion, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """A row and a bar for each subset of the sources, whose names are those of the result."""
    first, *lines = union_lines(result)
    heads: list[Entry] = [Cell("", "sources", words=True), "I", "union v*", "synergy"]
    interval = result.confidence_interval
    fields = "information", "union_information", "synergy"
    rows: list[list[Entry]] = []
    for place, subset in enumerate(result.subsets[:_ROWS]):
        row: list[Entry] = [", ".join(map(str, subset))]
        for name in fields:
            span = None
            if interval is not None:
                span = tuple(float(getattr(side, name)[place]) for side in interval[:2])
            row.append(number(getattr(result, name)[place], span=span))  # type: ignore[arg-type]
        rows.append(row)
    more = len(result.subsets) - len(rows)
    below = [line.strip() for line in lines if line.startswith("  ") and line[2:3].islower()]
    picture = Picture(
        lambda ax: plot_union(result, ax, target_name=names.target),
        union_size(result),
        "A bar for each subset; the table below has the same numbers.",
    )
    yield Section(
        heading=heading,
        lead=first,
        picture=picture if len(result) <= MOST else None,
        table=Table.of_rows("Subsets of sources, in bits", heads, rows),
        notes=[
            *([f"and {more} more subsets, see to_frame()"] if more else []),
            *(line for line in below if line.startswith(_BELOW)),
        ],
    )
