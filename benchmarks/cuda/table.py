# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `cuda` command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table, verdicts
from benchmarks.record.words import megabytes, short_duration, size, where

if TYPE_CHECKING:
    from benchmarks.record.report import Report

__all__ = ["cuda_table"]

#: One for each precision: the records of rates have both.
RATES = (
    Column("precision", "dtype"),
    Column("multiply-adds", "multiply_adds", lambda rate: f"{rate / 1e12:.2f} T"),
    Column("exponentials", "exponentials", lambda rate: f"{rate / 1e9:.0f} G"),
    Column("logarithms", "logarithms", lambda rate: f"{rate / 1e9:.0f} G"),
    Column("bytes copied", "bytes", lambda rate: f"{rate / 1e9:.0f} G"),
)
#: Of each part its title and its columns.
PARTS = {
    "batch": (
        "**Batches**, tables a second at a gap of 1e-4",
        (
            Column("tables", lambda one: f"{size([one['states']] * 2)} x 10, {one['dtype']}"),
            Column("in a call", "count"),
            Column("on the GPU", "rate", "{:.0f}".format),
            Column("from NumPy arrays", "rate_from_host", "{:.0f}".format),
            Column("all cores", "cpu_rate", "{:.0f}".format),
            Column("GPU / cores", lambda one: one["rate"] / one["cpu_rate"], "{:.1f}".format),
        ),
    ),
    "solve": (
        "**One large table** to a gap of 1e-4",
        (
            Column("K1 x K2 x K_Y", "shape", size),
            Column("steps", "iterations"),
            Column("Fourfold", "seconds.median", short_duration),
            Column("the steps alone in CuPy", "cupy.median", short_duration),
            Column("all cores", "cpu.median", short_duration),
        ),
    ),
    "step": (
        "**One outer step** beside its floor",
        (
            Column("step", lambda one: f"{size(one['shape'])}, {one['dtype']}"),
            Column("sweeps", "sweeps", "{:.2f}".format),
            Column("time", "seconds.median", short_duration),
            Column("floor", "floor.seconds", short_duration),
            Column("products", "floor.products", short_duration),
            Column("exp and log", "floor.elements", short_duration),
            Column("bytes", "floor.bytes", short_duration),
            Column("ratio", "floor.ratio", "{:.2f}".format),
        ),
    ),
    "large": (
        "**A tensor that could not exist**",
        (
            Column("K1 x K2 x K_Y", "shape", size),
            Column("steps", "steps"),
            Column("time", "seconds.median", short_duration),
            Column("device memory", "peak_bytes", megabytes),
        ),
    ),
}


def cuda_table(report: Report) -> str:
    """Tabulate rates, batches, solves and steps of one device, and the targets."""
    right = [record for record in report.records if not record["wrong"]]
    device = report.settings["device"]["name"]
    rates = [
        {"dtype": dtype, "bytes": record["bytes"]}
        | {
            name: record[name][dtype]
            for name in ("multiply_adds", "exponentials", "logarithms")
        }
        for record in right
        if record["part"] == "rates"
        for dtype in ("float64", "float32")
    ]
    tables = [f"**{device}**, the best rates that were seen", tabulate(RATES, rates)]
    for part, (title, columns) in PARTS.items():
        of_part = [record for record in right if record["part"] == part]
        if of_part:
            tables += [title, tabulate(columns, of_part)]
    tables += ["**Targets**", targets_table(verdicts(report))]
    return "\n\n".join([*tables, f"On {device}. {where(report)}"])
