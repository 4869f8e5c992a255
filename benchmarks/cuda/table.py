# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `cuda` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.floor.records import size
from benchmarks.floor.table import target_rows
from benchmarks.markdown import markdown, megabytes, short_duration, where

if TYPE_CHECKING:
    from benchmarks.report import Report

__all__ = ["cuda_table"]


def cuda_table(report: Report) -> str:
    """Tabulate rates, batches, solves and steps of one device, and the targets."""
    parts = {
        part: [
            record
            for record in report.records
            if record["part"] == part and not record["wrong"]
        ]
        for part in ("rates", "batch", "solve", "step", "large")
    }
    device = report.settings["device"]
    tables = [f"**{device['name']}**, the best rates that were seen", _rates(parts["rates"])]
    if parts["batch"]:
        tables += ["**Batches**, tables a second at a gap of 1e-4", _batches(parts["batch"])]
    if parts["solve"]:
        tables += ["**One large table** to a gap of 1e-4", _solves(parts["solve"])]
    if parts["step"]:
        tables += ["**One outer step** beside its floor", _steps(parts["step"])]
    if parts["large"]:
        tables += ["**A tensor that could not exist**", _large(parts["large"])]
    tables += [
        "**Targets**",
        markdown(("figure", "measured", "target", "met"), list(target_rows(report))),
    ]
    return "\n\n".join([*tables, f"On {device['name']}. {where(report)}"])


def _rates(records: list[dict[str, Any]]) -> str:
    rows = [
        [
            dtype,
            f"{record['multiply_adds'][dtype] / 1e12:.2f} T",
            f"{record['exponentials'][dtype] / 1e9:.0f} G",
            f"{record['logarithms'][dtype] / 1e9:.0f} G",
            f"{record['bytes'] / 1e9:.0f} G",
        ]
        for record in records
        for dtype in ("float64", "float32")
    ]
    header = ("precision", "multiply-adds", "exponentials", "logarithms", "bytes copied")
    return markdown(header, rows)


def _batches(records: list[dict[str, Any]]) -> str:
    rows = [
        [
            f"{record['states']} x {record['states']} x 10, {record['dtype']}",
            str(record["count"]),
            f"{record['rate']:.0f}",
            f"{record['rate_from_host']:.0f}",
            f"{record['cpu_rate']:.0f}",
            f"{record['rate'] / record['cpu_rate']:.1f}",
        ]
        for record in records
    ]
    header = (
        "tables",
        "in a call",
        "on the GPU",
        "from NumPy arrays",
        "all cores",
        "GPU / cores",
    )
    return markdown(header, rows)


def _solves(records: list[dict[str, Any]]) -> str:
    rows = [
        [
            size(record["shape"]),
            str(record["iterations"]),
            short_duration(record["seconds"]["median"]),
            short_duration(record["cupy"]["median"]),
            short_duration(record["cpu"]["median"]),
        ]
        for record in records
    ]
    header = ("K1 x K2 x K_Y", "steps", "Fourfold", "the steps alone in CuPy", "all cores")
    return markdown(header, rows)


def _steps(records: list[dict[str, Any]]) -> str:
    rows = [
        [
            f"{size(record['shape'])}, {record['dtype']}",
            f"{record['sweeps']:.2f}",
            short_duration(record["seconds"]["median"]),
            *(
                short_duration(record["floor"][part])
                for part in ("seconds", "products", "elements", "bytes")
            ),
            f"{record['floor']['ratio']:.2f}",
        ]
        for record in records
    ]
    header = ("step", "sweeps", "time", "floor", "products", "exp and log", "bytes", "ratio")
    return markdown(header, rows)


def _large(records: list[dict[str, Any]]) -> str:
    rows = [
        [
            size(record["shape"]),
            str(record["steps"]),
            short_duration(record["seconds"]["median"]),
            megabytes(record["peak_bytes"]),
        ]
        for record in records
    ]
    return markdown(("K1 x K2 x K_Y", "steps", "time", "device memory"), rows)
