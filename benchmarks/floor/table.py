# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `floor` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.floor.records import size
from benchmarks.markdown import duration, markdown, megabytes, short_duration, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.report import Report

__all__ = ["floor_table", "target_rows"]

UNITS: dict[str, Callable[[Any], str]] = {
    "s": duration,
    "bytes": megabytes,
    "a second": lambda value: f"{value:.0f} a second",
    "times": lambda value: f"{value:.2f} times",
}


def floor_table(report: Report) -> str:
    """Tabulate the rates, the steps beside their floor and beside NumPy, and the targets."""
    parts = {
        part: [record for record in report.records if record["part"] == part]
        for part in ("rates", "step", "large")
    }
    tables = [
        "**Rates of the machine**, the best that were seen, a second",
        _rates(parts["rates"]),
    ]
    if parts["step"] or parts["large"]:
        tables += [
            (
                "**One outer step**: its median time, and its floor, which is its multiply-adds, "
                "exponentials, logarithms and bytes at these rates"
            ),
            _steps([*parts["step"], *parts["large"]]),
            _step_notes(report, parts["rates"]),
        ]
    targets = list(target_rows(report))
    if targets:
        header = ("figure", "measured", "target", "met")
        tables += ["**Targets** of speed and memory", markdown(header, targets)]
    threads = report.settings["threads"] or report.fourfold_config.get("num_threads")
    notes = (
        "Answers were checked before a time was noted: every iterate is NumPy's after 20 steps, "
        "batches converge and meet second-order steps at 1e-8, bounds do not exclude each other. "
        f"All threads: {threads}."
    )
    return "\n\n".join([*tables, f"{notes} {where(report)}"])


def _rates(records: list[dict[str, Any]]) -> str:
    rows = []
    for record in records:
        if record["wrong"]:
            rows.append(
                [str(record["threads"]), f"**{'; '.join(record['wrong'])}**", *[""] * 3]
            )
            continue
        bandwidths = (
            f"{rate / 1e9:.1f} G ({megabytes(held)})" for held, rate in record["bandwidths"]
        )
        rows.append([
            str(record["threads"]),
            f"{record['multiply_adds'] / 1e9:.1f} G",
            f"{record['exponentials'] / 1e9:.2f} G",
            f"{record['logarithms'] / 1e9:.2f} G",
            ", ".join(bandwidths) or "-",
        ])  # fmt: skip
    header = (
        "threads",
        "multiply-adds",
        "exponentials",
        "logarithms",
        "bytes read and written (in an array of)",
    )
    return markdown(header, rows)


def _steps(records: list[dict[str, Any]]) -> str:
    rows = []
    for record in records:
        problem = [size(record["shape"]), str(record["threads"])]
        if record["wrong"]:
            rows.append([*problem, f"**{'; '.join(record['wrong'])}**", *[""] * 6])
            continue
        least, numpy = record["floor"], record.get("numpy")
        rows.append([
            *problem,
            f"{_sweeps(record):.2f}",
            short_duration(record["seconds"]["median"]),
            short_duration(least["seconds"]) if least else "-",
            _shares(least) if least else "-",
            f"{least['ratio']:.2f}" if least else "-",
            short_duration(numpy["median"]) if numpy else "-",
            f"{numpy['ratio']:.2f}" if numpy else "-",
        ])  # fmt: skip
    header = (
        "K1 x K2 x K_Y",
        "threads",
        "sweeps",
        "step",
        "floor",
        "of which products, exp and log, bytes",
        "step / floor",
        "in NumPy",
        "step / NumPy",
    )
    return markdown(header, rows)


def _sweeps(record: dict[str, Any]) -> float:
    if record["part"] == "large":
        return record["answer"]["sweeps"] / record["answer"]["steps"]
    return record["sweeps"]


def _shares(least: dict[str, float]) -> str:
    parts = (least["products"], least["elements"], least["bytes"])
    return ", ".join(f"{100.0 * part / least['seconds']:.0f} %" for part in parts)


def _step_notes(report: Report, rates: list[dict[str, Any]]) -> str:
    first, last = report.settings["window"]
    notes = [
        (
            "A step with s sweeps multiplies and adds (2 + 2 s) K1 K2 K_Y times, takes K1 K2 "
            "exponentials and as many logarithms, and reads or writes 6 + s arrays of K1 x K2, "
            "which count where r, log r and the log r before exceed the second-level cache. "
            "Certificates and averages are not in the floor, but in the time of the step."
        ),
        (
            f"Times are differences of solves of {last} and of {first} steps; in the largest "
            "problem, of one call, with its start."
        ),
    ]
    blas = next((record["blas"] for record in rates if not record["wrong"]), None)
    if any(record.get("numpy") for record in report.records):
        notes.append(
            "In NumPy: the same steps with all results in buffers that are kept, in turns with "
            f"the core, on as many threads (NumPy {report.versions['numpy']}, {blas})."
        )
    return " ".join(notes)


def target_rows(report: Report) -> Iterator[list[str]]:
    """Write what was measured beside each target."""
    for record in report.records:
        for target in record["targets"]:
            unit = UNITS[target["unit"]]
            measured = target["measured"]
            wrong = f"**{'; '.join(record['wrong'])}**" if record["wrong"] else "-"
            yield [
                f"{record['name']}: {target['what']}",
                wrong if measured is None else unit(measured),
                f"{target['sense']} {unit(target['value'])}",
                {True: "yes", False: "**no**", None: "-"}[target["met"]],
            ]
