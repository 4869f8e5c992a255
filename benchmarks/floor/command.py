# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `floor` command: what a step costs beside what the machine could do, and throughput."""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.floor.batches import record_batch
from benchmarks.floor.marginals import record_large, record_solve
from benchmarks.floor.rate_records import record_rates
from benchmarks.floor.replicates import record_replicates
from benchmarks.floor.settings import PARTS, QUICK, Settings
from benchmarks.floor.steps import record_step
from benchmarks.floor.table import floor_table
from benchmarks.record.arguments import add_choices, add_threads
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.report import Report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from benchmarks.floor.rates import Rates

__all__ = ["FLOOR", "floor"]


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
    named = (("", job) for job in jobs)
    return report.collect(named, _line, total=len(jobs), unit="part")


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


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}; the rates are always measured")
    add_threads(parser, "what all threads are (Fourfold's default)")


FLOOR = Benchmark(
    "floor",
    "Hold steps to the rates of the machine, and throughput to targets.",
    Settings(),
    QUICK,
    _add_arguments,
    floor,
    floor_table,
    wants_quiet=True,
)
