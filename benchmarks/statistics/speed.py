# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How long intervals take."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.statistics.checks import quiet, wrong_interval, wrong_result
from benchmarks.statistics.population import Cell, Population, sample

if TYPE_CHECKING:
    from benchmarks.statistics.settings import Settings

__all__ = ["record_speed"]

CALLS = 3
THREADS = 2


def record_speed(settings: Settings) -> dict[str, Any]:
    """Time `fourfold.pid` with an interval on two threads: the median of three calls."""
    population = Population("gamma", settings.speed_shape)
    cell = Cell("speed", population, settings.speed_samples / population.states, settings.seed)
    (rng,) = cell.generators(1)
    samples = sample(population.draw(rng), settings.speed_samples, rng)
    seconds = []
    wrong: set[str] = set()
    with quiet():
        fourfold.pid(*samples, n_resamples=25, num_threads=THREADS)  # imports, and threads
        for _ in range(CALLS):
            begin = time.perf_counter()
            result = fourfold.pid(
                *samples, n_resamples=settings.speed_resamples, num_threads=THREADS
            )
            seconds.append(time.perf_counter() - begin)
            wrong.update(wrong_result(result))
            wrong.update(wrong_interval(result))
    return {
        "part": "speed",
        "shape": list(settings.speed_shape),
        "n_samples": settings.speed_samples,
        "n_resamples": settings.speed_resamples,
        "threads": THREADS,
        "seconds": {"median": statistics.median(seconds), "all": seconds},
        "wrong": sorted(wrong),
    }
