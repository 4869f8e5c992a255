# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `floor` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table, verdicts
from benchmarks.record.words import megabytes, short_duration, size, where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.record.report import Report

__all__ = ["floor_table"]


def floor_table(report: Report) -> str:
    """Tabulate the rates, the steps beside their floor and beside NumPy, and the targets."""
    rates = [record for record in report.records if record["part"] == "rates"]
    steps = [
        record
        for part in ("step", "large")
        for record in report.records
        if record["part"] == part
    ]
    tables = [
        "**Rates of the machine**, the best that were seen, a second",
        tabulate(RATES, rates),
    ]
    if steps:
        tables += [
            (
                "**One outer step**: its median time, and its floor, which is its multiply-adds, "
                "exponentials, logarithms and bytes at these rates"
            ),
            tabulate(STEPS, steps, named=2),
            _step_notes(report, rates),
        ]
    found = list(verdicts(report))
    if found:
        tables += ["**Targets** of speed and memory", targets_table(found)]
    threads = report.settings["threads"] or report.fourfold_config.get("num_threads")
    notes = (
        "Answers were checked before a time was noted: every iterate is NumPy's after 20 steps, "
        "batches converge and meet second-order steps at 1e-8, bounds do not exclude each other. "
        f"All threads: {threads}."
    )
    return "\n\n".join([*tables, f"{notes} {where(report)}"])


def _billions(digits: int) -> Any:
    return lambda rate: f"{rate / 1e9:.{digits}f} G"


def _bandwidths(found: Sequence[tuple[int, float]]) -> str:
    return ", ".join(f"{rate / 1e9:.1f} G ({megabytes(held)})" for held, rate in found) or "-"


def _sweeps(record: dict[str, Any]) -> float:
    if record["part"] == "large":
        return record["answer"]["sweeps"] / record["answer"]["steps"]
    return record["sweeps"]


def _shares(least: dict[str, float]) -> str:
    parts = (least["products"], least["elements"], least["bytes"])
    return ", ".join(f"{100.0 * part / least['seconds']:.0f} %" for part in parts)


RATES = (
    Column("threads", "threads"),
    Column("multiply-adds", "multiply_adds", _billions(1)),
    Column("exponentials", "exponentials", _billions(2)),
    Column("logarithms", "logarithms", _billions(2)),
    Column("bytes read and written (in an array of)", "bandwidths", _bandwidths),
)
STEPS = (
    Column("K1 x K2 x K_Y", "shape", size),
    Column("threads", "threads"),
    Column("sweeps", _sweeps, "{:.2f}".format),
    Column("step", "seconds.median", short_duration),
    Column("floor", "floor.seconds", short_duration),
    Column("of which products, exp and log, bytes", "floor", _shares),
    Column("step / floor", "floor.ratio", "{:.2f}".format),
    Column("in NumPy", "numpy.median", short_duration),
    Column("step / NumPy", "numpy.ratio", "{:.2f}".format),
)


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
