# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `statistics` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table
from benchmarks.record.words import size, where
from benchmarks.statistics.population import ATOMS
from benchmarks.statistics.significance import KINDS, LEVEL, TESTED
from benchmarks.statistics.summary import (
    AUTO,
    LABELS,
    PLUG_IN,
    SHORT,
    distinct,
    errors,
    of_part,
    rejections,
    spread,
)
from benchmarks.statistics.targets import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.record.report import Report
    from benchmarks.statistics.summary import Spread

__all__ = ["statistics_table"]


def statistics_table(report: Report, *, detail: bool = False) -> str:
    """Tabulate errors, coverage, false positives and targets.

    Parameters
    ----------
    report : Report
        A report of kind "statistics".
    detail : bool
        Whether every table of the study is listed, and every estimator.
    """
    parts = []
    for part, short, long in (
        ("estimators", _errors, _errors_in_detail),
        ("intervals", _coverage, _coverage_in_detail),
        ("tests", _tests, _tests_in_detail),
    ):
        records = of_part(report.records, part)
        if records:
            parts += [*short(records), *(long(records) if detail else ())]
    found = list(verdicts(report))
    if found:
        parts += [
            "**Targets** of estimates, intervals and tests",
            targets_table(found, "worst, and how many"),
        ]
    return "\n\n".join([*parts, _notes(report)])


def _mean_and_most(figures: Spread) -> str:
    return f"{figures.mean:.3f} ({figures.high:.3f})"


def _mean_and_range(figures: Spread) -> str:
    return f"{100 * figures.mean:.1f} % ({100 * figures.low:.0f} to {100 * figures.high:.0f})"


def _each(pattern: str, times: float = 1.0) -> Callable[[list[float] | None], str]:
    return lambda values: ", ".join(pattern.format(times * value) for value in values)


PER_CELL = Column("samples per cell", "samples_per_cell", "{:g}".format)
#: Which table of the study, and how many samples.
TABLE = (Column("table", "family"), Column("K1 x K2 x K_Y", "shape", size), PER_CELL)


def _at_levels(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of each number of samples per cell together."""
    return [
        {
            "samples_per_cell": level,
            "records": [r for r in records if r["samples_per_cell"] == level],
        }
        for level in distinct(records, "samples_per_cell")
    ]


def _kinds(records: list[dict[str, Any]]) -> int:
    return len({(record["family"], tuple(record["shape"])) for record in records})


def _errors(records: list[dict[str, Any]]) -> Iterator[str]:
    def over_tables(name: str, which: int) -> Callable[[dict[str, Any]], Spread | None]:
        return lambda level: spread(
            found[which] for found in errors(records, name, level["samples_per_cell"])
        )

    columns = [PER_CELL]
    for name, label in ((PLUG_IN, "plug-in"), (AUTO, "auto")):
        columns += [
            Column(f"synergy, {label}", over_tables(name, 1), _mean_and_most),
            Column(f"largest other atom, {label}", over_tables(name, 2), _mean_and_most),
        ]
    yield (
        "**Error of estimates from samples**: size of the mean error in bits, mean over "
        f"{_kinds(records)} kinds of tables (worst in brackets)"
    )
    yield tabulate(columns, _at_levels(records))


def _errors_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    def of_synergy(name: str, field: str) -> Callable[[dict[str, Any]], Spread | None]:
        return lambda level: spread(
            abs(record[field][3]) for record in level["records"] if record["estimator"] == name
        )

    for title, field in (
        ("Size of the mean error of the synergy", "mean_error"),
        ("Root-mean-square error of the synergy", "rmse"),
    ):
        columns = [
            PER_CELL,
            *(
                Column(LABELS.get(name, name), of_synergy(name, field), _mean_and_most)
                for name in distinct(records, "estimator")
            ),
        ]
        yield f"{title} in bits, mean over tables (worst)"
        yield tabulate(columns, _at_levels(records))
    yield "Every table: errors of R, U1, U2, S in bits"
    yield tabulate(
        (
            *TABLE,
            Column("estimator", "estimator", lambda name: LABELS.get(name, name)),
            Column("repetitions", "repetitions"),
            Column("mean error", "mean_error", _each("{:+.3f}")),
            Column("standard error of it", "standard_error", _each("{:.3f}")),
            Column("root-mean-square error", "rmse", _each("{:.3f}")),
        ),
        records,
        named=4,
    )


def _coverage(records: list[dict[str, Any]]) -> Iterator[str]:
    def over_tables(field: str, k: int) -> Callable[[dict[str, Any]], Spread | None]:
        return lambda level: spread(record[field][k] for record in level["records"])

    covered = [
        Column(SHORT[atom], over_tables("coverage", k), _mean_and_range)
        for k, atom in enumerate(ATOMS)
    ]
    widths = [
        Column(title, over_tables("half_width", k), lambda figures: f"{figures.mean:.3f}")
        for title, k in (("half width of R, bits", 0), ("of S", 3))
    ]
    nominal = f"{100 * records[0]['confidence_level']:g} %"
    yield (
        f"**Coverage** of nominal {nominal} intervals, {records[0]['n_resamples']} "
        f"resamples: mean over {_kinds(records)} kinds of tables (least to largest)"
    )
    yield tabulate((PER_CELL, *covered, *widths), _at_levels(records))


def _coverage_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    yield "Every table: R, U1, U2, S"
    yield tabulate(
        (
            *TABLE,
            Column("repetitions", "repetitions"),
            Column("coverage, %", "coverage", _each("{:.1f}", 100)),
            Column("mean half width, bits", "half_width", _each("{:.3f}")),
            Column("root-mean-square error", "rmse", _each("{:.3f}")),
            Column("standard deviation of the estimate", "spread", _each("{:.3f}")),
        ),
        records,
        named=3,
    )


TRUTHS = dict(
    zip(
        KINDS,
        (
            "its exact null is true",
            "the atom is zero, its exact null is not true",
            "the atom is not zero (power)",
        ),
        strict=True,
    )
)


def _tests(records: list[dict[str, Any]]) -> Iterator[str]:
    def pooled(kind: str) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        def read(row: dict[str, Any]) -> dict[str, Any] | None:
            found = rejections(records, row["statistic"], kind)
            return None if found["share"] is None else found

        return read

    yield (
        f"**Permutation tests** at {LEVEL:g}, {records[0]['n_permutations']} permutations: share "
        "of rejections (least to largest of a kind of tables)"
    )
    columns = [Column(title, pooled(kind), _share) for kind, title in TRUTHS.items()]
    statistic = Column("statistic", lambda row: SHORT[row["statistic"]])
    yield tabulate((statistic, *columns), [{"statistic": name} for name in TESTED])


def _tests_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    columns = [
        Column(title, lambda record, kind=kind: record["counts"].get(kind), _count)
        for kind, title in TRUTHS.items()
    ]
    statistic = Column("statistic", lambda record: SHORT[record["statistic"]])
    yield tabulate((*TABLE, statistic, *columns), records, named=4)


def _share(found: dict[str, Any]) -> str:
    return (
        f"{100 * found['share']:.1f} % ({100 * found['low']:.0f} to {100 * found['high']:.0f}) "
        f"of {found['repetitions']}"
    )


def _count(count: dict[str, int]) -> str:
    return f"{100 * count['rejected'] / count['repetitions']:.1f} % of {count['repetitions']}"


def _notes(report: Report) -> str:
    notes = []
    for part, words in (
        ("estimators", "draws of a table and its samples"),
        ("intervals", "intervals"),
        ("tests", "tests"),
    ):
        records = of_part(report.records, part)
        if part == "estimators":
            records = [r for r in records if r["estimator"] in (PLUG_IN, AUTO)]
        counts = sorted({record["repetitions"] for record in records})
        if counts:
            ends = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
            notes.append(f"{ends} {words} for each kind of table and number of samples.")
    for record in of_part(report.records, "null"):
        plug_in = ", ".join(
            f"{SHORT[atom]} {value:.2f}"
            for atom, value in zip(ATOMS, record["mean_plug_in"], strict=True)
        )
        notes.append(
            f"{record['family']}, independent labels: plug-in {plug_in} bits on average."
        )
    return " ".join([*notes, where(report)])
