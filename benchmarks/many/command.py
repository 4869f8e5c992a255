# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `many` command: unions of more than two sources."""

from __future__ import annotations

import dataclasses
import sys
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.many.coverage import record_coverage
from benchmarks.many.oracles import record_oracles
from benchmarks.many.problems import CASES
from benchmarks.many.robustness import record_robustness
from benchmarks.many.settings import PARTS, QUICK, Settings
from benchmarks.many.table import many_table
from benchmarks.many.tables import record_peer, record_tables
from benchmarks.many.targets import verdicts
from benchmarks.record.arguments import add_choices, positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.report import Report

if TYPE_CHECKING:
    import argparse

__all__ = ["MANY", "RECORDS", "many"]

RECORDS = {
    "tables": record_tables,
    "oracles": record_oracles,
    "peer": record_peer,
    "hard": record_robustness,
    "coverage": record_coverage,
}


def many(settings: Settings, arguments: list[str]) -> Report:
    """Measure the parts one after another, those with times first.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    report = Report.start(
        "many", arguments, seed=settings.seed, settings=dataclasses.asdict(settings)
    )
    for part in settings.parts:
        for record in RECORDS[part](settings):
            report.records.append({"part": part, "wrong": [], **record})
        print(f"benchmarks: {part}", file=sys.stderr)
    return report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}")
    add_choices(parser, "--cases", CASES, "tables, from {}")
    parser.add_argument(
        "--draws", type=positive_integer, help=f"samples of each population ({Settings.draws})"
    )


MANY = Benchmark(
    "many",
    "Find unions of several sources: times, known ones, hard ones, intervals of samples.",
    Settings(),
    QUICK,
    _add_arguments,
    many,
    many_table,
    verdicts=verdicts,
    details=partial(many_table, detail=True),
    wants_quiet=True,
)
