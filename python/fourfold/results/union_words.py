# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What union informations say of themselves: tables, notes and doubts, for text and pages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np

from fourfold.results.gaussian_words import model_words
from fourfold.results.posterior_table import FEW_ROWS
from fourfold.results.table import (
    Cell,
    Column,
    Entry,
    Table,
    ends,
    flag_column,
    number,
    only_page,
)
from fourfold.results.words import decimals, kink_words, legible, percent_words

__all__ = [
    "about_words",
    "left_out_words",
    "mostly_bias",
    "overlap_table",
    "shown_subsets",
    "source_table",
    "sources_words",
    "subset_table",
    "subset_words",
    "union_doubts",
    "union_lead",
    "union_lines",
    "union_notes",
]

_SHOWN = 31  # subsets: all those of five sources
_NAMED = 3  # subsets that a sentence lists
_WIDTH = 98  # of sentences, in characters
_FIELDS = ("information", "union_information", "synergy")
#: Bits by which a synergy is below zero before that is said.
_BELOW = 0.005


def sources_words(result: Any, *, most: int = 6) -> str:
    """Names of the sources, as a sentence has them."""
    names = [legible(name) for name in result.source_names]
    if len(names) > most:
        return f"{len(names)} sources"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def subset_words(subset: Iterable[Any]) -> str:
    """The sources of a subset."""
    return legible(", ".join(map(str, subset)))


def union_lead(result: Any) -> str:
    """Of how many sources, and what the numbers are about."""
    several = len(result.source_names)
    kind = "Gaussian " if hasattr(result, "dependence") else ""
    sources = f"{several} {kind}source{'s' * (several > 1)}"
    words = f"Union information of {sources} in bits, {about_words(result)}"
    if result.confidence_interval is not None:
        level = percent_words(result.confidence_interval.confidence_level)
        words += f", with {level} intervals"
    return words


def about_words(result: Any) -> str:
    """What the numbers are about: a table, a population, or embeddings."""
    rows = "the rows" if result.n_samples is None else f"{result.n_samples:,} samples"
    if result.model == "table":
        whole = len(result) and not np.isnan(result.information[-1])
        return "of this table" if whole else "of tables of each source and Y"
    if result.model == "samples":
        return f"of labels of {rows}, an estimate of the population's"
    if result.model == "posteriors":
        return f"decodable by these classifiers from {rows}"
    return "of this covariance" if result.model == "covariance" else model_words(result)


def union_lines(result: Any) -> list[str]:
    """Tables of the subsets and of the sources, and what is to be said of all of them."""
    shown = shown_subsets(result)
    sources = source_table(result)
    said = left_out_words(result, shown) + ([] if sources is None else sources.lines())
    for words in (*union_notes(result), *union_doubts(result)):
        said += textwrap.wrap(words, _WIDTH, subsequent_indent="  ")
    return [
        union_lead(result),
        *subset_table(result, shown).lines(~np.asarray(result.converged)[shown]),
        *(f"  {line}" for line in said),
    ]


def shown_subsets(result: Any) -> list[int]:
    """Places of all subsets, or of many those of single sources and the largest."""
    if len(result.subsets) <= _SHOWN:
        return [*range(len(result.subsets))]
    single = [k for k, subset in enumerate(result.subsets) if len(subset) == 1]
    largest = range(len(result.subsets) - len(result.source_names) - 1, len(result.subsets))
    return sorted({*single, *largest})


def left_out_words(result: Any, shown: list[int]) -> list[str]:
    """How many subsets are not among those shown."""
    more = len(result.subsets) - len(shown)
    return [f"and {more} more subsets, see to_frame()"] if more else []


# -- tables ----------------------------------------------------------------------------


def subset_table(result: Any, shown: list[int] | None = None) -> Table:
    """A row for each subset: I, v* and the synergy, with their intervals where there are some."""
    places = [*range(len(result.subsets))] if shown is None else shown
    columns: list[Column] = [
        (
            Cell("sources", "sources", words=True),
            [subset_words(result.subsets[k]) for k in places],
        )
    ]
    for name, head in zip(_FIELDS, ("I", "union v*", "synergy"), strict=True):
        columns.append((head, [_of_subset(result, name, k) for k in places]))
    bounds = [ends(result.lower[k], result.upper[k], digits=6) for k in places]
    if getattr(result, "held_out", None) is not None:
        for name, head in zip(_FIELDS[:2], ("held-out I", "held-out v*"), strict=True):
            columns.append((head, [_held_out(result, name, k) for k in places]))
    if not result.converged.all():
        told = [
            "" if result.converged[k] else _span(result.lower[k], result.upper[k])
            for k in places
        ]
        pairs = zip(told, bounds, strict=True)
        columns.append(("bounds of v*", [Cell(text, page) for text, page in pairs]))
    elif result.model in ("table", "covariance"):
        columns.append((only_page("bounds of v*"), [Cell(None, page) for page in bounds]))
    doubtful = mostly_bias(result)[places]
    if doubtful.any():
        columns.append(flag_column(doubtful))
    return Table.of_columns("Subsets of sources, in bits", columns, doubtful)


def _of_subset(result: Any, name: str, place: int) -> Entry:
    value, interval = getattr(result, name)[place], result.confidence_interval
    if interval is None:
        return number(value, _digits(result))
    low, high = (float(getattr(side, name)[place]) for side in interval[:2])
    return number(value, span=(low, high))


def _digits(result: Any) -> int:
    """Decimals that mean something."""
    known = result.confidence_interval is None and result.model != "posteriors"
    return 6 if known else 3


def _held_out(result: Any, name: str, place: int) -> Entry:
    value = float(getattr(result.held_out, name)[place])
    if np.isnan(value) or result.held_out_error is None:
        return number(value)
    error = float(getattr(result.held_out_error, name)[place])
    below = f"\N{PLUS-MINUS SIGN} {decimals(error, 4)}"
    return Cell(f"{decimals(value, 3)} +- {decimals(error, 3)}", number(value).page, below)


def source_table(result: Any) -> Table | None:
    """A row for each source: what is lost without it, its share, and what it does not tell.

    None of one source, and where nothing of it is known.
    """
    if len(result.source_names) < 2:
        return None
    columns: list[Column] = [
        (Cell("source", "source", words=True), [legible(name) for name in result.source_names])
    ]
    found = (
        ("lost if dropped", result.unique),
        ("Shapley share", result.shares),
        ("excluded", result.excluded),
    )
    for head, bits in found:
        if not np.isnan(bits.value).all():
            columns.append((head, [_of_source(result, bits, k) for k in range(len(bits))]))
    if len(columns) == 1:
        return None
    return Table.of_columns("What each source has of v* of all sources, in bits", columns)


def _of_source(result: Any, bits: Any, place: int) -> Cell:
    value, low, high = (float(part[place]) for part in (bits.value, bits.lower, bits.upper))
    digits = _digits(result)
    page = number(value).page
    if np.isnan(value) or result.converged.all():
        return Cell(decimals(value, digits), page)
    return Cell(f"{decimals(value, digits)} {_span(low, high)}", page, ends(low, high))


def _span(low: float, high: float) -> str:
    return f"[{decimals(low, 4)}, {decimals(high, 4)}]"


def overlap_table(result: Any) -> Table:
    """The redundancy of each pair of sources."""
    names = [legible(name) for name in result.source_names]
    heads: list[Entry] = [Cell("", "both tell", words=True), *names]
    rows: list[list[Entry]] = []
    for name, of in zip(names, result.overlap, strict=True):
        rows.append([name, *map(number, of)])
    return Table.of_rows("Redundancy of pairs, in bits", heads, rows)


# -- sentences -------------------------------------------------------------------------


def union_notes(result: Any) -> list[str]:
    """The certificate, H(Y), corrections, and where more is found."""
    off = f"{np.max(result.upper - result.lower, initial=0.0):.1e}"
    exact = {
        "table": f"certified to {off} bits",
        "covariance": f"largest certified gap {off}",
        "posteriors": f"given the posteriors v* is certified to {off} bits, of the embeddings nothing is",
    }
    # of a fitted model or a count it says nothing of the population
    notes = [exact.get(result.model, f"the solver is off by at most {off} for these samples")]
    entropy = getattr(result, "entropy", None)
    if entropy is not None:
        notes.append(f"H(Y) {decimals(entropy)} bits, no information about Y is more")
    if getattr(result, "held_out", None) is not None:
        notes.append("+- is the error of sampling alone, not of what classifiers miss")
    if getattr(result, "outer_bounds", None) is not None:
        notes.append(result.outer_bounds.words())
        classes = result.sizes[-1]
        # prototypes hold rows whose classifiers saw these labels: docs/embeddings.md, Lemma C
        if classes > 2 and result.n_samples < FEW_ROWS * classes:
            notes.append(
                f"few rows, {result.n_samples} for {classes} classes: held-out v* may be too high, and "
                "these bounds are estimates"
            )
    plain = result.bias_correction == "none" and result.model not in ("table", "covariance")
    if getattr(result, "shrinkage", None) is not None:
        notes.append(f"shrinkage: {result.shrinkage:.4f} of the identity mixed in")
    elif plain and result.model == "samples":
        notes.append("plug-in, without correction: synergy is too high")
    elif plain and result.model != "posteriors":
        notes.append("plug-in, without correction: v* is too high where sources tell alike")
    elif result.plug_in is not None:
        whole = (
            f"{head} {decimals(float(getattr(result.plug_in, name)[-1]), 3)}"
            for name, head in zip(_FIELDS, ("I", "v*", "synergy"), strict=True)
        )
        notes.append(
            f"corrected by {result.bias_correction!r}; plug-in of {subset_words(result.subsets[-1])}: "
            f"{', '.join(whole)}"
        )
    if result.confidence_interval is not None and len(result.source_names) > 1:
        notes.append(
            "of each source no error by sampling is known: intervals are of subsets alone"
        )
    if len(result.source_names) > 3 and not np.isnan(result.unique.value).all():
        notes.append(
            "with four sources and more what is lost if one is dropped may grow when another is added"
        )
    if result.kink is not None and len(result.kink):
        notes += kink_words(float(np.nanmax(np.append(result.kink, 0.0))))
    if getattr(result, "target_bins", None) is not None:
        notes.append(result.target_bins.words(float("nan")))
    if getattr(result, "lattice", None) is not None:
        notes.append(f"all {len(result.lattice)} atoms of two classes: lattice")
    return notes


def union_doubts(result: Any) -> list[str]:
    """What a reader is to be warned of."""
    found = []
    poor = mostly_bias(result)
    if poor.any():
        of = _subsets_words(result, poor)
        cells = result.samples_per_cell
        few = (
            ""
            if cells is None
            else f", {np.nanmin(cells[poor]):.2g} samples a cell of their joint table"
        )
        found.append(
            f"UNDERSAMPLED: the synergy of {of} is mostly bias{few}; it ends at H(Y), not at "
            "the truth. v* needs the pairs of each source with Y alone"
        )
    open_ones = ~np.asarray(result.converged)
    if open_ones.any():
        of = _subsets_words(result, open_ones)
        found.append(f"NOT converged: {int(open_ones.sum())}, {of}; lower and upper hold")
    below = result.model == "posteriors" and np.nanmin(np.append(result.synergy, 0.0)) < -_BELOW
    if below:
        found.append(
            "Synergy below zero: the joint classifier tells less than v*. It is too weak; the "
            "synergy is not known"
        )
    dependence = getattr(result, "dependence", None)
    if dependence is not None and dependence.exceeds:
        found.append(
            f"NOT GAUSSIAN: {dependence.method} finds {dependence.information:.3f} bits of all "
            f"sources, the Gaussian {dependence.gaussian_information:.3f}"
        )
    return found


def mostly_bias(result: Any) -> np.ndarray:
    """Whether that is so of the synergy of each subset."""
    flags = getattr(result, "undersampled", None)
    return np.zeros(len(result), bool) if flags is None else np.asarray(flags, bool)


def _subsets_words(result: Any, flags: np.ndarray) -> str:
    """The subsets that are flagged, of many the last and largest."""
    places = np.flatnonzero(flags)
    named = [f"({subset_words(result.subsets[k])})" for k in places[-_NAMED:]]
    more = len(places) - len(named)
    return ", ".join(named) + (f" and {more} smaller subsets" if more else "")
