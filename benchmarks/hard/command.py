# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `robustness` command, and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.hard.robustness import Settings, failures, robustness
from benchmarks.record.arguments import add_threads, nonnegative_integer, positive_gap
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import Verdict, targets_table
from benchmarks.record.words import duration, size, where

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["ROBUSTNESS", "robustness_table"]


def robustness_verdicts(report: Report) -> Iterator[Verdict]:
    """The one target: no check fails."""
    count = sum(record["count"] for record in report.records)
    failed = sum(map(_failed, report.records))
    figure = f"{count} hard tables to {report.settings['tol']:g} bits: failed checks"
    yield Verdict(figure, str(failed), "0", failed == 0)


def robustness_summary(report: Report) -> str:
    """How many failed in all."""
    title = "**Robustness** on tables that are hard for a solver"
    table = targets_table(robustness_verdicts(report))
    return f"{title}\n\n{table}\n\n{where(report)}"


def robustness_table(report: Report) -> str:
    """Tabulate for each family of hard tables how many failed, and what the slowest took."""
    counts = sum(record["count"] for record in report.records)
    failed = sum(map(_failed, report.records))
    title = (
        f"**Robustness**: {counts} hard tables to a certified gap of "
        f"{report.settings['tol']:g} bits, {failed} failed checks"
    )
    return "\n\n".join([title, tabulate(COLUMNS, report.records), where(report)])


def _failed(record: dict[str, Any]) -> int:
    return sum(record["failed"].values())


def _slowest(record: dict[str, Any]) -> str | None:
    slowest = record["slowest"]
    if not slowest["seconds"]:
        return None
    return f"{duration(slowest['seconds'])} ({size(slowest['shape'])})"


COLUMNS = (
    Column("tables", "family"),
    Column("size", "size"),
    Column("number", "count"),
    Column("failed checks", _failed),
    Column("median steps", "median_iterations", "{:g}".format),
    Column("most", "most_iterations"),
    Column("over 60", "many_iterations"),
    Column("slowest", _slowest),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, states in (("small", 12), ("large", 64)):
        default = getattr(Settings, name)
        parser.add_argument(
            f"--{name}",
            type=nonnegative_integer,
            help=f"tables of up to {states} states a side ({default})",
        )
    parser.add_argument(
        "--tol", type=positive_gap,
        help=f"gap in bits to be reached ({Settings.tol:g})",
    )  # fmt: skip
    add_threads(parser)


ROBUSTNESS = Benchmark(
    "robustness",
    "Solve hard tables and check every answer.",
    Settings(),
    Settings(small=260, large=0),
    _add_arguments,
    robustness,
    robustness_summary,
    failures,
    robustness_verdicts,
    details=robustness_table,
    prints_details=True,
)
