# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown table of large soft tables, the methods side by side."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import Verdict, targets_table
from benchmarks.record.target import verdicts as judged
from benchmarks.record.words import duration, joined, megabytes, size, where
from benchmarks.soft.measure import AUTO, LIMIT, PEER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["soft_line", "soft_table", "soft_verdicts"]


def soft_verdicts(report: Report) -> Iterator[Verdict]:
    """What was measured of `method="auto"` beside what it should be."""
    for record in report.records:
        for verdict in judged(dataclasses.replace(report, records=[record])):
            figure = f"{_named(record)}: {verdict.figure.rpartition(': ')[2]}"
            late = record["status"] == "timeout"
            yield verdict._replace(
                figure=figure,
                measured=f"no answer in {LIMIT:g} s" if late else verdict.measured,
            )


def soft_table(report: Report) -> str:
    """Tabulate each table with CPU time of every method, then the targets."""
    small = {r["kind"]: r for r in report.records if r["method"] == PEER}
    rows: dict[str, dict[str, Any]] = {}
    for record in report.records:
        if record["method"] != PEER:
            rows.setdefault(record["name"], {})[record["method"]] = record
    methods = list(dict.fromkeys(method for row in rows.values() for method in row))
    columns = [
        Column("table", lambda row: row[AUTO]["title"]),
        Column("K1 x K2 x K_Y", lambda row: size(row[AUTO]["shape"])),
        Column("tol", lambda row: f"{row[AUTO]['tol']:g}"),
        Column("merge", lambda row: f"{row[AUTO]['merge']:g}" if row[AUTO]["merge"] else None),
        *(
            Column(f"`{method}`", lambda row, method=method: row.get(method), _cell)
            for method in methods
        ),
        Column("width", lambda row: row[AUTO]["said"], _width),
        Column("peak memory", lambda row: row[AUTO]["peak_bytes"], megabytes),
        Column(
            "a small one beside Clarabel", lambda row: small.get(row[AUTO]["kind"]), _beside
        ),
    ]
    title = "**Large soft tables**: median CPU time of `decompose_marginals` on one thread"
    notes = (
        f"“No answer”: ended after {LIMIT:g} s. Width and peak memory of the process are those "
        "of `auto`. Before its time was noted, its dual pair was priced again over all pairs of "
        "states, or 2^30 of them, its coupling summed where that can be formed, and every interval compared with "
        "those of the other methods; a small version of each table was compared with Clarabel. "
        f"{where(report)}"
    )
    verdicts = list(soft_verdicts(report))
    targets = f"**Targets** of large soft tables\n\n{targets_table(verdicts)}"
    parts = [title, tabulate(columns, rows.values()), *([targets] if verdicts else []), notes]
    return "\n\n".join(parts)


def soft_line(record: dict[str, Any]) -> str:
    """One line for the terminal; a time only for an answer that was not found wrong."""
    text = f"{record['name']:<20}{record['method']:<10}"
    if record["method"] == PEER:
        return f"{text}{_beside(record)}"
    return f"{text}{_cell(record)}".replace("**", "")


def _named(record: dict[str, Any]) -> str:
    merged = f", merge={record['merge']:g}" if record["merge"] else ""
    return f"{record['title']}, {size(record['shape'])}, to {record['tol']:g} bits{merged}"


def _cell(record: dict[str, Any]) -> str:
    """A time only for an answer that was not found wrong."""
    if record["wrong"]:
        return joined(record["wrong"])
    if record["status"] != "solved":
        return "no answer"
    time = duration(record["seconds"]["cpu_median"])
    steps = f"{record['said']['iterations']} steps"
    state = "" if record["converged"] else ", not converged"
    return f"{time}, {steps}{state}"


def _width(said: dict[str, Any]) -> str:
    return f"{said['gap_bits']:.1e} bits"


def _beside(record: dict[str, Any]) -> str:
    if record["wrong"]:
        return joined(record["wrong"])
    if record["status"] != "solved":
        return "not compared"
    difference = record["largest_difference"]
    shape = size(record["shape"])
    return f"{shape}: " + ("not compared" if difference is None else f"{difference:.0e} bits")
