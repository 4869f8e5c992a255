# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What classifiers decode as sections of a page: the atoms, then the classifiers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fourfold.report.html.picture import DECODED, Picture
from fourfold.report.html.render import Section
from fourfold.report.html.sections import bits_words
from fourfold.report.plots.decoded import plot_decoded
from fourfold.results.posterior_table import (
    DECODABLE,
    doubts,
    posterior_notes,
    posterior_table,
)
from fourfold.results.table import Cell, Entry, Table, number
from fourfold.results.words import decimals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.results.words import Names

__all__ = ["posterior_sections"]


def posterior_sections(
    result: PosteriorPID, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """The atoms with their bounds, and which models they were read from."""
    bits = ", ".join(
        f"{name} {bits_words(value)}"
        for name, value in zip(names.atoms, result.atoms, strict=True)
    )
    yield Section(
        heading=heading,
        lead=f"{DECODABLE[0].upper()}{DECODABLE[1:]}. {_words(result, names)}",
        warnings=doubts(result),
        picture=Picture(
            lambda ax: plot_decoded(
                result, ax, source_names=names.sources, target_name=names.target
            ),
            DECODED,
            f"A bar of the four atoms in bits, and each of them beside its bound: {bits}; "
            f"{result.outer_bounds.words()}.",
        ),
        table=posterior_table(result, names),
        notes=posterior_notes(result, names.target),
    )
    if not any(result.chosen.values()):  # of a mean over strata, each with its own
        return
    yield Section(
        heading=f"{heading}: classifiers",
        lead="From what the posteriors were made: weights of the models in the pool, or the "
        "temperature of probabilities that were given. Calibration gap: bits that the posteriors "
        "claim beyond what held-out labels confirm.",
        table=_classifiers(result, names),
    )


def _words(result: PosteriorPID, names: Names) -> str:
    first, second = names.sources
    known, target = result.outer_bounds, names.target
    if math.isnan(result.mi_joint):
        told = (
            f"There was no joint classifier, so what {first} and {second} tell together about "
            f"{target}, and the synergy, are known by their bound only."
        )
    else:
        told = (
            f"Of the {bits_words(result.entropy)} bits of {target} these classifiers decode "
            f"{bits_words(result.mi_joint)} from {first} and {second} together."
        )
    if math.isnan(known.redundancy):
        return told
    least = f"at least {bits_words(known.redundancy)} bits are redundant"
    return f"{told} Whatever classifiers are worth, {least} (the bound of R)."


def _classifiers(result: PosteriorPID, names: Names) -> Table:
    (first, second), _ = names
    of = {"x1": first, "x2": second, "joint": "both"}
    gaps = dict(zip(of, result.calibration_gap, strict=False))
    rows: list[list[Entry]] = [
        [
            of[name],
            ", ".join(f"{model} {decimals(weight, 2)}" for model, weight in models.items()),
            number(gaps[name], signed=True),
        ]
        for name, models in result.chosen.items()
        if name in of
    ]
    words = Cell("", "models and their weights", words=True)
    heads: list[Entry] = [Cell("", "of", words=True), words, "calibration gap (bits)"]
    return Table.of_rows("Classifiers", heads, rows)
