# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `gaussian` command: the closed form, what samples make of it, tests and unions."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from functools import partial

from benchmarks.gaussian.closed import record_canonical, record_doubling, record_random
from benchmarks.gaussian.copula import record_copula
from benchmarks.gaussian.dependence import record_dependence
from benchmarks.gaussian.levels import record_levels
from benchmarks.gaussian.samples import record_samples
from benchmarks.gaussian.settings import PARTS, QUICK, Settings
from benchmarks.gaussian.table import gaussian_table
from benchmarks.gaussian.targets import verdicts
from benchmarks.gaussian.unions import record_unions
from benchmarks.record.arguments import add_choices, positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.report import Report

__all__ = ["GAUSSIAN", "RECORDS", "gaussian"]

RECORDS = {
    "canonical": record_canonical,
    "doubling": record_doubling,
    "random": record_random,
    "unions": record_unions,
    "copula": record_copula,
    "samples": record_samples,
    "tests": record_levels,
    "dependence": record_dependence,
}


def gaussian(settings: Settings, arguments: list[str]) -> Report:
    """Measure the parts one after another, those with times first.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    report = Report.start(
        "gaussian", arguments, seed=settings.seed, settings=dataclasses.asdict(settings)
    )
    for part in settings.parts:
        for record in RECORDS[part](settings):
            report.records.append({"part": part, **record})
        print(f"benchmarks: {part}", file=sys.stderr)
    return report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}")
    parser.add_argument(
        "--columns", type=_even, nargs="+", metavar="D",
        help="columns a side of the part doubling, each an even number",
    )  # fmt: skip
    parser.add_argument(
        "--draws", type=positive_integer, help=f"samples of each system ({Settings.draws})"
    )
    parser.add_argument(
        "--jobs", type=positive_integer, help=f"processes of one thread each ({Settings.jobs})"
    )


def _even(text: str) -> int:
    columns = positive_integer(text)
    if columns % 2:
        msg = f"{columns} is odd: the case that is doubled has two columns"
        raise argparse.ArgumentTypeError(msg)
    return columns


GAUSSIAN = Benchmark(
    "gaussian",
    "Decompose Gaussians: the closed form beside iterations, samples, tests, unions.",
    Settings(),
    QUICK,
    _add_arguments,
    gaussian,
    gaussian_table,
    verdicts=verdicts,
    details=partial(gaussian_table, detail=True),
    wants_quiet=True,
)
