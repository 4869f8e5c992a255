# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `robustness` command, and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.hard.marginals_robustness import SIZE
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
    """No check fails: one target of tables and one of marginals."""
    for marginals, records in _kinds(report).items():
        count = sum(record["count"] for record in records)
        failed = sum(map(_failed, records))
        figure = (
            f"{count} hard pairs of marginals: failed checks"
            if marginals
            else f"{count} hard tables to {report.settings['tol']:g} bits: failed checks"
        )
        yield Verdict(figure, str(failed), "0", failed == 0)


def robustness_summary(report: Report) -> str:
    """How many failed in all."""
    title = "**Robustness** on tables that are hard for a solver"
    table = targets_table(robustness_verdicts(report))
    return f"{title}\n\n{table}\n\n{where(report)}"


def robustness_table(report: Report) -> str:
    """Tabulate for each family of hard tables how many failed, and what the slowest took."""
    parts = []
    for marginals, records in _kinds(report).items():
        count, failed = sum(r["count"] for r in records), sum(map(_failed, records))
        what = (
            f"{count} hard pairs of marginals, by every method and with states merged"
            if marginals
            else f"{count} hard tables to a certified gap of {report.settings['tol']:g} bits"
        )
        parts += [
            f"**Robustness**: {what}, {failed} failed checks",
            tabulate(MARGINALS_COLUMNS if marginals else COLUMNS, records),
        ]
    return "\n\n".join([*parts, where(report)])


def _kinds(report: Report) -> dict[bool, list[dict[str, Any]]]:
    """Records of tables and of marginals, where there are any."""
    kinds: dict[bool, list[dict[str, Any]]] = {}
    for record in report.records:
        kinds.setdefault(record["size"] == SIZE, []).append(record)
    return kinds


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
#: Marginals are of any size, and solved one by one.
MARGINALS_COLUMNS = tuple(c for c in COLUMNS if c.title not in ("size", "over 60"))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, states in (("small", 12), ("large", 64)):
        default = getattr(Settings, name)
        parser.add_argument(
            f"--{name}",
            type=nonnegative_integer,
            help=f"tables of up to {states} states a side ({default})",
        )
    parser.add_argument(
        "--marginals",
        type=nonnegative_integer,
        help=f"pairs of marginals of up to 1000 states a side ({Settings.marginals})",
    )
    parser.add_argument(
        "--tol", type=positive_gap,
        help=f"gap in bits to be reached, of tables ({Settings.tol:g})",
    )  # fmt: skip
    add_threads(parser)


ROBUSTNESS = Benchmark(
    "robustness",
    "Solve hard tables and check every answer.",
    Settings(),
    Settings(small=260, large=0, marginals=9),
    _add_arguments,
    robustness,
    robustness_summary,
    failures,
    robustness_verdicts,
    details=robustness_table,
    prints_details=True,
)
