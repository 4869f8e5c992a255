# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `floor` command: what a step costs beside what the machine could do, and throughput."""

from __future__ import annotations

import dataclasses
import math
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks.floor.batches import record_batch
from benchmarks.floor.marginals import record_large, record_solve
from benchmarks.floor.rate_records import record_rates
from benchmarks.floor.replicates import record_replicates
from benchmarks.floor.steps import record_step
from benchmarks.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.floor.rates import Rates
    from benchmarks.floor.settings import Settings

__all__ = ["failures", "floor"]


def floor(settings: Settings, arguments: list[str]) -> Report:
    """Measure the rates, then the steps, batches and solves that are held to them.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    described = dataclasses.asdict(settings)
    report = Report.start("floor", arguments, seed=settings.seed, settings=described)
    threads = settings.threads or int(report.fourfold_config["num_threads"])
    jobs = list(_jobs(settings, threads))
    with tqdm(total=len(jobs), unit="part", file=sys.stderr) as progress:
        for job in jobs:
            record = job()
            report.records.append(record)
            progress.write(_line(record), file=sys.stderr)
            progress.update()
    return report


def failures(report: Report) -> list[str]:
    """Say which answers are missing or wrong; a missed target is not a failure."""
    return [
        f"{record['name']}: {reason}" for record in report.records for reason in record["wrong"]
    ]


def _jobs(settings: Settings, threads: int) -> Iterator[Callable[[], dict[str, Any]]]:
    lanes = sorted({1, threads})
    found: dict[int, Rates] = {}  # the first jobs fill it for the later ones
    for lane in lanes:
        yield partial(record_rates, settings, lane, found)
    if "steps" in settings.parts:
        for shape in settings.shapes:
            for lane in lanes if math.prod(shape) >= settings.shared else [1]:
                yield partial(record_step, settings, shape, lane, found)
    if "batches" in settings.parts:
        for batch in settings.batches:
            for lane in lanes:
                yield partial(record_batch, settings, batch, lane)
    if "solve" in settings.parts:
        yield partial(record_solve, settings, threads)
    if "large" in settings.parts:
        yield partial(record_large, settings, threads, found)
    if "replicates" in settings.parts:
        for replicates in settings.replicates:
            yield partial(record_replicates, settings, replicates, threads)


def _line(record: dict[str, Any]) -> str:
    """One line for the terminal; a time only for what was not found wrong."""
    if record["wrong"]:
        return f"{record['name']}: {'; '.join(record['wrong'])}"
    if record["part"] == "rates":
        return (
            f"{record['name']}: {record['multiply_adds'] / 1e9:.1f} G multiply-adds, "
            f"{record['exponentials'] / 1e9:.2f} G exp, {record['logarithms'] / 1e9:.2f} G log"
        )
    if record["part"] == "replicates":
        steps = record["steps"]
        return f"{record['name']}: {steps['warm']:.0f} steps for {steps['cold']:.0f}"
    text = f"{record['name']}: {record['seconds']['median']:.3g} s"
    if record.get("rate"):
        text += f", {record['rate']:.0f} tables a second"
    if record.get("floor"):
        text += f", {record['floor']['ratio']:.2f} times the floor"
    if record.get("numpy"):
        text += f", {record['numpy']['ratio']:.2f} times NumPy's"
    return text
