# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The closed form beside known atoms, and beside the iteration: errors and times."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.gaussian.projected_gradient import projected_gradient
from benchmarks.gaussian.systems import Case, canonical, doubled, random_covariance
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.gaussian.projected_gradient import Descent
    from benchmarks.gaussian.settings import Settings

__all__ = ["record_canonical", "record_doubling", "record_random"]

#: What atoms noted before to five digits may be off by, as were some of the angles themselves.
NOTED_WITHIN = 3e-5
#: Bits that rounding may put an answer outside the certified interval of the iteration.
ROUNDING = 1e-10
#: Calls of which the median is taken, and seconds after which one has to do.
CALLS, LONG = 7, 1.0
EXACT, DOUBLING_EXACT = 1e-12, 1e-11
#: Columns a side at which time is held to a target, and the seconds.
LARGE, LARGE_SECONDS = 1024, 3.0


def record_canonical(settings: Settings) -> Iterator[dict[str, Any]]:
    """Every case of the papers whose atoms have a formula, one record each."""
    for case in canonical():
        record = _beside(case, settings)
        noted = [
            abs(float(atom) - value)
            for atom, value in zip(case.atoms, case.noted, strict=True)
            if value is not None
        ]
        if max(noted, default=0.0) > NOTED_WITHIN:
            record["wrong"].append("the formula has other atoms than were noted")
        record["noted"] = len(noted)
        yield record
    try:
        fourfold.gaussian_pid_from_covariance([[2, 2, 1], [2, 2, 1], [1, 1, 1]], (1, 1, 1))
    except ValueError as error:
        refused = str(error)
    else:
        refused = ""
    yield {
        "group": "X2 = X1 + noise", "name": "no noise", "refused": refused,
        "wrong": [] if refused else ["X2 = X1 is singular and was not refused"],
    }  # fmt: skip


def record_doubling(settings: Settings) -> Iterator[dict[str, Any]]:
    """Of so many columns a side."""
    rng = np.random.default_rng(settings.seed)
    for columns in settings.columns:
        record = _beside(doubled(columns, rng), settings)
        record["columns"] = columns
        targets = [
            Target("largest error", "at most", DOUBLING_EXACT, "tiny bits").judge(
                None if record["wrong"] else record["error"]
            )
        ]
        if columns == LARGE:
            targets.append(
                Target("time", "at most", LARGE_SECONDS, "s").judge(
                    None if record["wrong"] else record["seconds"]
                )
            )
        record["targets"] = targets
        record["name"] = f"{columns} columns each"
        yield record


def record_random(settings: Settings) -> Iterator[dict[str, Any]]:
    """Random covariances, where the certified interval of the iteration is the only truth."""
    rng = np.random.default_rng([settings.seed, 1])
    for sizes in settings.random_sizes:
        for _ in range(settings.random_repeats):
            cov = random_covariance(sizes, rng)
            case = Case("random", " + ".join(map(str, sizes)), cov, sizes, np.full(4, np.nan))
            yield _beside(case, settings)


def _beside(case: Case, settings: Settings) -> dict[str, Any]:
    """The closed form and the iteration on one case."""
    result, seconds, cpu_seconds = _timed(case)
    found = np.array(result.atoms, dtype=float)
    union = float(result.union_information)
    descent = projected_gradient(
        case.cov, case.sizes, gap=settings.gap, max_steps=settings.steps, limit=settings.limit
    )
    known = not np.isnan(case.atoms.astype(float)).any()
    wrong = []
    if not np.isfinite(found).all():
        wrong.append("an atom is not finite")
    # the bounds of the iteration hold whatever the closed form says
    elif not descent.union - descent.gap - ROUNDING <= union <= descent.union + ROUNDING:
        wrong.append("outside the certified interval of the iteration")
    return {
        "group": case.group,
        "name": case.name,
        "sizes": list(case.sizes),
        "atoms": found.tolist(),
        "error": float(np.abs(found - case.atoms).max()) if known else None,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "descent": _descent(descent, union),
        "wrong": wrong,
    }


def _descent(descent: Descent, union: float) -> dict[str, Any]:
    return {**dataclasses.asdict(descent), "difference": descent.union - union}


def _timed(case: Case) -> tuple[Any, float, float]:
    """(result, seconds, processor seconds), the last two medians of some calls after a first."""
    walls, cpus = [], []
    for _ in range(1 + CALLS):
        start, cpu = time.perf_counter(), time.process_time()
        result = fourfold.gaussian_pid_from_covariance(case.cov, case.sizes)
        walls.append(time.perf_counter() - start)
        cpus.append(time.process_time() - cpu)
        if walls[-1] > LONG and len(walls) > 1:
            break
    return result, float(np.median(walls[1:])), float(np.median(cpus[1:]))
