# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `scale` command: what the number of rows costs."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.record.arguments import add_choices, positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.report import Report
from benchmarks.record.target import Target
from benchmarks.scale.billion import record_billion
from benchmarks.scale.counting import record_counting
from benchmarks.scale.grid_kills import kill_grid
from benchmarks.scale.in_blocks import record_in_blocks
from benchmarks.scale.many_samples import record_many_samples
from benchmarks.scale.settings import PARTS, QUICK, Settings
from benchmarks.scale.table import scale_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

__all__ = ["SCALE", "scale"]


def scale(settings: Settings, arguments: list[str]) -> Report:
    """Count, decide, draw and kill.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    report = Report.start(
        "scale", arguments, seed=settings.seed, settings=dataclasses.asdict(settings)
    )
    for part in settings.parts:
        for record in _RECORDS[part](settings):
            report.records.append({"part": part, **record})
            print(f"benchmarks: {record['name']}", file=sys.stderr)
    return report


def _killed(settings: Settings) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="fourfold-grid-") as folder:
        found = kill_grid(settings.kills, settings.seed, Path(folder))
    wrong = [] if found.same else ["the resumed grid is another than one of a single run"]
    counted = {"lost": len(found.lost), "made twice": len(found.repeated)}
    yield {
        "name": f"a grid of {found.parts} parts, killed {found.kills} times",
        "kills": found.kills,
        "parts": found.parts,
        "kept": found.kept,
        "targets": [
            Target(f"parts {what}", "at most", 0, "parts").judge(None if wrong else number)
            for what, number in counted.items()
        ],
        "wrong": wrong,
    }


_RECORDS = {
    "counting": lambda settings: record_counting(settings.counting, settings.seed),
    "samples": lambda settings: record_many_samples(settings.samples, settings.seed),
    "billion": lambda settings: record_billion(settings.billion, settings.files, settings.seed),
    "blocks": lambda settings: record_in_blocks(settings.blocks, settings.seed),
    "grid": _killed,
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}")
    parser.add_argument(
        "--billion", type=positive_integer, help=f"rows on the disk ({Settings.billion})"
    )


SCALE = Benchmark(
    "scale",
    "Count rows of labels, decide from counts, read parquet, kill a grid: rates and times.",
    Settings(),
    QUICK,
    _add_arguments,
    scale,
    scale_table,
    wants_quiet=True,
)
