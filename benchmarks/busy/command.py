# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `busy` command: what threads are worth while other processes take every core."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.record.arguments import nonnegative_integer, positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.report import Report
from benchmarks.record.target import Target
from benchmarks.record.words import duration, where

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

__all__ = ["BUSY", "burner", "busy"]

TARGET = Target("time on two threads, beside one", "at most", 1.3, "times")


@dataclasses.dataclass(frozen=True)
class Settings:
    """States of a source, classes, how often each is timed, and how many processes burn a core."""

    states: int = 256
    classes: int = 10
    repeats: int = 15
    burners: int | None = None  # one for each core
    tol: float = 1e-4
    seed: int = 0


def busy(settings: Settings, arguments: list[str]) -> Report:
    """Time one table on one and on two threads in turns, on an idle and on a busy machine.

    Parameters
    ----------
    settings : Settings
        The table.
    arguments : list of str
        The command line, for the report.
    """
    report = Report.start(
        "busy", arguments, seed=settings.seed, settings=dataclasses.asdict(settings)
    )
    shape = (settings.states, settings.states, settings.classes)
    table = np.random.default_rng(settings.seed).standard_exponential(shape)
    cores = len(os.sched_getaffinity(0))
    burners = cores if settings.burners is None else settings.burners
    cases = [("idle", 0), (f"{burners} burners", burners)]
    jobs = [(name, _job(name, table, count, settings)) for name, count in cases]
    return report.collect(jobs, _line, total=len(jobs), unit="case")


def _job(
    name: str, table: np.ndarray, burners: int, settings: Settings
) -> Callable[[], dict[str, Any]]:
    def job() -> dict[str, Any]:
        seconds: dict[int, list[float]] = {1: [], 2: []}
        results: dict[int, Any] = {}
        with _burning(burners):
            for _ in range(settings.repeats):
                for threads, times in seconds.items():
                    began = time.perf_counter()
                    results[threads] = fourfold.decompose(
                        table, tol=settings.tol, num_threads=threads
                    )
                    times.append(time.perf_counter() - began)
        one, two = (statistics.median(times) for times in seconds.values())
        same = results[1].to_dict() == results[2].to_dict()
        target = [TARGET.judge(two / one if same else None)] if burners else []
        return {
            "name": name,
            "shape": table.shape,
            "burners": burners,
            "one": {"median": one, "all": seconds[1]},
            "two": {"median": two, "max": max(seconds[2]), "all": seconds[2]},
            "ratio": two / one,
            "targets": target,
            "wrong": [] if same else ["two threads give another result than one"],
        }

    return job


def burner() -> subprocess.Popen[str]:
    """Start a process that never sleeps; it says a line when it has begun."""
    code = "print(flush=True)\nwhile True: pass"
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


@contextlib.contextmanager
def _burning(count: int) -> Iterator[None]:
    burners: list[subprocess.Popen[str]] = []
    try:
        for _ in range(count):
            burners.append(burner())
            assert burners[-1].stdout is not None
            burners[-1].stdout.readline()
        yield
    finally:
        for started in burners:
            started.kill()
            started.communicate()


def _line(record: dict[str, Any]) -> str:
    return f"{record['name']}: two threads take {record['ratio']:.2f} times as long as one"


COLUMNS = (
    Column("machine", "name"),
    Column("one thread", "one.median", duration),
    Column("two threads", "two.median", duration),
    Column("slowest", "two.max", duration),
    Column("two beside one", "ratio", "{:.2f}".format),
)


def busy_table(report: Report) -> str:
    """Tabulate the times of one and two threads."""
    states, classes = report.settings["states"], report.settings["classes"]
    title = f"**Busy machines**: {states} x {states} x {classes}, medians of calls in turns"
    return "\n\n".join([title, tabulate(COLUMNS, report.records), where(report)])


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--states", type=positive_integer, help=f"of a source ({Settings.states})"
    )
    parser.add_argument(
        "--burners", type=nonnegative_integer, help="processes that burn a core (one for each)"
    )


BUSY = Benchmark(
    "busy",
    "Time one and two threads while other processes take every core.",
    Settings(),
    Settings(states=64, repeats=2),
    _add_arguments,
    busy,
    busy_table,
    wants_quiet=True,
)
