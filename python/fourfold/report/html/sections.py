# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results as sections of a page: a decomposition, a sweep, tests, a comparison."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.report.html.page import Cell, Head, Picture, Row, Section, Table
from fourfold.report.html.picture import inline_svg
from fourfold.report.html.warnings import (
    is_doubtful,
    result_warnings,
    setting_flags,
    sweep_warnings,
)
from fourfold.report.plots.bars import plot
from fourfold.report.text import certificate_words, interval_words, sample_words
from fourfold.results.pid import Atoms
from fourfold.results.words import atom_names, percent_words, pvalue_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.inference.comparison import Comparison
    from fourfold.inference.permutation import PermutationTest
    from fourfold.results.pid import PID
    from fourfold.workflows.sweeps.sweep import Sweep

__all__ = [
    "Names",
    "bits_words",
    "comparison_section",
    "ends_words",
    "result_section",
    "sweep_section",
    "tests_section",
]

_SYMBOLS = ("R", "U1", "U2", "S")
_BAR = (6.8, 1.7)  # inches
_CURVES = (7.6, 4.2)
_NOT_KNOWN = "not known"


class Names(NamedTuple):
    """What X1, X2 and Y are."""

    sources: tuple[str, str]
    target: str

    @classmethod
    def of(cls, source_names: Any, target_name: str) -> Names:
        """Raises where there are not two sources."""
        if isinstance(source_names, str) or len(source_names) != 2:
            msg = f"source_names: expected two names, got {source_names!r}"
            raise ValueError(msg)
        first, second = map(str, source_names)
        return cls((first, second), str(target_name))

    @property
    def atoms(self) -> tuple[str, str, str, str]:
        """R, U1, U2 and S in words."""
        return atom_names(self.sources)

    def heads(self) -> list[Head]:
        """Of rows for the atoms."""
        return [
            Head(f"{name} ({symbol})", k)
            for k, (name, symbol) in enumerate(zip(self.atoms, _SYMBOLS, strict=True))
        ]


# -- one decomposition -----------------------------------------------------------------


def result_section(heading: str, result: PID, names: Names, identifier: str) -> Section:
    """A bar, and a row for each atom."""
    svg = inline_svg(
        lambda ax: plot(result, ax, source_names=names.sources, target_name=names.target),
        _BAR,
        identifier,
    )
    bits = ", ".join(
        f"{name} {bits_words(value)}"
        for name, value in zip(names.atoms, result.atoms, strict=True)
    )
    return Section(
        heading=heading,
        lead=_result_words(result, names),
        warnings=result_warnings(result),
        picture=Picture(svg, f"A bar of the four atoms in bits: {bits}."),
        table=Table(
            "The atoms, which add up to the joint information, in bits",
            [Head("atom"), *_result_heads(result)],
            [*_atom_rows(result, names), *_information_rows(result, names)],
        ),
        notes=[certificate_words(result), *sample_words(result), *interval_words(result)],
    )


def _result_words(result: PID, names: Names) -> str:
    first, second = names.sources
    if math.isnan(result.mi_joint):
        return (
            f"Only the pairs of each source with {names.target} are known, so what {first} and "
            f"{second} tell together, and the synergy, are not."
        )
    total = bits_words(result.mi_joint)
    words = f"Together, {first} and {second} tell {total} bits about {names.target}"
    shares = result.fractions()
    if any(math.isnan(share) or share < 0 for share in shares):
        return f"{words}."
    redundancy, unique1, unique2, synergy = (_percent(round(share, 2)) for share in shares)
    return (
        f"{words}: {redundancy} of it either of them tells, {unique1} only {first}, {unique2} "
        f"only {second}, and {synergy} only both together."
    )


def _result_heads(result: PID) -> list[Head]:
    heads = ["value", "share of the sum", "certified bounds"]
    if result.bias is not None:
        heads.append("estimated bias")
    if result.confidence_interval is not None:
        heads.append(f"{_percent(result.confidence_interval.confidence_level)} interval")
    return [*map(Head, heads), Head("contribution")]


def _atom_rows(result: PID, names: Names) -> list[Row]:
    shares = result.fractions()
    contributions = _contribution_cells(result)
    rows = []
    for k, head in enumerate(names.heads()):
        cells = [
            Cell(bits_words(result.atoms[k])),
            Cell(_share(shares[k])),
            Cell(ends_words(result.lower[k], result.upper[k], digits=6)),
        ]
        if result.bias is not None:
            cells.append(Cell(bits_words(result.bias[k], signed=True)))
        interval = result.confidence_interval
        if interval is not None:
            cells.append(Cell(ends_words(interval.low[k], interval.high[k])))
        cells.append(contributions.get(k, Cell("")))
        rows.append(Row(head, cells))
    return rows


def _contribution_cells(result: PID) -> dict[int, Cell]:
    """Of the unique atoms, which are the second and the third."""
    interval = result.confidence_interval
    below = ["", ""]
    if interval is not None:
        below = [ends_words(*ends, digits=2) for ends in interval.contributions]
    return {
        k: Cell(_share(share), words if not math.isnan(share) else "")
        for k, share, words in zip((1, 2), result.contributions(), below, strict=True)
    }


def _information_rows(result: PID, names: Names) -> list[Row]:
    first, second = names.sources
    wanted = {
        f"I({first}, {second}; {names.target})": (result.mi_joint, range(4)),
        f"I({first}; {names.target})": (result.mi1, (0, 1)),
        f"I({second}; {names.target})": (result.mi2, (0, 2)),
    }
    columns = len(_result_heads(result))
    rows = []
    for name, (value, parts) in wanted.items():
        cells = [Cell(bits_words(value))] + [Cell("")] * (columns - 1)
        if result.bias is not None:
            bias = math.fsum(result.bias[k] for k in parts)
            cells[3] = Cell(bits_words(bias, signed=True))
        rows.append(Row(Head(name), cells))
    return rows


# -- several settings ------------------------------------------------------------------


def sweep_section(heading: str, sweep: Sweep, names: Names, identifier: str) -> Section:
    """Curves, and a row for each setting."""
    column, labels = sweep._setting_labels()
    curves: Any = sweep  # of which each kind has a `plot` of its own
    svg = inline_svg(
        lambda ax: curves.plot(ax, source_names=names.sources, target_name=names.target),
        _CURVES,
        identifier,
    )
    return Section(
        heading=heading,
        lead=_sweep_words(sweep, names),
        warnings=sweep_warnings(sweep),
        picture=Picture(
            svg,
            f"The four atoms in bits, by {column}: {', '.join(labels)}. The table below has "
            "the same numbers.",
        ),
        table=_sweep_table(sweep, names),
        notes=sweep._notes(),
    )


def _sweep_words(sweep: Sweep, names: Names) -> str:
    number = len(sweep.seeds)
    seeds = f"means over {number} seeds" if number > 1 else "of one seed"
    samples = dict.fromkeys(str(of_setting[0].n_samples) for of_setting in sweep.results)
    if len(samples) == 1:
        seeds = f"of {next(iter(samples))} samples, {seeds}"
    words = f"The four atoms of what {' and '.join(names.sources)} tell about {names.target}, {seeds}"
    if sweep.low is None:
        return f"{words}."
    return f"{words}, with {_percent(sweep.confidence_level)} intervals below them."


def _sweep_table(sweep: Sweep, names: Names) -> Table:
    column, labels = sweep._setting_labels()
    numbers = [of_setting[0].n_samples for of_setting in sweep.results]
    columns: list[tuple[Head, list[Cell]]] = []
    if len(set(numbers)) > 1:  # else they are in the picture, and in the words above it
        columns.append((Head("samples"), [Cell(str(number)) for number in numbers]))
    columns.append(
        (Head("per cell"), [Cell(f"{count:.2g}") for count in sweep.samples_per_cell])
    )
    for k, name in enumerate(names.atoms):
        columns.append((Head(name, k), _atom_cells(sweep, k)))
    bias = np.abs(sweep.bias).sum(0)
    gaps = [max(result.gap for result in of_setting) for of_setting in sweep.results]
    columns += [
        (Head("sum"), [Cell(bits_words(value)) for value in sweep.mi_joint]),
        (
            Head("U1 / (U1\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}U2)"),
            _contribution_of_first(sweep),
        ),
        (Head("|bias|"), [Cell(bits_words(value)) for value in bias]),
        (Head("gap"), [Cell(f"{gap:.0e}") for gap in gaps]),
    ]
    flags = [setting_flags(sweep, k) for k in range(len(labels))]
    if any(flags):
        words = [Cell(", ".join(each), words=True) for each in flags]
        columns.append((Head("flags", words=True), words))
    rows = [
        Row(Head(label), [cells[k] for _, cells in columns], doubtful=is_doubtful(flags[k]))
        for k, label in enumerate(labels)
    ]
    heads = [Head(column), *(head for head, _ in columns)]
    return Table(f"The atoms by {column}, in bits", heads, rows)


def _atom_cells(sweep: Sweep, k: int) -> list[Cell]:
    if sweep.low is None or sweep.high is None:
        return [Cell(bits_words(value)) for value in sweep.atoms[k]]
    ends = zip(sweep.atoms[k], sweep.low[k], sweep.high[k], strict=True)
    return [
        Cell(bits_words(value), ends_words(low, high, digits=3)) for value, low, high in ends
    ]


def _contribution_of_first(sweep: Sweep) -> list[Cell]:
    shares = [_share(value) for value in sweep.contributions[:, 0]]
    if sweep.contribution_intervals is None:
        return [Cell(share) for share in shares]
    ends = sweep.contribution_intervals[:, 0]
    return [
        Cell(share, ends_words(low, high, digits=2))
        for share, (low, high) in zip(shares, ends, strict=True)
    ]


# -- tests and differences -------------------------------------------------------------


def tests_section(
    heading: str,
    tests: Mapping[str, PermutationTest],
    adjusted: Mapping[str, float],
    names: Names,
) -> Section:
    """A row for each permutation test."""
    known = dict(zip(Atoms._fields, names.heads(), strict=True))
    permutations = len(next(iter(tests.values())).null_distribution)
    rows = [
        Row(
            known.get(name, Head(name)),
            [
                Cell(bits_words(test.statistic)),
                Cell(pvalue_words(test.pvalue)),
                Cell(pvalue_words(adjusted[name])),
                Cell(test.null, words=True),
            ],
        )
        for name, test in tests.items()
    ]
    heads = [Head(text) for text in ("statistic", "value as counted", "p", "adjusted p")]
    return Section(
        heading=heading,
        lead=f"Is there any, or is it what chance makes of so many samples? From "
        f"{permutations} permutations, so that no p can be below {1 / (permutations + 1):.2g}.",
        table=Table(
            "Permutation tests; values in bits",
            [*heads, Head("null hypothesis", words=True)],
            rows,
        ),
        notes=[_ADJUSTED],
    )


def comparison_section(
    heading: str, comparison: Comparison, adjusted: Atoms, names: Names
) -> Section:
    """A row for each difference of atoms."""
    rows = [
        Row(
            head,
            [
                Cell(bits_words(difference, signed=True)),
                Cell(ends_words(low, high)),
                Cell(pvalue_words(p)),
                Cell(pvalue_words(p_adjusted)),
            ],
        )
        for head, difference, low, high, p, p_adjusted in zip(
            names.heads(),
            comparison.difference,
            comparison.low,
            comparison.high,
            comparison.pvalue,
            adjusted,
            strict=True,
        )
    ]
    value, low, high = comparison.contribution1
    if not math.isnan(value):
        contribution = Head(f"contribution of {names.sources[0]} (no unit)")
        cells = [
            Cell(bits_words(value, signed=True)),
            Cell(ends_words(low, high)),
            Cell(""),
            Cell(""),
        ]
        rows.append(Row(contribution, cells))
    level = _percent(comparison.confidence_level)
    heads = ("difference", f"{level} interval", "p", "adjusted p")
    return Section(
        heading=heading,
        lead="Atoms of one decomposition minus those of another of the same samples.",
        table=Table("Differences in bits", [Head("atom"), *map(Head, heads)], rows),
        notes=[_ADJUSTED],
    )


_ADJUSTED = (
    "Adjusted p-values take all tests and comparisons on this page as one family (Benjamini and "
    "Hochberg): rejecting at 0.05 keeps the expected share of false rejections at 0.05."
)


# -- numbers ---------------------------------------------------------------------------


def bits_words(value: float, *, digits: int = 4, signed: bool = False) -> str:
    """A number, "not known" for NaN, with a true minus sign."""
    if math.isnan(value):
        return _NOT_KNOWN
    rounded = round(float(value), digits) + 0.0  # which turns -0.0 into 0.0
    text = f"{rounded:+.{digits}f}" if signed else f"{rounded:.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def ends_words(low: float, high: float, *, digits: int = 4) -> str:
    """Both ends of an interval."""
    if math.isnan(low) or math.isnan(high):
        return _NOT_KNOWN
    return f"{bits_words(low, digits=digits)} to {bits_words(high, digits=digits)}"


def _share(value: float) -> str:
    if math.isnan(value):
        return _NOT_KNOWN
    return f"{round(100 * value, 1) + 0.0:.1f}\N{NO-BREAK SPACE}%".replace(
        "-", "\N{MINUS SIGN}"
    )


def _percent(level: float) -> str:
    return percent_words(level).replace(" ", "\N{NO-BREAK SPACE}")
