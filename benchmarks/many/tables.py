# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Time and memory of one union, beside targets; answers are checked before their times count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.many import call
from benchmarks.many.problems import CASES, dense_marginals
from benchmarks.many.recheck import ROUNDING, wrong_bounds
from benchmarks.peers.answer import stated_accuracy
from benchmarks.peers.binary_hull import hull_information
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target
from fourfold import _core

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.many.problems import Case
    from benchmarks.many.settings import Settings
    from benchmarks.record.child import Outcome

__all__ = ["record_peer", "record_tables"]

#: Bits to which `Case.known` is known.
KNOWN_WITHIN = 1e-7
#: Bits by which the hull that Qhull finds may be off.
HULL_WITHIN = 1e-9


def record_tables(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each case: v*, how it was checked, times, memory, targets."""
    for name in settings.cases:
        case = CASES[name]
        tables = case.make(settings.seed)
        plan = Plan(limit=case.limit, warmups=1, repeats=3, fast_repeats=15, fast=0.5)
        outcome = measure(call.prepare, {"tables": tables, "tol": settings.tol}, plan)
        wrong = list(_wrong(case, tables, outcome, settings))
        median = None if wrong else float(np.median(outcome.cpu_seconds))
        targets = [Target("CPU time, median", "at most", case.seconds, "s").judge(median)]
        if case.peak_bytes is not None:
            peak = None if wrong else outcome.peak
            targets.append(Target("peak memory", "below", case.peak_bytes, "bytes").judge(peak))
        yield {
            "name": name,
            "shape": [*(len(p) for p in tables), tables[0].shape[1]],
            "tuples": float(np.prod([float(len(p)) for p in tables])),
            "tol": settings.tol,
            **(outcome.answer or {}),
            "seconds": float(np.median(outcome.seconds)) if outcome.seconds else None,
            "cpu_seconds": median,
            "calls": len(outcome.seconds),
            "peak_bytes": outcome.peak,
            "resident_before_bytes": outcome.resident_before,
            "wrong": wrong,
            "targets": targets,
        }


def _wrong(
    case: Case, tables: Sequence[np.ndarray], outcome: Outcome, settings: Settings
) -> Iterator[str]:
    if outcome.status != "solved":
        yield f"no answer: {outcome.reason}"
        return
    found = outcome.answer
    gap = found["upper"] - found["lower"]
    if not (found["converged"] and 0 <= gap <= settings.tol):
        yield f"not converged: gap {gap:.2e} after {found['iterations']} steps"
    if tables[0].shape[1] == 2:
        hull, _ = hull_information(*tables)
        yield from _misses(found, hull, HULL_WITHIN, "the information of the hull")
        return
    if case.known is not None and settings.seed == 0:
        yield from _misses(found, case.known, KNOWN_WITHIN, "the known v*")
    solved = _core.solve_union(
        list(tables), method="auto", tol=settings.tol, max_iter=1000, num_threads=1,
        coupling=True,
    )  # fmt: skip
    yield from wrong_bounds(found, tables, solved)


def _misses(found: dict[str, Any], truth: float, within: float, what: str) -> Iterator[str]:
    if not found["lower"] - within <= truth <= found["upper"] + within:
        yield f"{found['lower']!r} to {found['upper']!r} misses {what}, {truth!r}"


# -- the same convex program by a conic solver ------------------------------------------------
def record_peer(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each small table that cvxpy and Clarabel solve, too."""
    for states, classes in settings.peer_tables:
        tables = dense_marginals(states, classes, settings.seed)
        ours = measure(
            call.prepare,
            {"tables": tables, "tol": settings.tol},
            Plan(limit=settings.peer_limit, warmups=1, fast_repeats=15),
        )
        peer = measure(call.prepare_peer, {"tables": tables}, Plan(limit=settings.peer_limit))
        wrong, apart = [], None
        if ours.status != "solved" or not ours.answer["converged"]:
            wrong.append(f"no converged answer: {ours.reason}")
        elif peer.status == "solved":
            union, found = peer.answer["union"], ours.answer
            apart = max(found["lower"] - union, union - found["upper"], 0.0)
            if not apart <= stated_accuracy(peer.answer["unknowns"]) + ROUNDING:
                wrong.append(f"Clarabel's {union!r} is {apart:.1e} bits outside of the bounds")
        yield {
            "name": " x ".join(map(str, (*states, classes))),
            "upper": ours.answer["upper"] if ours.answer else None,
            "seconds": _median(ours),
            "peak_bytes": ours.peak,
            "peer_union": peer.answer["union"] if peer.status == "solved" else None,
            "peer_seconds": _median(peer),
            "peer_peak_bytes": peer.peak,
            "peer_says": peer.answer["status"] if peer.status == "solved" else peer.reason,
            "apart": apart,
            "wrong": wrong,
        }


def _median(outcome: Outcome) -> float | None:
    solved = outcome.status == "solved"
    return float(np.median(outcome.seconds)) if solved else None
