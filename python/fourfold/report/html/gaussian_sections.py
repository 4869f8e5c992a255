# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gaussian decompositions as sections of a page: atoms, combinations of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.report.html.picture import Picture, size_of
from fourfold.report.html.render import Section
from fourfold.report.html.sections import bits_words, result_words
from fourfold.report.plots.directions import directions_size, plot_directions
from fourfold.report.plots.gaussian import plot_gaussian
from fourfold.results.gaussian_directions import directions_table, shown_directions
from fourfold.results.gaussian_table import gaussian_doubts, gaussian_notes, gaussian_table
from fourfold.results.gaussian_words import model_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.results.gaussian_pid import GaussianPID
    from fourfold.results.words import Names

__all__ = ["gaussian_sections"]


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
