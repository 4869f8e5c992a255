# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One problem, solved by every method in turns."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.choice.worker import TOOK_TOO_LONG, Solved
from benchmarks.peers.carried import describe_carried

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from benchmarks.choice.worker import Worker

__all__ = ["AUTO", "FIXED", "known_methods", "measure_case"]

AUTO = "auto"
#: What can be asked for in place of it.
FIXED = ("ipfp", "active", "newton", "sparse")
#: Rounds, as many as fit into BUDGET seconds of the fastest method.
FEWEST, MOST, BUDGET = 3, 21, 0.3
#: A method that took so many times as long as the fastest one is not timed again, unless that
#: was but SHORT seconds, in which memory that is first touched counts.
FAR, SHORT = 3.0, 0.02
#: Seconds above which one call says enough.
LONG = 2.0
#: What rounding may do to an atom, in bits.
ROUNDING = 1e-12


def known_methods() -> list[str]:
    """Names of `FIXED` that this build of Fourfold takes."""
    found = []
    for method in FIXED:
        try:
            fourfold.decompose([[[0.5, 0.5]]], method=method)
        except ValueError:
            continue
        found.append(method)
    return found


def measure_case(
    name: str,
    marginals: tuple[np.ndarray, np.ndarray],
    tol: float,
    worker: Worker,
    *,
    methods: Sequence[str] = FIXED,
    threads: int = 1,
) -> dict[str, Any]:
    """Solve one problem by `auto` and by each fixed method; compare answers, then times.

    Parameters
    ----------
    name : str
        Of the problem.
    marginals : tuple of ndarray
        p(x1,y) and p(x2,y).
    tol : float
        Gap in bits to be reached.
    worker : Worker
        Where it is solved.
    methods : sequence of str
        The fixed methods.
    threads : int
        Of Fourfold; with more than one the processor time is that of all of them.

    Returns
    -------
    dict
        A record: processor times in seconds by method, `best` of the fixed ones, and `ratio`
        of auto to it. The ratio is null if something is wrong, or if nothing was solved.
    """
    options = {"tol": tol, "num_threads": threads}
    # the first call of each warms up, gives the answers, and says how often to repeat
    first = {m: worker.solve(*marginals, method=m, **options) for m in (AUTO, *methods)}
    wrong = _wrong(first, tol)
    times = {m: [answer.cpu_seconds] for m, answer in first.items() if _solved(answer)}
    for method in _turns({method: took for method, (took,) in times.items()}):
        answer = worker.solve(*marginals, method=method, **options)
        if isinstance(answer, Solved):
            times[method].append(answer.cpu_seconds)
    medians = {m: statistics.median(found[1:] or found) for m, found in times.items()}
    fixed = {method: median for method, median in medians.items() if method != AUTO}
    best = min(fixed, key=fixed.get, default=None)
    p1y, p2y = marginals
    return {
        "name": name,
        "shape": [len(p1y), *p2y.shape],
        "tol": tol,
        **describe_carried(p1y, p2y),
        "methods": {m: _describe(answer, medians.get(m)) for m, answer in first.items()},
        "best": best,
        # no answer of auto in time: at least this
        "ratio": None if wrong or not best else medians.get(AUTO, worker.limit) / fixed[best],
        "wrong": wrong,
    }


def _turns(took: dict[str, float]) -> list[str]:
    """Methods in the order in which they are timed, given what a first call of each took."""
    fastest = min(took.values(), default=LONG)
    if fastest >= LONG:
        return []
    rounds = min(MOST, max(FEWEST, int(BUDGET / max(fastest, 1e-9))))
    enough = max(FAR * fastest, SHORT)
    near = [m for m in took if m == AUTO or took[m] <= enough]
    # each after each of the others as often: what ran before leaves its data in the caches
    return [near[(turn + k) % len(near)] for turn in range(rounds) for k in range(len(near))]


def _solved(answer: Solved | str) -> bool:
    return isinstance(answer, Solved) and answer.converged


def _wrong(answers: dict[str, Solved | str], tol: float) -> list[str]:
    """What speaks against the answers; one that took too long is none, and not a wrong one."""
    known = {method: answer for method, answer in answers.items() if isinstance(answer, Solved)}
    found = [
        f"{method}: {answer}"
        for method, answer in answers.items()
        if isinstance(answer, str) and not answer.startswith(TOOK_TOO_LONG)
    ]
    if AUTO in known and not known[AUTO].converged:
        found.append(f"{AUTO}: not converged, gap {known[AUTO].gap:.1e}")
    # intervals meet in pairs exactly if each reaches up to the largest lower bound
    largest = [max(bounds) for bounds in zip(*(a.lower for a in known.values()), strict=True)]
    for method, answer in known.items():
        if answer.converged and not answer.gap <= tol:
            found.append(f"{method}: converged at a gap of {answer.gap:.1e}")
        apart = max(low - high for low, high in zip(largest, answer.upper, strict=True))
        if not apart <= ROUNDING:
            found.append(f"{method}: certified intervals {apart:.1e} bits apart")
    return found


def _describe(answer: Solved | str, median: float | None) -> dict[str, Any]:
    if isinstance(answer, str):
        return {"status": answer, "cpu_seconds": None}
    return {
        "status": "solved" if answer.converged else "not converged",
        "cpu_seconds": answer.cpu_seconds if median is None else median,
        "solver": answer.solver,
        "steps": answer.steps,
        "gap_bits": answer.gap,
    }
