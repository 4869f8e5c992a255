# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unions of several Gaussian sources: certified gaps and times of all subsets together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.gaussian.systems import random_covariance
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.gaussian.settings import Settings

__all__ = ["record_unions"]

#: Bits, and seconds at three and four sources of six columns.
TOL, SECONDS = 1e-7, 0.2
TIMED = ((3, 6), (4, 6))
ROUNDING = 1e-9


def record_unions(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each number of sources and columns."""
    rng = np.random.default_rng([settings.seed, 5])
    for sources, columns in settings.union_sizes:
        gaps, times, cpu_times, wrong = [], [], [], set()
        for _ in range(settings.union_repeats):
            sizes = (columns,) * (sources + 1)
            cov = random_covariance(sizes, rng)
            start, cpu = time.perf_counter(), time.process_time()
            result = fourfold.gaussian_union_from_covariance(cov, sizes, tol=TOL)
            times.append(time.perf_counter() - start)
            cpu_times.append(time.process_time() - cpu)
            gaps.append(_largest_gap(result))
            wrong |= _beside_pairs(result, cov, sources, columns)
        large = None if wrong else float(max(gaps))
        targets = [Target("certified gap, largest", "at most", TOL, "tiny bits").judge(large)]
        if (sources, columns) in TIMED:
            median = None if wrong else float(np.median(cpu_times))
            targets.append(Target("all subsets", "at most", SECONDS, "s").judge(median))
        yield {
            "name": f"{sources} sources of {columns} columns, y of {columns}",
            "subsets": 2**sources - 1,
            "draws": settings.union_repeats,
            "gap": float(max(gaps)),
            "seconds": float(np.median(times)),
            "cpu_seconds": float(np.median(cpu_times)),
            "longest": float(max(cpu_times)),
            "wrong": sorted(wrong),
            "targets": targets,
        }


def _largest_gap(result: Any) -> float:
    return float(np.max(np.asarray(result.upper) - np.asarray(result.lower)))


def _beside_pairs(result: Any, cov: np.ndarray, sources: int, columns: int) -> set[str]:
    """What is wrong with the unions of two: these have a closed form."""
    found = set()
    unions = dict(zip(result.subsets, np.asarray(result.union_information), strict=True))
    for i in range(sources):
        for j in range(i):
            kept = [k * columns + np.arange(columns) for k in (j, i, sources)]
            part = cov[np.ix_(np.concatenate(kept), np.concatenate(kept))]
            pair = fourfold.gaussian_pid_from_covariance(part, (columns,) * 3)
            two = (result.source_names[j], result.source_names[i])
            if abs(unions[two] - float(pair.union_information)) > TOL + ROUNDING:
                found.add("the union of two sources is not that of the closed form")
    return found
