# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown table of the `choice` command, and its targets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from benchmarks.choice.measure import AUTO
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import Target, Verdict, targets_table
from benchmarks.record.words import UNITS, duration, size, where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["choice_table", "mean_ratio", "summary", "verdicts", "worst"]

MEAN = Target("geometric mean", "at most", 1.3, "times")
WORST = Target("worst table", "at most", 2.0, "times")


def _ratios(report: Report) -> dict[str, float]:
    return {
        f"{record['name']} at {record['tol']:g}": record["ratio"]
        for record in report.records
        if record["ratio"] is not None
    }


def mean_ratio(report: Report) -> float | None:
    """Geometric mean of the time of auto beside that of the best fixed method."""
    ratios = _ratios(report).values()
    return math.exp(math.fsum(map(math.log, ratios)) / len(ratios)) if ratios else None


def worst(report: Report) -> tuple[str, float] | None:
    """The table on which auto loses most, and how many times it takes as long."""
    return max(_ratios(report).items(), key=lambda item: item[1], default=None)


def verdicts(report: Report) -> Iterator[Verdict]:
    """The ratios beside what they should be."""
    found = worst(report)
    ratios = _ratios(report)
    above = sum(ratio > WORST.value for ratio in ratios.values())
    for target, measured, note in (
        (MEAN, mean_ratio(report), f"{len(ratios)} of {len(report.records)}"),
        (WORST, found and found[1], f"{found[0]}; {above} above" if found else "-"),
    ):
        judged = target.judge(measured)
        unit = UNITS[target.unit]
        yield Verdict(
            f'time of method="auto" beside the best fixed method\'s, {target.what}',
            "-" if measured is None else unit(measured),
            f"{target.sense} {unit(target.value)}",
            judged["met"],
            note,
        )


def summary(report: Report) -> str:
    """The two ratios, and where they come from."""
    title = (
        '**Choice**: processor time of `method="auto"` beside that of the fastest fixed method '
        f"that was made to solve the same, {len(report.records)} problems"
    )
    return f"{title}\n\n{targets_table(verdicts(report), 'where')}\n\n{where(report)}"


def choice_table(report: Report) -> str:
    """Tabulate what every method took, worst choices first, and the summary."""
    methods = list(dict.fromkeys(m for record in report.records for m in record["methods"]))
    columns = [
        Column("problem", "name"),
        Column("tol", "tol", "{:g}".format),
        Column("states that differ", lambda record: size(record["differing"])),
        Column("cells", "carrying"),
        *(Column(m, lambda record, m=m: _cell(record, m)) for m in methods),
        Column("ran", lambda record: record["methods"][AUTO].get("solver")),
        Column("auto / best", "ratio", "{:.2f}".format),
    ]
    records = sorted(report.records, key=lambda record: -(record["ratio"] or math.inf))
    return f"{summary(report)}\n\n{tabulate(columns, records, named=4)}"


def _cell(record: dict[str, Any], method: str) -> str | None:
    found = record["methods"].get(method)
    if found is None:
        return None
    time = None if found["cpu_seconds"] is None else duration(found["cpu_seconds"])
    if found["status"] == "solved":
        return f"**{time}**" if record["best"] == method else time
    return "no answer" if time is None else f"{time}, {found['status']}"
