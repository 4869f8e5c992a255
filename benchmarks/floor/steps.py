# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Records of the time of an outer step, beside its floor and beside NumPy."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.floor import step_times
from benchmarks.floor.model import beside_floor
from benchmarks.floor.records import LIMIT, start, threads_of
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target
from benchmarks.record.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.floor.rates import Rates
    from benchmarks.floor.settings import Settings, Shape
    from benchmarks.floor.step_times import StepTimes

__all__ = ["BESIDE_NUMPY", "record_step"]

BESIDE_NUMPY = Target("step beside NumPy's", "at most", 0.6, "times")


def record_step(
    settings: Settings, shape: Shape, threads: int, found: dict[int, Rates]
) -> dict[str, Any]:
    """Time a step on a number of threads, whose rates were found before."""
    beside_numpy = shape in settings.beside_numpy
    options = {
        "shape": shape,
        "threads": threads,
        "seed": settings.seed,
        "window": settings.window,
        "least_rounds": settings.rounds,
        "budget": settings.budget,
        "pause": settings.pause,
        "beside_numpy": beside_numpy,
    }
    outcome = measure(step_times.prepare, options, Plan(limit=LIMIT, fast_repeats=1))
    record = start("step", f"step of {size(shape)}, {threads_of(threads)}", threads, outcome)
    record |= {"shape": list(shape), "seconds": None, "floor": None, "numpy": None}
    times: StepTimes = outcome.answer
    if outcome.status == "solved":
        record["wrong"] += _wrong_steps(times, settings.window)
        record |= {"difference": times.difference, "sweeps": times.sweeps}
    ratio = None
    if not record["wrong"]:
        seconds = statistics.median(times.seconds)
        record["seconds"] = {"median": seconds, "all": times.seconds}
        record["floor"] = beside_floor(shape, times.sweeps, found.get(threads), seconds)
        if beside_numpy:
            # in the same round, so that a slow spell of the machine meets both
            ratio = statistics.median(
                ours / theirs
                for ours, theirs in zip(times.seconds, times.numpy_seconds, strict=True)
            )
            record["numpy"] = {
                "median": statistics.median(times.numpy_seconds),
                "all": times.numpy_seconds,
                "sweeps": times.numpy_sweeps,
                "ratio": ratio,
            }
    if beside_numpy:
        record["targets"].append(BESIDE_NUMPY.judge(ratio))
    return record


def _wrong_steps(times: StepTimes, window: tuple[int, int]) -> Iterator[str]:
    if not times.difference <= step_times.SAME_ITERATE:
        yield (
            f"the iterate differs from NumPy's by {times.difference:.2e} after "
            f"{step_times.CHECKED_STEPS} steps"
        )
        return
    if times.steps != list(window):
        yield f"stopped after {times.steps} steps instead of {list(window)}"
    for low, high in times.bounds:
        if not low <= high:
            yield f"bounds {low!r}, {high!r}"
    lows, highs = zip(*times.bounds, strict=True)
    if not max(lows) <= min(highs):
        yield f"the bounds after {window[0]} steps and after {window[1]} exclude each other"
