# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `choice` command: `method="auto"` beside every fixed method, in turns."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.choice.cases import CASES, QUICK
from benchmarks.choice.measure import AUTO, FIXED, known_methods, measure_case
from benchmarks.choice.table import choice_table, summary, verdicts
from benchmarks.choice.worker import Worker
from benchmarks.record.arguments import (
    add_choices,
    add_threads,
    positive_gap,
    positive_seconds,
)
from benchmarks.record.benchmark import Benchmark, RefusedError
from benchmarks.record.report import Report
from benchmarks.record.words import duration

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

__all__ = ["CHOICE", "Settings", "choice"]


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    cases : sequence of str
        Keys of `CASES`, or how some of them begin.
    methods : sequence of str
        The fixed methods; those that this build does not have are left out.
    tols : sequence of float
        Gaps in bits.
    limit : float
        Seconds after which a solve is ended.
    threads : int
        Of Fourfold.
    seed : int
        Seed of the problems.
    """

    cases: Sequence[str] = tuple(CASES)
    methods: Sequence[str] = FIXED
    tols: Sequence[float] = (1e-4, 1e-6)
    limit: float = 10.0
    threads: int = 1
    seed: int = 0


def choice(settings: Settings, arguments: list[str]) -> Report:
    """Solve every problem by every method.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    names = [name for name in CASES if name.startswith(tuple(settings.cases))]
    if not names:
        msg = f"--cases: no problem begins with {', '.join(settings.cases)}; python -m "
        raise RefusedError(msg + "benchmarks choice --help lists them")
    known = known_methods()
    methods = [method for method in settings.methods if method in known]
    described = {**dataclasses.asdict(settings), "cases": names, "methods": methods}
    report = Report.start("choice", arguments, seed=settings.seed, settings=described)

    def jobs(worker: Worker) -> Iterator[Any]:
        for name in names:
            marginals = CASES[name](settings.seed)
            for tol in settings.tols:
                job = partial(
                    measure_case, name, marginals, tol, worker,
                    methods=methods, threads=settings.threads,
                )  # fmt: skip
                yield f"{name} {tol:g}", job

    with Worker(settings.limit) as worker:
        total = len(names) * len(settings.tols)
        return report.collect(jobs(worker), _line, total=total, unit="problem")


def _line(record: dict[str, Any]) -> str:
    """One line for the terminal; no time where answers exclude each other."""
    text = f"{record['name']:<24}{record['tol']:<7g}"
    if record["wrong"]:
        return f"{text}{'; '.join(record['wrong'])}"
    times = [
        f"{method} {found['status'] if found['status'] != 'solved' else ''}"
        f"{duration(found['cpu_seconds']) if found['cpu_seconds'] else ''}"
        for method, found in record["methods"].items()
    ]
    ratio = "-" if record["ratio"] is None else f"{record['ratio']:.2f}"
    ran = record["methods"][AUTO].get("solver", "-")
    return f"{text}{ratio:>6} ({ran})  {', '.join(times)}"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cases", nargs="+", metavar="C",
        help=f"problems, or how their names begin: {', '.join(CASES)}",
    )  # fmt: skip
    add_choices(parser, "--methods", FIXED, "fixed methods, from {}")
    parser.add_argument(
        "--tols", nargs="+", type=positive_gap, metavar="T", help="gaps in bits (1e-4 1e-6)"
    )
    parser.add_argument("--limit", type=positive_seconds, help="seconds for one solve (10)")
    add_threads(parser, "threads of Fourfold (1)")


CHOICE = Benchmark(
    "choice",
    'Measure method="auto" beside every fixed method.',
    Settings(),
    Settings(QUICK, tols=(1e-4,), limit=5.0),
    _add_arguments,
    choice,
    summary,
    verdicts=verdicts,
    details=choice_table,
    prints_details=True,
)
