# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Records of solves from marginals: one to its gap, one too large for its tensor."""

from __future__ import annotations

import dataclasses
import math
import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.floor import marginals_solve, step_times
from benchmarks.floor.model import beside_floor
from benchmarks.floor.records import LIMIT, start, threads_of
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target
from benchmarks.record.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.floor.marginals_solve import MarginalsAnswer
    from benchmarks.floor.rates import Rates
    from benchmarks.floor.settings import Settings
    from benchmarks.record.child import Outcome

__all__ = ["record_large", "record_solve"]

#: Gap in bits of the solve that is timed.
TOL = 1e-4
#: What rounding may do to an information in bits.
ROUNDING = 1e-9


def record_solve(settings: Settings, threads: int) -> dict[str, Any]:
    """Time one solve to its gap, and compare with first-order steps that are stopped early."""
    case = settings.solve
    problem = {"shape": case.shape, "seed": settings.seed, "num_threads": threads}
    other = measure(
        marginals_solve.prepare,
        {**problem, "method": "ipfp", "tol": step_times.TOL, "max_iter": case.other_steps},
        Plan(limit=LIMIT, fast_repeats=1),
    )
    plan = Plan(limit=LIMIT, warmups=1, repeats=5, fast_repeats=15, fast=0.5)
    outcome = measure(marginals_solve.prepare, {**problem, "tol": TOL}, plan)
    name = f"{size(case.shape)} from marginals at {TOL:g}, {threads_of(threads)}"
    record = start("solve", name, threads, outcome)
    record |= {"shape": list(case.shape), "seconds": None, "peak_bytes": outcome.peak}
    if outcome.status == "solved":
        answer: MarginalsAnswer = outcome.answer
        record |= {"answer": dataclasses.asdict(answer)}
        record["wrong"] += _wrong_bounds(answer)
        if not (answer.converged and answer.gap <= TOL):
            record["wrong"].append(f"not converged: gap {answer.gap:.2e}")
        record["wrong"] += _wrong_beside(answer, other)
    median = None
    if not record["wrong"]:
        median = statistics.median(outcome.seconds)
        record["seconds"] = {"median": median, "all": outcome.seconds}
    record["targets"].append(Target("time", "at most", case.seconds, "s").judge(median))
    return record


def record_large(settings: Settings, threads: int, found: dict[int, Rates]) -> dict[str, Any]:
    """Time a few steps of the large problem, whose bounds have to hold all the same."""
    case = settings.large
    options = {
        "shape": case.shape,
        "seed": settings.seed,
        "num_threads": threads,
        "max_iter": case.steps,
    }
    outcome = measure(marginals_solve.prepare, options, Plan(limit=LIMIT, fast_repeats=1))
    name = f"{case.steps} steps of {size(case.shape)} from marginals, {threads_of(threads)}"
    record = start("large", name, threads, outcome)
    record |= {
        "shape": list(case.shape),
        "tensor_bytes": 8 * math.prod(case.shape),
        "seconds": None,
        "floor": None,
        "peak_bytes": outcome.peak,
        "resident_before_bytes": outcome.resident_before,
    }
    if outcome.status == "solved":
        answer: MarginalsAnswer = outcome.answer
        record |= {"answer": dataclasses.asdict(answer)}
        record["wrong"] += _wrong_bounds(answer)
        if answer.steps != case.steps:
            record["wrong"].append(f"stopped after {answer.steps} steps of {case.steps}")
        unexpected = [
            text for text in answer.warnings if not text.startswith("ConvergenceWarning: ")
        ]
        record["wrong"] += [f"warned: {text}" for text in unexpected]
    ratio = peak = None
    if not record["wrong"]:
        # all of the call: start and certificates count as steps
        seconds = statistics.median(outcome.seconds) / case.steps
        record["seconds"] = {"median": seconds, "all": [seconds]}
        record["floor"] = beside_floor(
            case.shape, answer.sweeps / case.steps, found.get(threads), seconds
        )
        ratio = record["floor"] and record["floor"]["ratio"]
        peak = outcome.peak
    record["targets"] += [
        Target("step beside its floor", "at most", case.floors, "times").judge(ratio),
        Target("peak memory", "below", case.peak_bytes, "bytes").judge(peak),
    ]
    return record


def _wrong_bounds(answer: MarginalsAnswer) -> Iterator[str]:
    low, high = answer.lower, answer.upper
    if not low <= high:
        yield f"bounds {low!r}, {high!r}"
    least, most = max(answer.information), sum(answer.information)
    if not (high >= least - ROUNDING and low <= most + ROUNDING):
        yield f"bounds {low!r}, {high!r} where {least!r} to {most!r} are possible"


def _wrong_beside(answer: MarginalsAnswer, other: Outcome) -> Iterator[str]:
    if other.status != "solved":
        yield f"no answer of ipfp to compare with: {other.reason}"
    elif not (answer.lower <= other.answer.upper and other.answer.lower <= answer.upper):
        yield "certified intervals apart from ipfp's"
