# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown table of the `exact` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import Verdict
from benchmarks.record.words import duration, joined, megabytes, size, where, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.record.report import Report

__all__ = ["exact_table", "verdicts"]


def _named(record: dict[str, Any]) -> str:
    threads = ", one thread" if record.get("threads") == 1 else ""
    return f"{record['family']}, {size(record['shape'])}{threads}"


TIME = Column("time", "seconds.median", duration)
PEAK = Column("peak memory", "peak_bytes", megabytes)
COLUMNS = (
    Column("table", _named),
    Column("tol", "tol", "{:g}".format),
    Column("gap", "said.gap_bits", "{:.1e}".format),
    Column("outer steps", "said.iterations"),
    TIME,
    Column("target", lambda record: _within(record, "seconds", duration)),
    PEAK,
    Column("target", lambda record: _within(record, "bytes", megabytes)),
)


def exact_table(report: Report) -> str:
    """Tabulate what certified small gaps took, beside what they should take."""
    title = (
        "**Small gaps**, certified: median time of one decomposition, peak memory of its "
        "process, and what both should be"
    )
    threads = report.settings["threads"] or report.fourfold_config.get("num_threads")
    notes = (
        "Every answer was checked before its time was noted: its atoms add up to I(X1,X2;Y), "
        "and its intervals meet those of first-order steps alone, or of a hull by Qhull for "
        f"binary targets. Up to {threads} threads where it does not say one."
    )
    table = tabulate(COLUMNS, report.records, named=2)
    return "\n\n".join([title, table, f"{notes} {where(report)}"])


def _within(record: dict[str, Any], what: str, unit: Callable[[Any], str]) -> str | None:
    met = record[f"within_{what}"]
    return None if met is None else within(unit(record[f"target_{what}"]), met=met)


def verdicts(report: Report) -> Iterator[Verdict]:
    """Time and memory beside what they should be."""
    for record in report.records:
        figure = f"{_named(record)}, to {record['tol']:g} bits"
        for column, what in ((TIME, "seconds"), (PEAK, "bytes")):
            target = record[f"target_{what}"]
            if target is not None:
                measured = joined(record["wrong"]) if record["wrong"] else column.cell(record)
                yield Verdict(
                    f"{figure}: {column.title}",
                    measured,
                    f"within {column.unit(target)}",
                    record[f"within_{what}"],
                )
