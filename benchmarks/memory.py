# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `memory` command: the peak memory of a problem whose tensor could not exist."""

from __future__ import annotations

import dataclasses
import statistics
import warnings
from typing import TYPE_CHECKING, Any

from benchmarks.child import Plan, measure
from benchmarks.instances import two_marginals
from benchmarks.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BOUND_BYTES", "Size", "memory"]

#: Largest resident memory that the whole process may reach.
BOUND_BYTES = 500_000_000

#: Seconds for the solve; the number of iterations is limited, so this is not reached.
LIMIT = 1200.0


@dataclasses.dataclass(frozen=True)
class Size:
    """States of the sources and of the target, and the number of outer steps.

    The steps show the memory, which does not grow with their number; convergence is not
    needed for that.
    """

    states1: int = 2048
    states2: int = 2048
    classes: int = 200
    max_iter: int = 25


def memory(size: Size, seed: int, arguments: list[str]) -> Report:
    """Measure one solve from pairwise marginals in a process of its own.

    Parameters
    ----------
    size : Size
        The problem.
    seed : int
        Seed of the marginals.
    arguments : list of str
        The command line, for the report.
    """
    settings = {**dataclasses.asdict(size), "bound_bytes": BOUND_BYTES}
    report = Report.start("memory", arguments, seed=seed, settings=settings)
    plan = Plan(limit=LIMIT, fast_repeats=1)
    outcome = measure(_prepare, {"size": size, "seed": seed}, plan)
    solved = outcome.status == "solved"
    report.records.append({
        "solver": "fourfold",
        "status": outcome.status,
        "reason": outcome.reason,
        "peak_bytes": outcome.peak,
        "resident_before_bytes": outcome.resident_before,
        "within_bound": solved and outcome.peak is not None and outcome.peak <= BOUND_BYTES,
        "tensor_bytes": 8 * size.states1 * size.states2 * size.classes,
        "seconds": statistics.median(outcome.seconds) if solved else None,
        **(outcome.answer if solved else {}),
    })  # fmt: skip
    return report


def _prepare(size: Size, seed: int) -> Callable[[], dict[str, Any]]:
    import fourfold  # noqa: PLC0415  in the child process only

    p1y, p2y = two_marginals(size.states1, size.states2, size.classes, seed)

    def solve() -> dict[str, Any]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = fourfold.decompose_marginals(p1y, p2y, max_iter=size.max_iter)
        return {
            "iterations": int(result.iterations),
            "converged": bool(result.converged),
            "gap_bits": float(result.gap),
            "union_information_bits": float(result.union_information),
            "warnings": [f"{entry.category.__name__}: {entry.message}" for entry in caught],
        }

    return solve
