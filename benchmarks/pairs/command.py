# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `pairs` command: what `fourfold.feature_pairs` takes, and what counting alone would."""

from __future__ import annotations

import dataclasses
import math
import statistics
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.record.arguments import positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.report import Report
from benchmarks.record.target import Target
from benchmarks.record.words import duration, where
from fourfold.exceptions import UndersampledWarning
from fourfold.workflows.pairs.features import read_features
from fourfold.workflows.pairs.pair_tables import pair_tables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["PAIRS", "pairs"]

TARGET = Target("all pairs of the features, on two threads", "at most", 30.0, "s")


@dataclasses.dataclass(frozen=True)
class Settings:
    """Features, rows, classes, bins, pairs to correct, and how often each part is timed."""

    features: int = 300
    rows: int = 2000
    classes: int = 3
    bins: int = 8
    best: int = 500
    repeats: int = 3
    seed: int = 0


def pairs(settings: Settings, arguments: list[str]) -> Report:
    """Time the whole, and counting, screening and correcting by themselves.

    Parameters
    ----------
    settings : Settings
        The table of features.
    arguments : list of str
        The command line, for the report.
    """
    report = Report.start(
        "pairs", arguments, seed=settings.seed, settings=dataclasses.asdict(settings)
    )
    X, y = rows(settings)
    options: dict[str, Any] = {"n_bins": settings.bins, "num_threads": 2}
    codes = read_features(X, settings.bins, "auto", None)

    def count() -> int:
        parts = pair_tables(codes.codes, codes.n_states, y, settings.classes)
        return sum(len(part.numbers) for part in parts)

    def screen() -> int:
        return len(fourfold.feature_pairs(X, y, n_best=0, **options).gap)

    def whole() -> int:
        found = fourfold.feature_pairs(X, y, n_best=settings.best, **options)
        planted = ("x0", "x1")
        if found.best[0] != planted:
            return -1
        return len(found.gap)

    jobs = [
        (name, _job(name, work, settings))
        for name, work in (
            ("counting", count),
            ("counting and screening", screen),
            ("all", whole),
        )
    ]
    return report.collect(jobs, _line, total=len(jobs), unit="part")


def rows(settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Features and classes: x0 and x1 tell only together, x2 by itself, ten others are like x2.

    A third of the rest have something in common, so that their pairs leave cells without rows.
    """
    rng = np.random.default_rng(settings.seed)
    X = rng.normal(size=(settings.rows, settings.features))
    z = X[:, 0] * X[:, 1] + X[:, 2] + rng.normal(size=settings.rows)
    for k in range(3, min(13, settings.features)):
        X[:, k] = X[:, 2] + 0.2 * (k - 2) * X[:, k]
    X[:, 13 : 13 + settings.features // 3] += rng.normal(size=(settings.rows, 1))
    edges = np.quantile(z, np.arange(1, settings.classes) / settings.classes)
    return X, np.searchsorted(edges, z)


def _job(
    name: str, work: Callable[[], int], settings: Settings
) -> Callable[[], dict[str, Any]]:
    def job() -> dict[str, Any]:
        number = math.comb(settings.features, 2)
        seconds, of_cpu, found = [], [], number
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndersampledWarning)
            for _ in range(settings.repeats):
                began, cpu = time.perf_counter(), time.process_time()
                found = work()
                seconds.append(time.perf_counter() - began)
                of_cpu.append(time.process_time() - cpu)
        right = found == number
        median = statistics.median(seconds)
        return {
            "name": name,
            "pairs": number,
            "median": median,
            "cpu": statistics.median(of_cpu),
            "all": seconds,
            "targets": [TARGET.judge(median if right else None)] if name == "all" else [],
            "wrong": [] if right else ["a pair is missing, or the planted one is not the best"],
        }

    return job


def _line(record: dict[str, Any]) -> str:
    return f"{record['name']}: {record['median']:.2f} s, {record['cpu']:.2f} s of CPU"


COLUMNS = (
    Column("part", "name"),
    Column("pairs", "pairs", str),
    Column("time", "median", duration),
    Column("CPU time", "cpu", duration),
)


def pairs_table(report: Report) -> str:
    """Tabulate the times of the parts."""
    settings = report.settings
    title = (
        f"**Pairs of features**: {settings['features']} features in {settings['bins']} bins, "
        f"{settings['rows']} rows, {settings['classes']} classes, the best {settings['best']} corrected, "
        "on two threads"
    )
    return "\n\n".join([title, tabulate(COLUMNS, report.records), where(report)])


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--features", type=positive_integer, help=f"columns ({Settings.features})"
    )
    parser.add_argument("--rows", type=positive_integer, help=f"of the table ({Settings.rows})")


PAIRS = Benchmark(
    "pairs",
    "Decompose all pairs of 300 features: counting, screening and all of it.",
    Settings(),
    Settings(features=20, rows=1000, best=20, repeats=1),
    _add_arguments,
    pairs,
    pairs_table,
    wants_quiet=True,
)
