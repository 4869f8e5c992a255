# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How long a default result takes beside one solve of its table, and how long halves take."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.statistics.checks import quiet, wrong_interval, wrong_result
from benchmarks.statistics.population import Cell, Population, sample
from fourfold import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.statistics.population import Samples
    from benchmarks.statistics.settings import Settings

__all__ = ["record_speed"]

CALLS, THREADS = 3, 2
TOL, MAX_ITER = 1e-4, 20_000


def record_speed(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of the default result of the digits, one of many halves."""
    yield _default_result(settings)
    yield _many_halves(settings)


def _default_result(settings: Settings) -> dict[str, Any]:
    """Processor times of calls in turn on one thread, and the medians of their ratios."""
    x1, x2, y = _digits(settings.speed_clusters, settings.seed)
    p1y, p2y = (_frequencies(x, y) for x in (x1, x2))
    calls: dict[str, Callable[[], Any]] = {
        "solve": lambda: _core.solve_one(
            p1y, p2y, method="auto", tol=TOL, max_iter=MAX_ITER, num_threads=1
        ),
        "plug-in": lambda: fourfold.pid(
            x1, x2, y, bias_correction="none", confidence_level=None, num_threads=1
        ),
        "default": lambda: fourfold.pid(x1, x2, y, num_threads=1),
        "halves": lambda: fourfold.pid(
            x1, x2, y, n_resamples=settings.n_resamples, num_threads=1
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    with quiet():
        result = calls["default"]()  # and imports
        for _ in range(settings.speed_rounds):
            for name, call in calls.items():
                begin = time.process_time()
                call()
                times[name].append(time.process_time() - begin)
    solves = statistics.median(times["solve"])
    return {
        "part": "speed",
        "name": "default result",
        "shape": [len(np.unique(column)) for column in (x1, x2, y)],
        "n_samples": len(y),
        "n_resamples": settings.n_resamples,
        "cpu_seconds": {name: statistics.median(each) for name, each in times.items()},
        "solves": {name: statistics.median(each) / solves for name, each in times.items()},
        "wrong": [*wrong_result(result), *wrong_interval(result)],
    }


def _digits(clusters: int, seed: int) -> Samples:
    """Clusters of the halves of 1797 digits."""
    x1, x2, y = fourfold.datasets.digits_halves()
    with quiet():
        fitted = fourfold.PIDEstimator(clusters, random_state=seed, probe=False).fit(x1, x2, y)
    return fitted.labels1_, fitted.labels2_, y


def _frequencies(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    counts = np.zeros((x.max() + 1, y.max() + 1))
    np.add.at(counts, (x, y), 1.0)
    return counts / len(y)


def _many_halves(settings: Settings) -> dict[str, Any]:
    """Time of a result from a thousand halves on two threads: the median of three calls."""
    population = Population("gamma", settings.resampled_shape)
    per_cell = settings.resampled_samples / population.states
    (rng,) = Cell("speed", population, per_cell, settings.seed).generators(1)
    samples = sample(population.draw(rng), settings.resampled_samples, rng)
    seconds = []
    wrong: set[str] = set()
    with quiet():
        fourfold.pid(*samples, n_resamples=25, num_threads=THREADS)  # imports, and threads
        for _ in range(CALLS):
            begin = time.perf_counter()
            result = fourfold.pid(*samples, n_resamples=settings.resamples, num_threads=THREADS)
            seconds.append(time.perf_counter() - begin)
            wrong.update(wrong_result(result))
            wrong.update(wrong_interval(result))
    return {
        "part": "speed",
        "name": "halves",
        "shape": list(settings.resampled_shape),
        "n_samples": settings.resampled_samples,
        "n_resamples": settings.resamples,
        "threads": THREADS,
        "seconds": {"median": statistics.median(seconds), "all": seconds},
        "wrong": sorted(wrong),
    }
