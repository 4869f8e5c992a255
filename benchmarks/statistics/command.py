# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `statistics` command: bias, coverage, false positives, and what intervals cost."""

from __future__ import annotations

import dataclasses
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from benchmarks.record.arguments import add_choices, positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.report import Report
from benchmarks.record.words import size
from benchmarks.statistics.jobs import jobs
from benchmarks.statistics.settings import PARTS, QUICK, Settings
from benchmarks.statistics.speed import record_speed
from benchmarks.statistics.table import statistics_table
from benchmarks.statistics.targets import verdicts

if TYPE_CHECKING:
    import argparse

    from benchmarks.statistics.jobs import Job

__all__ = ["STATISTICS", "failures", "statistics"]


def statistics(settings: Settings, arguments: list[str], *, progress: bool = True) -> Report:
    """Draw samples of known tables and see what Fourfold makes of them.

    Parameters
    ----------
    settings : Settings
        What is simulated.
    arguments : list of str
        The command line, for the report.
    progress : bool
        Whether to draw a bar.
    """
    described = dataclasses.asdict(settings)
    report = Report.start("statistics", arguments, seed=settings.seed, settings=described)
    if "speed" in settings.parts:
        report.records.extend(record_speed(settings))  # while nothing else runs
    todo = list(jobs(settings))
    done = Parallel(n_jobs=settings.processes, return_as="generator", batch_size=1)(
        delayed(_work)(job) for job in todo
    )
    with tqdm(total=len(todo), unit="cell", disable=not progress, file=sys.stderr) as bar:
        for records in done:
            report.records.extend(records)
            bar.update()
    return report


def failures(report: Report) -> list[str]:
    """Say which results broke a rule; a missed target is not a failure."""
    return [
        f"{_name(record)}: {reason}" for record in report.records for reason in record["wrong"]
    ]


def _work(job: Job) -> list[dict[str, Any]]:
    with threadpool_limits(1):  # the processes are as many as the cores
        return job()


def _name(record: dict[str, Any]) -> str:
    parts = [record["part"], record.get("family"), size(record["shape"])]
    if "samples_per_cell" in record:
        parts.append(f"{record['samples_per_cell']:g} per cell")
    parts.append(record.get("estimator") or record.get("statistic"))
    return ", ".join(part for part in parts if part)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}")
    parser.add_argument(
        "--repetitions", type=positive_integer,
        help=f"samples of each table that are estimated ({Settings.repetitions})",
    )  # fmt: skip
    parser.add_argument(
        "--processes", type=positive_integer,
        help=f"that share the work ({Settings.processes})",
    )  # fmt: skip


STATISTICS = Benchmark(
    "statistics",
    "Draw samples of known tables: bias, coverage, significance.",
    Settings(),
    QUICK,
    _add_arguments,
    statistics,
    statistics_table,
    failures,
    verdicts,
    details=partial(statistics_table, detail=True),
)
