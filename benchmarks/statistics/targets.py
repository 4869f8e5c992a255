# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The figures that estimates, intervals and tests are held to, read off the records."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from benchmarks.record.target import Verdict
from benchmarks.record.words import UNITS, size
from benchmarks.statistics.population import ATOMS
from benchmarks.statistics.significance import LEVEL, TESTED
from benchmarks.statistics.summary import (
    AUTO,
    PLUG_IN,
    SHORT,
    Spread,
    distinct,
    errors,
    of_part,
    rejections,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.record.report import Report

__all__ = ["Judged", "judged", "verdicts"]

#: Samples per cell from which on estimates and intervals are held to theirs.
ENOUGH = 2.0
MEAN_ERROR_BITS = 0.02
SYNERGY_RATIO = 0.25
COVERAGE = (0.90, 0.98)
FALSE_POSITIVES = (0.03, 0.07)
SECONDS = 5.0


@dataclasses.dataclass(frozen=True)
class Judged:
    """One figure beside the range it should be in.

    Attributes
    ----------
    what : str
        The figure, in words.
    low, high : float
        Of the range, ends included; an infinite one is no limit.
    unit : str
        "bits", "times", "share" or "s".
    measured : tuple of float
        One figure, or the least and the largest of several.
    note : str
        Where the worst one is, and of how many.
    """

    what: str
    low: float
    high: float
    unit: str
    measured: tuple[float, ...]
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether all of them are in the range."""
        return all(self.low <= value <= self.high for value in self.measured)

    def range_in(self, unit: Callable[[float], str]) -> str:
        """The range in words."""
        if self.low == self.high:
            return unit(self.low)
        if self.low <= 0.0:
            return f"at most {unit(self.high)}"
        return f"{unit(self.low)} to {unit(self.high)}"


def verdicts(report: Report) -> Iterator[Verdict]:
    """All targets as a table has them."""
    for target in judged(report.records):
        unit = UNITS[target.unit]
        yield Verdict(
            target.what,
            " to ".join(map(unit, target.measured)),
            target.range_in(unit),
            target.met,
            target.note or "-",
        )


def judged(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """Every target for which something was measured."""
    yield from _mean_errors(records)
    yield from _synergy_ratio(records)
    yield from _coverage(records)
    yield from _false_positives(records)
    for record in of_part(records, "speed"):
        shape = size(record["shape"])
        yield Judged(
            f"{record['n_resamples']} replicates of a {shape} table from {record['n_samples']} "
            f"samples, {record['threads']} threads",
            -math.inf,
            SECONDS,
            "s",
            (record["seconds"]["median"],),
        )
    for record in of_part(records, "null"):
        of = f"of {record['repetitions']} repetitions"
        name = record["family"]
        yield Judged(
            f"{name}: reported as undersampled", 1.0, 1.0, "share",
            (record["undersampled"],), of,
        )  # fmt: skip
        yield Judged(
            f"{name}: an atom significant at {LEVEL:g} after Benjamini-Hochberg",
            0.0, LEVEL, "share", (record["any_significant"],), of,
        )  # fmt: skip
        yield Judged(
            f"{name}: an interval of an atom excludes 0",
            0.0, LEVEL, "share", (record["any_interval_excludes_zero"],), of,
        )  # fmt: skip


def _mean_errors(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """Of every atom of every table; and on average over tables."""
    tables = [
        (record, max(abs(error) for error in record["mean_error"]))
        for record in of_part(records, "estimators")
        if record["estimator"] == AUTO and record["samples_per_cell"] >= ENOUGH
    ]
    if not tables:
        return
    worst, largest = max(tables, key=lambda pair: pair[1])
    over = [
        (abs(error) - MEAN_ERROR_BITS, 2 * standard_error)
        for record, _ in tables
        for error, standard_error in zip(
            record["mean_error"], record["standard_error"], strict=True
        )
    ]
    within = sum(excess <= 0.0 for excess, _ in over)
    surely = sum(excess > chance for excess, chance in over)
    yield Judged(
        f"mean error of every atom after auto, at least {ENOUGH:g} samples per cell",
        0.0, MEAN_ERROR_BITS, "bits", (largest,),
        f"{_where(worst)}; {within} of {len(over)} atoms within, "
        f"{surely} beyond by over two standard errors",
    )  # fmt: skip
    means = [
        (sum(abs(record["mean_error"][k]) for record in of_level) / len(of_level), atom, level)
        for level in distinct([record for record, _ in tables], "samples_per_cell")
        for of_level in [[r for r, _ in tables if r["samples_per_cell"] == level]]
        for k, atom in enumerate(ATOMS)
    ]
    most, atom, level = max(means)
    yield Judged(
        "the same on average over tables, for every atom",
        0.0, MEAN_ERROR_BITS, "bits", (most,), f"{SHORT[atom]}, {level:g} per cell",
    )  # fmt: skip


def _synergy_ratio(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    plug_in, auto = errors(records, PLUG_IN, 1.0), errors(records, AUTO, 1.0)
    if not plug_in or not auto:
        return
    before, after = (Spread([synergy for _, synergy, _ in part]) for part in (plug_in, auto))
    what = "mean error of the synergy after auto beside the plug-in's, 1 sample per cell"
    yield Judged(
        f"{what}, mean over tables", 0.0, SYNERGY_RATIO, "times", (after.mean / before.mean,)
    )
    # where the plug-in is right there is nothing to be a quarter of
    ratios = [
        (corrected / plain, record)
        for (record, corrected, _), (_, plain, _) in zip(auto, plug_in, strict=True)
        if plain > MEAN_ERROR_BITS
    ]
    if ratios:
        ratio, worst = max(ratios, key=lambda pair: pair[0])
        within = sum(value <= SYNERGY_RATIO for value, _ in ratios)
        yield Judged(
            f"{what}, every table where that is over {MEAN_ERROR_BITS:g} bits",
            0.0, SYNERGY_RATIO, "times", (ratio,),
            f"{_table_of(worst)}; {within} of {len(ratios)} within",
        )  # fmt: skip


def _coverage(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    intervals = [
        record
        for record in of_part(records, "intervals")
        if record["samples_per_cell"] >= ENOUGH
    ]
    if not intervals:
        return
    low, high = COVERAGE
    for k, atom in enumerate(ATOMS):
        means = [
            Spread([r["coverage"][k] for r in intervals if r["samples_per_cell"] == level]).mean
            for level in distinct(intervals, "samples_per_cell")
        ]
        shares = [record["coverage"][k] for record in intervals]
        within = sum(low <= share <= high for share in shares)
        above = sum(share > high for share in shares)
        yield Judged(
            f"coverage of nominal 95 % intervals of {SHORT[atom]}, mean over tables, "
            f"at least {ENOUGH:g} samples per cell",
            low, high, "share", (min(means), max(means)),
            f"single tables {100 * min(shares):.0f} to {100 * max(shares):.0f} %; "
            f"{within} of {len(shares)} within, {above} above",
        )  # fmt: skip


def _false_positives(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    for atom in TESTED:
        found = rejections(records, atom, "exact null")
        if found["share"] is None:
            continue
        yield Judged(
            f"rejections at {LEVEL:g} of the exact null of {SHORT[atom]}",
            *FALSE_POSITIVES, "share", (found["share"],),
            f"of {found['repetitions']}; by kind {100 * found['low']:.1f} to "
            f"{100 * found['high']:.1f} %",
        )  # fmt: skip


def _where(record: dict[str, Any]) -> str:
    """Which atom of which table is worst."""
    sizes = [abs(error) for error in record["mean_error"]]
    return f"{SHORT[ATOMS[sizes.index(max(sizes))]]}, {_table_of(record)}"


def _table_of(record: dict[str, Any]) -> str:
    return (
        f"{record['family']}, {size(record['shape'])}, {record['samples_per_cell']:g} per cell"
    )
