# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.cuda.table import cuda_table
from benchmarks.floor.table import floor_table
from benchmarks.markdown import duration, markdown, megabytes, where
from benchmarks.report import Report
from benchmarks.solvers import SOLVERS
from benchmarks.statistics.table import statistics_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = [
    "FAMILY_TITLES",
    "available",
    "exact_table",
    "memory_table",
    "page",
    "robustness_table",
    "run_tables",
]

FAMILY_TITLES = {
    "dense": "Dense random tables",
    "digits": "Counts of 1797 handwritten digits",
}

KINDS = ("run", "exact", "floor", "cuda", "memory", "robustness", "statistics")


def available(folder: Path) -> list[Report]:
    """Read the reports that there are, in the order of `KINDS`.

    Raises
    ------
    FileNotFoundError
        If there is none of them.
    """
    paths = {kind: folder / f"{kind}.json" for kind in KINDS}
    reports = [Report.read(path, kind) for kind, path in paths.items() if path.exists()]
    if not reports:
        *most, last = (path.name for path in paths.values())
        msg = f"{folder}: no {', '.join(most)} or {last}; measure first"
        raise FileNotFoundError(msg)
    return reports


def page(reports: Iterable[Report], *, detail: bool = False) -> str:
    """Put the tables of all reports under one another; that of the hard tables is a detail."""
    tables = {
        "run": lambda report: run_tables(report, detail=detail),
        "exact": exact_table,
        "floor": floor_table,
        "cuda": cuda_table,
        "memory": memory_table,
        "robustness": robustness_table,
        "statistics": lambda report: statistics_table(report, detail=detail),
    }
    return "\n\n".join(
        tables[report.kind](report)
        for report in reports
        if detail or report.kind != "robustness"
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
        records = [record for record in report.records if record["family"] == family]
        classes = records[0]["classes"]
        parts.append(
            f"**{FAMILY_TITLES.get(family, family)}**, K x K x {classes}: "
            "median time of one decomposition, peak memory of its process"
        )
        parts.append(_solver_table(records))
        if detail:
            parts.append(_detail_table(records))
    parts.append(_run_notes(report))
    return "\n\n".join(parts)


def exact_table(report: Report) -> str:
    """Tabulate what certified small gaps took, beside what they should take."""
    rows = []
    for record in report.records:
        shape = " x ".join(map(str, record["shape"]))
        problem = [f"{record['family']}, {shape}", f"{record['tol']:g}"]
        if record["wrong"]:
            rows.append([*problem, f"**{'; '.join(record['wrong'])}**", *[""] * 5])
            continue
        seconds, peak = record["seconds"]["median"], record["peak_bytes"]
        rows.append([
            *problem,
            f"{record['said']['gap_bits']:.1e}",
            str(record["said"]["iterations"]),
            duration(seconds),
            _verdict(record["within_seconds"], record["target_seconds"], duration),
            "-" if peak is None else megabytes(peak),
            _verdict(record["within_bytes"], record["target_bytes"], megabytes),
        ])  # fmt: skip
    header = (
        "table",
        "tol",
        "gap",
        "outer steps",
        "time",
        "target",
        "peak memory",
        "target",
    )
    title = (
        "**Small gaps**, certified: median time of one decomposition, peak memory of its "
        "process, and what both should be"
    )
    threads = report.settings["threads"] or report.fourfold_config.get("num_threads")
    notes = (
        "Every answer was checked before its time was noted: its atoms add up to I(X1,X2;Y), "
        f"and its intervals meet those of first-order steps alone. Up to {threads} threads."
    )
    return "\n\n".join([title, markdown(header, rows), f"{notes} {where(report)}"])


def memory_table(report: Report) -> str:
    """Tabulate the peak memory of a problem whose tensor could not be held."""
    size = report.settings
    rows = []
    for record in report.records:
        problem = f"{size['states1']} x {size['states2']} x {size['classes']}"
        if record["status"] != "solved":
            rows.append([problem, f"{record['status']}: {record['reason']}", "", "", ""])
            continue
        verdict = "within" if record["within_bound"] else "**above**"
        rows.append([
            problem,
            megabytes(record["peak_bytes"]),
            f"{verdict} {megabytes(size['bound_bytes'])}",
            megabytes(record["tensor_bytes"]),
            f"{record['iterations']} in {duration(record['seconds'])}",
        ])  # fmt: skip
    header = (
        "K1 x K2 x K_Y",
        "peak memory of the process",
        "bound",
        "the tensor, never formed",
        "outer steps",
    )
    return "\n\n".join(
        [
            "**Memory** of `decompose_marginals`, stopped after a few steps",
            markdown(header, rows),
            where(report),
        ]
    )


def robustness_table(report: Report) -> str:
    """Tabulate for each family of hard tables how many failed, and what the slowest took."""
    rows = []
    for record in report.records:
        slowest = record["slowest"]
        time = "-"
        if slowest["seconds"]:
            shape = " x ".join(map(str, slowest["shape"]))
            time = f"{duration(slowest['seconds'])} ({shape})"
        rows.append([
            record["family"],
            record["size"],
            str(record["count"]),
            str(sum(record["failed"].values())),
            "-" if record["median_iterations"] is None else f"{record['median_iterations']:g}",
            str(record["most_iterations"]),
            str(record["many_iterations"]),
            time,
        ])  # fmt: skip
    header = (
        "tables",
        "size",
        "number",
        "failed checks",
        "median steps",
        "most",
        "over 60",
        "slowest",
    )
    counts = sum(record["count"] for record in report.records)
    failed = sum(sum(record["failed"].values()) for record in report.records)
    title = (
        f"**Robustness**: {counts} hard tables to a certified gap of "
        f"{report.settings['tol']:g} bits, {failed} failed checks"
    )
    return "\n\n".join([title, markdown(header, rows), where(report)])


def _solver_table(records: list[dict[str, Any]]) -> str:
    lanes = _distinct((record["solver"], record["tol"]) for record in records)
    header = ["K", *(_lane_title(name, tol) for name, tol in lanes)]
    with_peers = any(tol is None for _, tol in lanes)
    if with_peers:
        header.append("largest difference of an atom")
    rows = []
    for states in _distinct(record["states"] for record in records):
        of_size = {
            (record["solver"], record["tol"]): record
            for record in records
            if record["states"] == states
        }
        row = [str(states), *(_cell(of_size.get(lane)) for lane in lanes)]
        if with_peers:
            row.append(_difference(of_size.values()))
        rows.append(row)
    return markdown(header, rows)


def _detail_table(records: list[dict[str, Any]]) -> str:
    rows = []
    for record in records:
        if record["solver"] == "fourfold" and record["status"] == "solved":
            seconds, said = record["seconds"], record["said"]
            rows.append([
                str(record["states"]),
                f"{record['tol']:g}",
                f"{said['gap_bits']:.1e}",
                "yes" if record["converged"] else "no",
                str(said["iterations"]),
                duration(seconds["min"]),
                duration(seconds["median"]),
                duration(max(seconds["all"])),
                str(seconds["count"]),
            ])  # fmt: skip
    header = (
        "K",
        "tol",
        "gap",
        "converged",
        "outer steps",
        "fastest",
        "median",
        "slowest",
        "calls",
    )
    return "Fourfold in detail\n\n" + markdown(header, rows)


def _cell(record: dict[str, Any] | None) -> str:
    """Say how a solve went: a time is shown only for an answer that was not found wrong."""
    if record is None or record["status"] == "skipped":
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


def _difference(records: Iterable[dict[str, Any]]) -> str:
    """Largest difference between a peer and Fourfold at its tightest tolerance, in bits."""
    found = []
    for record in records:
        if record["converged"] and record["agreement"]:
            tightest = min(record["agreement"], key=lambda entry: entry["tol"])
            found.append(tightest["largest_difference"])
    return f"{max(found):.0e} bits" if found else "-"


def _verdict(within: bool | None, target: float | None, unit: Callable[[Any], str]) -> str:
    if within is None:
        return "-"
    return f"{'within' if within else '**above**'} {unit(target)}"


def _run_notes(report: Report) -> str:
    limit = report.settings["limit"]
    notes = [f"“No answer”: ended after {limit:g} s; larger tables were then not tried (-)."]
    solvers = _distinct(record["solver"] for record in report.records)
    if len(solvers) > 1:
        threads = report.settings["threads"] or report.fourfold_config.get("num_threads")
        notes.append(
            f"Every answer of a peer was compared with Fourfold's certified intervals before "
            f"its time was noted. Fourfold ran on up to {threads} threads, the peers on one."
        )
    return " ".join([*notes, where(report)])


def _lane_title(name: str, tol: float | None) -> str:
    label = SOLVERS[name].label if name in SOLVERS else name
    return label if tol is None else f"{label}, gap ≤ {tol:.0e}".replace("e-0", "e-")


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
