# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The tables of all reports under one another, and what README.md and docs/ show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.commands import BENCHMARKS
from benchmarks.peers.run import PEERS
from benchmarks.peers.run_table import group_table, run_notes
from benchmarks.record.parts import part_of
from benchmarks.record.report import Report
from benchmarks.record.target import targets_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["available", "beside_peers", "page", "unmet"]


def available(folder: Path) -> list[Report]:
    """Read the reports that there are, in the order of `BENCHMARKS`.

    Raises
    ------
    FileNotFoundError
        If there is none of them.
    """
    paths = {kind: folder / f"{kind}.json" for kind in BENCHMARKS}
    reports = [Report.read(path, kind) for kind, path in paths.items() if path.exists()]
    if not reports:
        *most, last = (path.name for path in paths.values())
        msg = f"{folder}: no {', '.join(most)} or {last}; measure first"
        raise FileNotFoundError(msg)
    return reports


def page(reports: Iterable[Report], *, detail: bool = False) -> str:
    """Put the tables of all reports under one another."""
    tables = (BENCHMARKS[report.kind].tables(report, detail=detail) for report in reports)
    return "\n\n".join(table for table in tables if table)


def unmet(reports: Iterable[Report]) -> str:
    """Tabulate every target of every report that was missed."""
    judged = [v for report in reports for v in BENCHMARKS[report.kind].verdicts(report)]
    missed = [verdict for verdict in judged if verdict.met is False]
    title = f"**Targets that are not met**, {len(missed)} of {len(judged)}"
    return f"{title}\n\n{targets_table(missed, 'worst, and how many')}"


def beside_peers(report: Report) -> str:
    """Tabulate dense tables of the `run` command alone; nothing if it has none."""
    beside = part_of(report, PEERS, PEERS)
    if not beside.records:
        return ""
    return f"{group_table(beside, 'dense')}\n\n{run_notes(beside)}"
