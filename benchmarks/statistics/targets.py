# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The figures that estimates, intervals and tests are held to, read off the records."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from benchmarks.record.target import Verdict
from benchmarks.record.words import UNITS, duration, size
from benchmarks.statistics.population import ATOMS
from benchmarks.statistics.significance import LEVEL
from benchmarks.statistics.summary import (
    AUTO,
    PLUG_IN,
    SHORT,
    SYNERGY,
    Spread,
    distinct,
    errors,
    levelled,
    of_part,
    rejections,
)
from benchmarks.statistics.synergy_cases import TARGETED
from benchmarks.statistics.views import EQUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.record.report import Report

__all__ = ["Judged", "judged", "verdicts"]

#: Samples per cell from which on estimates are held to theirs.
ENOUGH = 2.0
MEAN_ERROR_BITS = 0.02
SYNERGY_RATIO = 0.25
#: Samples per cell at which intervals are held to theirs.
COVERED_FROM, COVERED_TO = 1.0, 16.0
#: Coverage of a nominal 95 % that is enough, the share of atoms that have it, and the least of any.
COVERAGE, SHARE_OF_ATOMS, LEAST_COVERAGE = 0.90, 0.95, 0.85
#: Half widths of S beside those of halves, of tables in general and of K-means clusters.
WIDER, WIDER_CLUSTERS = 1.2, 0.6
#: Of a test that is exact, all kinds of tables together; of any one kind: 18 of 200.
FALSE_POSITIVES, MOST_FALSE_POSITIVES = (0.03, 0.07), 0.09
POWER, POWER_PER_CELL = 0.90, 2.0
FEW, FEW_ERROR_BITS, FLAGGED = 0.25, 0.05, 0.95
#: Solves of the core that a default result takes, and seconds that many halves do.
SOLVES, SECONDS = 8.0, 5.0


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
        if self.high == math.inf:
            return f"at least {unit(self.low)}"
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
    estimates = levelled(of_part(records, "estimators"))
    yield from _mean_errors(estimates)
    yield from _synergy_ratio([r for r in estimates if r["samples_per_cell"] == 1.0])
    yield from _few_samples(estimates)
    yield from _intervals(of_part(records, "intervals"))
    yield from _false_positives(records)
    yield from _power(of_part(records, "tests"))
    yield from _speed(of_part(records, "speed"))
    for record in of_part(records, "null"):
        of = f"of {record['repetitions']} repetitions"
        name = record["family"]
        yield Judged(
            f"{name}: reported as undersampled", 1.0, 1.0, "share",
            (record["undersampled"],), of,
        )  # fmt: skip
        yield Judged(
            f"{name}: a test significant at {LEVEL:g} after Benjamini-Hochberg",
            0.0, LEVEL, "share", (record["any_significant"],), of,
        )  # fmt: skip
        yield Judged(
            f"{name}: an interval of an atom excludes 0",
            0.0, LEVEL, "share", (record["any_interval_excludes_zero"],), of,
        )  # fmt: skip


def _mean_errors(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """Of every atom of every table; and on average over tables."""
    tables = [
        (record, max(synergy, other))
        for record, synergy, other in errors(records, AUTO)
        if record["samples_per_cell"] >= ENOUGH
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
    plug_in, auto = errors(records, PLUG_IN), errors(records, AUTO)
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


def _few_samples(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """A synergy of clusters at a quarter of a sample per cell is right, or said to be a guess."""
    few = [
        (error, record)
        for record, error, _ in errors(records, AUTO)
        if record["group"] == "clusters" and record["samples_per_cell"] == FEW
    ]
    if not few:
        return
    silent = [pair for pair in few if pair[1]["undersampled"] < FLAGGED]
    error, worst = max(silent, key=lambda pair: pair[0], default=(0.0, None))
    note = "" if worst is None else f"{worst['family']}; "
    yield Judged(
        f"mean error of the synergy of clusters, {FEW:g} per cell, where less than "
        f"{100 * FLAGGED:g} % of the results are flagged",
        0.0, FEW_ERROR_BITS, "bits", (error,),
        f"{note}{len(few) - len(silent)} of {len(few)} tables flagged",
    )  # fmt: skip


def _intervals(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    judged = [
        (record["coverage"][k], f"{SHORT[atom]}, {_table_of(record)}: {100 * share:.0f} %")
        for record in levelled(records)
        if COVERED_FROM <= record["samples_per_cell"] <= COVERED_TO
        for k, atom in enumerate(ATOMS)
        for share in (record["coverage"][k],)
    ]
    what = f"nominal 95 % intervals, {COVERED_FROM:g} to {COVERED_TO:g} per cell"
    if judged:
        enough = sum(share >= COVERAGE for share, _ in judged)
        low = [words for share, words in sorted(judged) if share < LEAST_COVERAGE]
        yield Judged(
            f"{what}: atoms covered in {100 * COVERAGE:g} % or more",
            SHARE_OF_ATOMS, math.inf, "share", (enough / len(judged),),
            f"{enough} of {len(judged)} atoms of tables",
        )  # fmt: skip
        yield Judged(
            f"{what}: coverage of every atom",
            LEAST_COVERAGE, math.inf, "share", (min(judged)[0],),
            "; ".join(low) or min(judged)[1],
        )  # fmt: skip
    views = [record for record in records if record["family"] in EQUAL]
    if views:
        least = min(views, key=lambda record: min(record["coverage"]))
        k = min(range(len(ATOMS)), key=least["coverage"].__getitem__)
        yield Judged(
            "two equally good views: coverage of every atom",
            COVERAGE, math.inf, "share", (least["coverage"][k],),
            f"{SHORT[ATOMS[k]]}, {least['family']}, {least['n_samples']} rows",
        )  # fmt: skip
    clustered = [record for record in records if record["group"] == "clusters"]
    others = [record for record in records if record["group"] != "clusters"]
    k_means = [record for record in clustered if record["family"].startswith("K-means")]
    yield from _widths(k_means, "clusters by K-means", WIDER_CLUSTERS)
    yield from _widths(others, "views, random and structured tables", WIDER)


def _widths(records: Sequence[dict[str, Any]], of: str, limit: float) -> Iterator[Judged]:
    ratios = [
        record["halves"]["ratio"][SYNERGY]
        for record in records
        if record["samples_per_cell"] >= COVERED_FROM
        and record["halves"]["coverage"][SYNERGY] >= COVERAGE
    ]
    found = Spread([ratio for ratio in ratios if ratio is not None]) if any(ratios) else None
    if found is not None:
        yield Judged(
            f"half width of S beside that of halves where those cover, median over {of}",
            0.0, limit, "times", (found.median,),
            f"{found.low:.2f} to {found.high:.2f}, {found.count} of {len(records)}",
        )  # fmt: skip


def _false_positives(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    for name in distinct(of_part(records, "tests"), "statistic"):
        found = rejections(records, name, "exact null")
        if found["share"] is not None:
            yield Judged(
                f"rejections at {LEVEL:g} of the exact null of {SHORT[name]}",
                *FALSE_POSITIVES, "share", (found["share"],),
                f"of {found['repetitions']}; by kind {100 * found['low']:.1f} to "
                f"{100 * found['high']:.1f} %",
            )  # fmt: skip
    for name in distinct(of_part(records, "tests"), "statistic"):
        found = rejections(records, name, "exact null", "other null")
        if found["share"] is not None:
            yield Judged(
                f"rejections at {LEVEL:g} where there is none, test of {SHORT[name]}, every table",
                0.0, MOST_FALSE_POSITIVES, "share", (found["high"],),
                f"{_table_of(found['worst'])}; {found['cases']} tables",
            )  # fmt: skip


def _power(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    for record in records:
        there = record["counts"].get("alternative")
        if (
            record["family"] in TARGETED
            and record["samples_per_cell"] == POWER_PER_CELL
            and record["statistic"] == "synergy"
            and there is not None
        ):
            yield Judged(
                f"power of the test of S at {LEVEL:g}, {record['family']}, "
                f"{POWER_PER_CELL:g} per cell",
                POWER, math.inf, "share", (there["rejected"] / there["repetitions"],),
                f"of {there['repetitions']}",
            )  # fmt: skip


def _speed(records: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    for record in records:
        table = f"{size(record['shape'])} table from {record['n_samples']} samples"
        if record["name"] == "default result":
            solves = record["solves"]
            yield Judged(
                f"default result of a {table}, in solves of the core",
                0.0, SOLVES, "times", (solves["default"],),
                f"a solve {duration(record['cpu_seconds']['solve'])}; without correction and "
                f"interval {solves['plug-in']:.1f} times, with {record['n_resamples']} halves "
                f"{solves['halves']:.0f} times",
            )  # fmt: skip
        else:
            yield Judged(
                f"{record['n_resamples']} replicates of a {table}, {record['threads']} threads",
                0.0, SECONDS, "s", (record["seconds"]["median"],),
            )  # fmt: skip


def _where(record: dict[str, Any]) -> str:
    """Which atom of which table is worst."""
    sizes = [abs(error) for error in record["mean_error"]]
    return f"{SHORT[ATOMS[sizes.index(max(sizes))]]}, {_table_of(record)}"


def _table_of(record: dict[str, Any]) -> str:
    return (
        f"{record['family']}, {size(record['shape'])}, {record['samples_per_cell']:g} per cell"
    )
