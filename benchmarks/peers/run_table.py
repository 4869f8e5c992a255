# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `run` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.peers.solvers import SOLVERS
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.words import duration, megabytes, where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.record.report import Report

__all__ = ["FAMILY_TITLES", "family_table", "run_notes", "run_tables"]

FAMILY_TITLES = {
    "dense": "Dense random tables",
    "digits": "Counts of 1797 handwritten digits",
}

DETAIL = (
    Column("K", "states"),
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
    """Tabulate time and memory of each solver, one table for each kind of instance.

    Parameters
    ----------
    report : Report
        A report of kind "run".
    detail : bool
        Whether to add a table of Fourfold's gaps and iterations.
    """
    parts = []
    for family in _distinct(record["family"] for record in report.records):
        parts.append(family_table(report, family))
        if detail:
            of_fourfold = [
                record
                for record in report.records
                if record["family"] == family
                and record["solver"] == "fourfold"
                and record["status"] == "solved"
            ]
            parts += ["Fourfold in detail", tabulate(DETAIL, of_fourfold)]
    return "\n\n".join([*parts, run_notes(report)])


def family_table(report: Report, family: str) -> str:
    """Tabulate one kind of instance under its title: solvers side by side, a row for each size."""
    records = [record for record in report.records if record["family"] == family]
    lanes = _distinct((record["solver"], record["tol"]) for record in records)
    sizes = [
        {
            "states": states,
            **{
                (record["solver"], record["tol"]): record
                for record in records
                if record["states"] == states
            },
        }
        for states in _distinct(record["states"] for record in records)
    ]
    columns = [Column("K", "states")]
    columns += [
        Column(_lane_title(*lane), lambda size, lane=lane: size.get(lane), _cell)
        for lane in lanes
    ]
    if any(tol is None for _, tol in lanes):
        columns.append(
            Column("largest difference of an atom", _difference, "{:.0e} bits".format)
        )
    title = (
        f"**{FAMILY_TITLES.get(family, family)}**, K x K x {records[0]['classes']}: "
        "median time of one decomposition, peak memory of its process"
    )
    return f"{title}\n\n{tabulate(columns, sizes)}"


def run_notes(report: Report) -> str:
    """Say what a missing answer means, what was compared, and where it was measured."""
    limit = report.settings["limit"]
    notes = [f"“No answer”: ended after {limit:g} s; larger tables were then not tried (-)."]
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


def _difference(size: dict[Any, Any]) -> float | None:
    """Largest difference between a peer and Fourfold at its tightest tolerance, in bits."""
    found = []
    for record in (entry for lane, entry in size.items() if lane != "states"):
        if record["converged"] and record["agreement"]:
            tightest = min(record["agreement"], key=lambda entry: entry["tol"])
            found.append(tightest["largest_difference"])
    return max(found, default=None)


def _lane_title(name: str, tol: float | None) -> str:
    label = SOLVERS[name].label if name in SOLVERS else name
    return label if tol is None else f"{label}, gap ≤ {tol:.0e}".replace("e-0", "e-")


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
