# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The time of an outer step of the core, beside the same step in NumPy."""

from __future__ import annotations

import copy
import dataclasses
import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.floor.numpy_step import NumpyIteration
from benchmarks.floor.stopwatch import elapsed, rounds
from benchmarks.peers.instances import two_marginals
from fourfold import _core

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SAME_ITERATE", "StepTimes", "prepare"]

#: Out of reach, so that the steps are those of the cap.
TOL = 1e-15
#: Largest difference to NumPy's iterate after CHECKED_STEPS: of log r, of the factors relatively.
SAME_ITERATE = 1e-9
CHECKED_STEPS = 20
MOST_ROUNDS = 50


@dataclasses.dataclass
class StepTimes:
    """What the child process found.

    Attributes
    ----------
    difference : float
        Largest difference between the core's iterate and NumPy's, as `SAME_ITERATE` has it.
    bounds : list of tuple of float
        Lower and upper bound in bits after the first and the last step that is timed.
    steps : list of int
        What the core counted there.
    sweeps : float
        Sweeps a step between the two.
    seconds : list of float
        Of one step of the core, one figure a round.
    numpy_sweeps : float or None
    numpy_seconds : list of float
        The same of NumPy; empty where it was not timed.
    """

    difference: float
    bounds: list[tuple[float, float]] = dataclasses.field(default_factory=list)
    steps: list[int] = dataclasses.field(default_factory=list)
    sweeps: float | None = None
    seconds: list[float] = dataclasses.field(default_factory=list)
    numpy_sweeps: float | None = None
    numpy_seconds: list[float] = dataclasses.field(default_factory=list)


def prepare(
    shape: tuple[int, int, int],
    threads: int,
    seed: int,
    *,
    window: tuple[int, int],
    least_rounds: int,
    budget: float,
    pause: float,
    beside_numpy: bool,
) -> Callable[[], StepTimes]:
    """Return the call that measures; for `benchmarks.record.child.measure`.

    Time and sweeps of a step are differences of two solves that are stopped after the steps of
    the window: starting and ending a solve then cancel. The certificates in between do not.

    Parameters
    ----------
    shape : tuple of int
        K1, K2 and K_Y; marginals by `two_marginals`.
    threads : int
        Of the core, and of NumPy's BLAS.
    seed : int
        Seed of the marginals.
    window : tuple of int
        The first and the last step.
    least_rounds : int
        Rounds at least; they go on until `budget` seconds are over.
    budget : float
        See `least_rounds`.
    pause : float
        Seconds between the core and NumPy on several threads: a pool that has finished spins
        for a while, and would take the time from the other one.
    beside_numpy : bool
        Whether to time NumPy as well, in turns.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  in the child process only

    marginals = two_marginals(*shape, seed)
    options = {"method": "ipfp", "tol": TOL, "num_threads": threads}

    def solve(steps: int) -> dict[str, Any]:
        return _core.solve_one(*marginals, max_iter=steps, **options)

    def wait() -> None:
        time.sleep(pause if threads > 1 else 0.0)

    def times() -> StepTimes:
        with threadpool_limits(threads, user_api="blas"):
            found = StepTimes(_difference(marginals, solve(CHECKED_STEPS)))
            if not found.difference <= SAME_ITERATE:
                return found  # the times of other steps would say nothing
            first, last = window
            ends = [solve(steps) for steps in window]
            for end in ends:
                bounds = (_finite(float(end[side][0])) for side in ("lower", "upper"))
                found.bounds.append(tuple(bounds))
                found.steps.append(int(end["iterations"][0]))
            found.sweeps = float(ends[1]["sweeps"][0] - ends[0]["sweeps"][0]) / (last - first)
            start = None
            if beside_numpy:
                start = NumpyIteration(*marginals)
                start.run(first)
            for _ in rounds(least_rounds, budget, MOST_ROUNDS):
                wait()
                before, until = (elapsed(lambda n=steps: solve(n)) for steps in window)
                found.seconds.append((until - before) / (last - first))
                if start is not None:
                    iteration = copy.deepcopy(start)
                    wait()
                    seconds = elapsed(lambda it=iteration: it.run(last - first))
                    found.numpy_seconds.append(seconds / (last - first))
                    found.numpy_sweeps = (iteration.sweeps - start.sweeps) / (last - first)
        return found

    return times


def _difference(marginals: tuple[np.ndarray, np.ndarray], solved: dict[str, Any]) -> float:
    """Largest difference of the core's iterate, where it was stopped, from NumPy's."""
    iteration = NumpyIteration(*marginals)
    iteration.run(int(solved["iterations"][0]))
    iteration.fit()
    iteration.shrink()  # the core ends with a certificate
    differences = (
        np.abs(iteration.x - solved["log_r"]).max(),
        np.abs(iteration.a / solved["a"] - 1.0).max(),
        np.abs(iteration.b / solved["b"] - 1.0).max(),
    )
    return _finite(float(np.max(differences)))


def _finite(value: float) -> float:
    if not math.isfinite(value):
        msg = f"the answer is not finite: {value}"
        raise ValueError(msg)
    return value
