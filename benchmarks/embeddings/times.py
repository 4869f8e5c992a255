# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Three calls that are timed alone, each in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["record_times"]

GIGABYTES = 10**9
CLASSES = 10


def record_times(seed: int) -> Iterator[dict[str, Any]]:
    """A record for each, with its targets."""
    for name, prepare, options, targets in _timed():
        outcome = measure(
            prepare, {"seed": seed, **options}, Plan(limit=1800.0, fast_repeats=1)
        )
        seconds = outcome.seconds[0] if outcome.seconds else None
        figures = {"s": seconds, "bytes": outcome.peak}
        yield {
            "part": "times",
            "name": name,
            "case": name,
            "seconds": seconds,
            "cpu_seconds": outcome.cpu_seconds[0] if outcome.cpu_seconds else None,
            "peak_bytes": outcome.peak,
            "targets": [target.judge(figures[target.unit]) for target in targets],
            "wrong": [] if outcome.status == "solved" else [str(outcome.reason)],
        }


def _timed() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any], list[Target]]]:
    yield (
        '"auto", 2000 rows, 384 + 384 dimensions, 10 classes', fitting,
        {"rows": 2000, "dims": 384, "classifier": "auto"},
        [Target("time", "at most", 15.0, "s")],
    )  # fmt: skip
    for equal in (False, True):
        yield (
            f"solving 512 x 512 x 10 prototypes at 1e-3{', equal sources' if equal else ''}",
            solving, {"equal": equal}, [Target("time", "at most", 3.0, "s")],
        )  # fmt: skip
    yield (
        '"logistic", 100 000 rows, 768 + 768 dimensions, 10 classes, float32', fitting,
        {"rows": 100_000, "dims": 768, "classifier": "logistic"},
        [
            Target("time", "at most", 180.0, "s"),
            Target("peak memory", "below", 4 * GIGABYTES, "bytes"),
        ],
    )  # fmt: skip


def fitting(*, seed: int, rows: int, dims: int, classifier: str) -> Callable[[], Any]:
    """A fit to two views of ten Gaussian classes, single precision."""
    rng = np.random.default_rng(seed)
    y = rng.integers(CLASSES, size=rows)
    sources = []
    for _ in range(2):
        x = rng.standard_normal((rows, dims), dtype=np.float32)
        x += rng.normal(scale=2.0 / np.sqrt(dims), size=(CLASSES, dims)).astype(np.float32)[y]
        sources.append(x)
    estimator = fourfold.ClassifierPID(classifier, n_jobs=-1, random_state=seed)
    return lambda: list(estimator.fit(*sources, y).result_.atoms)


def solving(*, seed: int, equal: bool) -> Callable[[], Any]:
    """The union information of posteriors as sure as those of real data."""
    rng = np.random.default_rng(seed)
    tables = []
    for _ in range(2):
        odds = np.exp(2.0 * rng.standard_normal((512, CLASSES)))
        table = odds / odds.sum(1, keepdims=True)
        for _ in range(2000):  # rows of equal weight, classes likewise
            table *= 512 / CLASSES / table.sum(0)
            table /= table.sum(1, keepdims=True)
        tables.append(table / 512 * (1 / CLASSES) / (table / 512).sum(0))
    second = tables[0] if equal else tables[1]
    return lambda: list(fourfold.decompose_marginals(tables[0], second, tol=1e-3).atoms)
