# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `run` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.peers.families import FAMILIES
from benchmarks.peers.run_targets import run_verdicts
from benchmarks.peers.solvers import SOLVERS
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table
from benchmarks.record.words import duration, megabytes, size, where

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.record.report import Report

__all__ = ["group_table", "run_notes", "run_tables"]

GROUP_TITLES = {
    "dense": "Dense random tables",
    "counts": "Counts of rows, either source clustered to K states",
    "soft": "Soft marginals, K states of equal mass",
}

NAMED = {
    "table": Column("table", lambda record: FAMILIES[record["family"]].label),
    "classes": Column("classes", "classes"),
    "K": Column("K", "states"),
}
DETAIL = (
    Column("tol", "tol", "{:g}".format),
    Column("gap", "said.gap_bits", "{:.1e}".format),
    Column("converged", "converged", lambda converged: "yes" if converged else "no"),
    Column("outer steps", "said.iterations"),
    Column("fastest", "seconds.min", duration),
    Column("median", "seconds.median", duration),
    Column("slowest", lambda record: max(record["seconds"]["all"]), duration),
    Column("calls", "seconds.count"),
)


def run_tables(report: Report, *, detail: bool = False) -> str:
    """Tabulate time and memory of each solver, one table for each group of families.

    Parameters
    ----------
    report : Report
        A report of kind "run".
    detail : bool
        Whether to add a table of Fourfold's gaps and iterations.
    """
    parts = []
    for group in _distinct(_group(record) for record in report.records):
        parts.append(group_table(report, group))
        if detail:
            of_fourfold = [
                record
                for record in report.records
                if _group(record) == group
                and record["solver"] == "fourfold"
                and record["status"] == "solved"
            ]
            parts += [
                "Fourfold in detail",
                tabulate((*_naming(of_fourfold), *DETAIL), of_fourfold),
            ]
    if verdicts := list(run_verdicts(report)):
        parts.append(f"**Targets** beside the peers\n\n{targets_table(verdicts)}")
    return "\n\n".join([*parts, run_notes(report)])


def group_table(report: Report, group: str) -> str:
    """Tabulate one group of families: solvers side by side, a row for each table."""
    records = [record for record in report.records if _group(record) == group]
    lanes = _distinct((record["solver"], record["tol"]) for record in records)
    rows: dict[tuple[str, int], dict[Any, Any]] = {}
    for record in records:
        row = rows.setdefault((record["family"], record["states"]), {"first": record})
        row[record["solver"], record["tol"]] = record
    columns = [
        Column(named.title, lambda row, named=named: named.cell(row["first"]))
        for named in _naming(records)
    ]
    # on dense tables all states differ, and every cell can carry mass
    if group != "dense" and any("differing" in record for record in records):
        columns += [
            Column("states that differ", lambda row: row["first"].get("differing"), size),
            Column("cells that can carry mass", lambda row: row["first"].get("carrying")),
        ]
    columns += [
        Column(_lane_title(*lane), lambda row, lane=lane: row.get(lane), _cell)
        for lane in lanes
    ]
    if any(tol is None for _, tol in lanes):
        columns.append(
            Column("largest difference of an atom", _difference, "{:.0e} bits".format)
        )
    of_classes = {record["classes"] for record in records}
    shape = f", K x K x {min(of_classes)}" if len(of_classes) == 1 else ""
    families = _distinct(record["family"] for record in records)
    alone = families[0] if len(families) == 1 else None
    what = FAMILIES[alone].title if alone in FAMILIES else GROUP_TITLES.get(group, group)
    title = f"**{what}**{shape}: median time of one decomposition, peak memory of its process"
    return f"{title}\n\n{tabulate(columns, rows.values())}"


def _group(record: dict[str, Any]) -> str:
    family = record["family"]
    return FAMILIES[family].group if family in FAMILIES else family


def _naming(records: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns that say which table it is, without those that say the same everywhere."""
    several = len({record["family"] for record in records}) > 1
    classes = len({record["classes"] for record in records}) > 1
    kept = {"table": several, "classes": classes, "K": True}
    return [column for name, column in NAMED.items() if kept[name]]


def run_notes(report: Report) -> str:
    """Say what a missing answer means, what was compared, and where it was measured."""
    limit = report.settings["limit"]
    late = (
        f"“No answer”: ended after {limit:g} s; the same kind with more unknowns was then not"
    )
    notes = [f"{late} tried (-)."]
    if len({record["solver"] for record in report.records}) > 1:
        threads = report.settings["threads"] or report.fourfold_config.get("num_threads")
        notes.append(
            f"Every answer of a peer was compared with Fourfold's certified intervals before "
            f"its time was noted. Fourfold ran on up to {threads} threads, the peers on one."
        )
    return " ".join([*notes, where(report)])


def _cell(record: dict[str, Any]) -> str:
    """Say how a solve went: a time is shown only for an answer that was not found wrong."""
    if record["status"] == "skipped":
        return "-"
    memory = "" if record["peak_bytes"] is None else f", {megabytes(record['peak_bytes'])}"
    if record["status"] == "timeout":
        return f"no answer{memory}"
    if record["status"] == "failed":
        return "failed"
    time = duration(record["seconds"]["median"])
    if not record["converged"]:
        return f"{time}{memory}, not converged"
    if not all(entry["agrees"] for entry in record["agreement"]):
        return "**disagrees**"
    compared = "" if record["tol"] is not None or record["agreement"] else ", not compared"
    return f"{time}{memory}{compared}"


def _difference(row: dict[Any, Any]) -> float | None:
    """Largest difference between a peer and Fourfold at its tightest tolerance, in bits."""
    found = []
    for record in row.values():
        if record["converged"] and record["agreement"]:
            tightest = min(record["agreement"], key=lambda entry: entry["tol"])
            found.append(tightest["largest_difference"])
    return max(found, default=None)


def _lane_title(name: str, tol: float | None) -> str:
    label = SOLVERS[name].label if name in SOLVERS else name
    return label if tol is None else f"{label}, gap ≤ {tol:.0e}".replace("e-0", "e-")


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
