# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `scale` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table, verdicts
from benchmarks.record.words import duration, megabytes, where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["scale_table"]


def scale_table(report: Report) -> str:
    """Tabulate rates, times and what is held to targets.

    Parameters
    ----------
    report : Report
        A report of kind "scale".
    """
    parts = [
        *_counting(report),
        *_samples(report),
        *_billion(report),
        *_blocks(report),
        "**Targets** of counts",
        targets_table(verdicts(report)),
        where(report),
    ]
    return "\n\n".join(parts)


def _of(report: Report, part: str) -> list[dict[str, Any]]:
    return [record for record in report.records if record["part"] == part]


def _counting(report: Report) -> Iterator[str]:
    records = _of(report, "counting")
    if not records:
        return
    yield (
        f"**Counting rows**: {records[0]['rows'] / 1e6:g} million rows of three columns of 64, 64 "
        "and 10 labels, CPU time of one thread, median"
    )
    yield tabulate(
        (
            Column("columns, or by what", "name"),
            Column("million rows a second", "rows_per_second", lambda rate: f"{rate / 1e6:.3g}"),
            Column("CPU time", "seconds.median", duration),
        ),
        records,
    )  # fmt: skip


def _samples(report: Report) -> Iterator[str]:
    timed = [record for record in _of(report, "samples") if "seconds" in record]
    if timed:
        halves = report.settings["samples"]["n_resamples"]
        yield (
            f"**From counts**, 64 x 64 x 10: correction, errors and {halves} halves, one thread"
        )
        yield tabulate((Column("of", "name"), Column("CPU time", "seconds", duration)), timed)


def _billion(report: Report) -> Iterator[str]:
    for record in _of(report, "billion"):
        yield f"**From the disk**: {record['name']}, counted and decomposed in one process" + (
            "" if record["rows"] == record["rows_asked"] else "; the disk had no room for more"
        )
        yield tabulate(
            (
                Column("rows", "rows", "{:,}".format),
                Column("on the disk", "bytes_on_disk", megabytes),
                Column("time", "seconds", duration),
                Column("CPU time", "cpu_seconds", duration),
                Column("million rows a second of CPU", _rate, "{:.3g}".format),
                Column("peak memory", "peak_bytes", megabytes),
            ),
            [record],
            named=2,
        )


def _rate(record: dict[str, Any]) -> float:
    return record["rows"] / record["cpu_seconds"] / 1e6


def _blocks(report: Report) -> Iterator[str]:
    records = _of(report, "blocks")
    if records:
        columns = report.settings["blocks"]["columns"]
        yield f"**Embeddings in mapped files**, {columns} columns a source, one thread"
        yield tabulate(
            (
                Column("rows", "rows", "{:,}".format),
                Column("learnt from, rows a second", "learnt_per_second", "{:,.0f}".format),
                Column("counted, rows a second", "counted_per_second", "{:,.0f}".format),
                Column("peak memory", "peak_bytes", megabytes),
            ),
            records,
        )
