# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Union informations of any number of sources as sections of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.html.picture import Picture
from fourfold.report.html.render import Section
from fourfold.report.plots.unions import plot_union, union_size
from fourfold.results.union_words import (
    left_out_words,
    overlap_table,
    shown_subsets,
    source_table,
    subset_table,
    union_doubts,
    union_lead,
    union_notes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.results.unions import Unions
    from fourfold.results.words import Names

__all__ = ["union_sections"]


def union_sections(
    result: Unions, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """A row for each subset of the sources, whose names are those of the result; then each source."""
    shown = shown_subsets(result)

    def picture(what: str, description: str) -> Picture:
        return Picture(
            lambda ax: plot_union(result, ax, what=what, target_name=names.target),
            lambda: union_size(result, what),
            description,
        )

    yield Section(
        heading=heading,
        lead=f"{union_lead(result)}.",
        warnings=[f"{words}." for words in union_doubts(result)],
        picture=picture("unions", "Bars of v* and of the synergy; the table has the numbers."),
        table=subset_table(result, shown),
        notes=[*left_out_words(result, shown), *union_notes(result)],
    )
    table = source_table(result)
    if table is None:
        return
    known = not np.isnan(result.shares.value).all()
    yield Section(
        heading=f"{heading}: each source",
        lead="What is lost of v* of all sources if one is dropped; its share, which is the mean of "
        "what it adds over all orders of the sources; and what the others tell and it does not.",
        picture=picture("shares", "Bars of what each source has.") if known else None,
        table=table,
    )
    pairs = ~np.eye(len(result.source_names), dtype=bool)
    if not np.isnan(result.overlap[pairs]).all():
        yield Section(
            heading=f"{heading}: pairs",
            lead="What both sources of a pair tell, its redundancy; where a source meets itself what it "
            "tells alone.",
            picture=picture("overlap", "A map of the redundancy of each pair."),
            table=overlap_table(result),
        )
