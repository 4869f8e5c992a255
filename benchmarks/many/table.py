# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `many` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.many import robustness
from benchmarks.many.targets import verdicts
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table
from benchmarks.record.words import duration, megabytes, short_duration, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.record.report import Report

__all__ = ["TABLES", "cost_table", "many_table"]

Records = list[dict[str, Any]]


def many_table(report: Report, *, detail: bool = False) -> str:
    """Tabulate times, what is known, the peer, hard tables, coverage and targets.

    Parameters
    ----------
    report : Report
        A report of kind "many".
    detail : bool
        Whether every known union is listed.
    """
    found: list[str] = []
    for kind, table in TABLES.items():
        records = [record for record in report.records if record["part"] == kind]
        if records:
            found += table(records, report.settings, detail)
    found += ["**Targets** of several sources", targets_table(verdicts(report), "note")]
    return "\n\n".join([*found, where(report)])


def cost_table(report: Report) -> str:
    """That of docs/many-sources.md: times and memory of single unions."""
    records = [record for record in report.records if record["part"] == "tables"]
    return "\n\n".join([*_tables(records, report.settings, False), where(report)])


def _gap(record: dict[str, Any]) -> float:
    return max(record["upper"] - record["lower"], 0.0)


def _tables(records: Records, settings: dict[str, Any], _: bool) -> Iterator[str]:
    yield (
        f"**Unions of several sources** to {settings['tol']:.0e} bits, all of them together, one thread: CPU time and "
        "the memory of the process; both bounds of each were found again in NumPy from dual and coupling"
    )
    yield tabulate(
        (
            Column("states of the sources, classes", "name"),
            Column("tuples", "tuples", lambda n: f"{n:,.0f}" if n < 1e9 else f"{n:.0e}"),
            Column("v*, bits", "upper", "{:.6f}".format),
            Column("gap", _gap, "{:.1e}".format),
            Column("steps", "iterations"),
            Column("CPU time", "cpu_seconds", duration),
            Column("peak memory", "peak_bytes", megabytes),
            Column("before the call", "resident_before_bytes", megabytes),
        ),
        records,
    )


def _oracles(records: Records, _: dict[str, Any], detail: bool) -> Iterator[str]:
    if not detail:
        return
    yield "**Unions that are known**"
    yield tabulate(
        (
            Column("sources", "name"),
            Column("v*, bits", "truth", "{:.9f}".format),
            Column("certified gap", _gap, "{:.1e}".format),
            Column("truth outside of it by", "off", "{:.1e}".format),
        ),
        records,
    )


def _peer(records: Records, settings: dict[str, Any], _: bool) -> Iterator[str]:
    yield (
        "**Beside cvxpy and Clarabel**, the same convex program written over all tuples, "
        f"{settings['peer_limit']:g} s at most"
    )
    yield tabulate(
        (
            Column("states of the sources, classes", "name"),
            Column("v*, bits", "upper", "{:.6f}".format),
            Column("Fourfold, gap at most 1e-6", "seconds", short_duration),
            Column("peak memory", "peak_bytes", megabytes),
            Column("cvxpy + Clarabel", "peer_seconds", duration),
            Column("says", "peer_says"),
            Column("peak memory", "peer_peak_bytes", megabytes),
            Column("outside of the bounds by", "apart", "{:.1e}".format),
        ),
        records,
    )


def _hard(records: Records, _: dict[str, Any], __: bool) -> Iterator[str]:
    yield (
        f"**Hard tables** of three and four sources to {robustness.TOL:.0e} bits, by either method; every dual and "
        "coupling was found again"
    )
    yield tabulate(
        (
            Column("tables", "name"),
            Column("method", "method"),
            Column("number", "count"),
            Column("certified", "certified"),
            Column("largest gap, bits", "largest_gap", "{:.1e}".format),
            Column("steps, mean", "mean_steps", "{:.1f}".format),
            Column("most", "most_steps"),
            Column("slowest", "seconds", duration),
        ),
        records,
        named=2,
    )


def _coverage(records: Records, _: dict[str, Any], __: bool) -> Iterator[str]:
    yield (
        f"**Samples** of known populations, {records[0]['draws']} of each: I, v* and S of all sources in bits, their mean "
        "errors, and how many percent of the 95 % intervals hold the truth"
    )
    yield tabulate(
        (
            Column("population", "name"),
            Column("sources", "sources"),
            Column("rows", "rows"),
            Column("truth", "truth", _figures("{:.3f}")),
            Column("as counted", "plug_in_bias", _figures("{:+.3f}")),
            Column("corrected", "bias", _figures("{:+.3f}")),
            Column(
                "held", "coverage", lambda shares: _figures("{:.0f}")(100 * s for s in shares)
            ),
            Column("half widths", "half_width", _figures("{:.3f}")),
            Column("flagged", "undersampled", lambda share: f"{100 * share:.0f} %"),
        ),
        records,
        named=3,
    )


def _figures(form: str) -> Callable[[Any], str]:
    return lambda values: " ".join(map(form.format, values))


TABLES: dict[str, Callable[[Records, dict[str, Any], bool], Iterator[str]]] = {
    "tables": _tables,
    "oracles": _oracles,
    "peer": _peer,
    "hard": _hard,
    "coverage": _coverage,
}
