# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Large problems from their marginals: a solve, a step and one that has no tensor."""

from __future__ import annotations

import dataclasses
import statistics
import threading
import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np

import fourfold
from benchmarks.cuda.rates import floor_of, seconds_of
from benchmarks.floor.numpy_step import NumpyIteration
from benchmarks.peers.instances import two_marginals
from benchmarks.record.target import Target
from fourfold.solve.backends import solve_batch
from fourfold.solve.options import SolverOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.rates import Rates
    from benchmarks.cuda.settings import Large, Settings, Solve, Step

__all__ = ["record_large", "record_solve", "record_step"]

TOL = 1e-4
OUT_OF_REACH = 1e-15  # so that the steps are those of the cap
CHECKED_STEPS = 20
SAME_ITERATE = 1e-9


def record_solve(xp: Any, settings: Settings, case: Solve) -> dict[str, Any]:
    """Time one solve, the same steps composed of CuPy's calls, and all cores."""
    host = two_marginals(*case.shape, settings.seed)
    there = tuple(map(xp.asarray, host))
    result = fourfold.decompose_marginals(*there, tol=TOL)
    on_cpu = fourfold.decompose_marginals(*host, tol=TOL, device="cpu")
    record: dict[str, Any] = {
        "shape": list(case.shape),
        "solver": result.solver,
        "iterations": result.iterations,
        "wrong": list(_wrong_solve(result, on_cpu)) + list(_wrong_steps(xp, host)),
        "seconds": None,
    }
    ratio = None
    if not record["wrong"]:
        ours = seconds_of(
            xp, lambda: fourfold.decompose_marginals(*there, tol=TOL), settings.rounds
        )
        # without certificates, which the composition would have to pay for as well
        composed = seconds_of(
            xp, lambda: NumpyIteration(*there, xp=xp).run(result.iterations), settings.rounds
        )
        cores = seconds_of(
            xp,
            lambda: fourfold.decompose_marginals(*host, tol=TOL, device="cpu"),
            settings.rounds,
        )
        ratio = statistics.median(composed) / statistics.median(ours)
        record |= {
            "seconds": {"median": statistics.median(ours), "all": ours},
            "cupy": {"median": statistics.median(composed), "all": composed},
            "cpu": {"median": statistics.median(cores), "all": cores},
        }
    what = "as fast as the same steps in CuPy"
    record["targets"] = [Target(what, "at least", case.beside_cupy, "times").judge(ratio)]
    return record


def record_step(xp: Any, settings: Settings, step: Step, rates: Rates) -> dict[str, Any]:
    """Time an outer step as the difference of two solves, beside its floor."""
    there = tuple(map(xp.asarray, two_marginals(*step.shape, settings.seed)))

    def solve(steps: int) -> dict[str, Any]:
        return _raw(there, steps, step.dtype)

    first, last = step.window
    ends = [solve(steps) for steps in step.window]
    taken = [int(end["iterations"][0]) for end in ends]
    lower = max(float(end["lower"][0]) for end in ends)
    upper = min(float(end["upper"][0]) for end in ends)
    record: dict[str, Any] = {
        "shape": list(step.shape),
        "dtype": step.dtype,
        "wrong": [],
        "seconds": None,
    }
    if taken != list(step.window):
        record["wrong"].append(f"stopped after {taken} steps instead of {list(step.window)}")
    if not lower <= upper:
        record["wrong"].append(f"bounds {lower!r}, {upper!r}")
    ratio = None
    if not record["wrong"]:
        sweeps = float(ends[1]["sweeps"][0] - ends[0]["sweeps"][0]) / (last - first)
        times = [
            seconds_of(xp, lambda n=steps: solve(n), settings.rounds) for steps in step.window
        ]
        seconds = [(b - a) / (last - first) for a, b in zip(*times, strict=True)]
        least = floor_of(step, sweeps, rates)
        ratio = statistics.median(seconds) / least["seconds"]
        record |= {
            "sweeps": sweeps,
            "seconds": {"median": statistics.median(seconds), "all": seconds},
            "floor": least | {"ratio": ratio},
        }
    record["targets"] = []
    if step.floors is not None:
        target = Target("step beside its floor", "at most", step.floors, "times")
        record["targets"].append(target.judge(ratio))
    return record


def record_large(xp: Any, settings: Settings, case: Large) -> dict[str, Any]:
    """Run a few steps, and watch the device's memory meanwhile."""
    there = tuple(map(xp.asarray, two_marginals(*case.shape, settings.seed)))
    record: dict[str, Any] = {"shape": list(case.shape), "steps": case.steps, "wrong": []}
    with _Watch(xp) as watch:
        seconds = seconds_of(xp, lambda: _raw(there, case.steps, "float64"), 1)
    out = _raw(there, case.steps, "float64")
    lower, upper = float(out["lower"][0]), float(out["upper"][0])
    if not lower <= upper or int(out["iterations"][0]) != case.steps:
        record["wrong"].append(f"bounds {lower!r}, {upper!r} after {out['iterations']} steps")
    peak = None if record["wrong"] else watch.peak
    record |= {
        "seconds": {"median": seconds[0], "all": seconds},
        "peak_bytes": peak,
        "lower": lower,
        "upper": upper,
    }
    record["targets"] = [Target("device memory", "below", case.peak_bytes, "bytes").judge(peak)]
    return record


@dataclasses.dataclass
class _Watch:
    """The largest use of the device's memory above that of the start, seen every few ms."""

    xp: Any
    peak: int = 0

    def __enter__(self) -> Self:
        self._done = threading.Event()
        before = self.xp.cuda.runtime.memGetInfo()[0]

        def look() -> None:
            while not self._done.wait(0.002):
                self.peak = max(self.peak, before - self.xp.cuda.runtime.memGetInfo()[0])

        self._thread = threading.Thread(target=look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def _raw(there: tuple[Any, Any], steps: int, dtype: str) -> dict[str, Any]:
    """Bounds and steps as the back end gives them, before they are cut to what is possible."""
    options = SolverOptions.checked(OUT_OF_REACH, steps, None, dtype, "cuda")
    return solve_batch(*(part[None] for part in there), options)


def _wrong_solve(result: fourfold.PID, on_cpu: fourfold.PID) -> Iterator[str]:
    if not result.converged:
        yield f"did not converge: a gap of {result.gap}"
    low, high = result.union_information - result.gap, result.union_information
    least, most = on_cpu.union_information - on_cpu.gap, on_cpu.union_information
    if not (low <= most + 1e-12 and least <= high + 1e-12):
        yield f"union information in [{low}, {high}], on the CPU in [{least}, {most}]"


def _wrong_steps(xp: Any, host: tuple[np.ndarray, np.ndarray]) -> Iterator[str]:
    """Whether the composition takes the steps of the back end."""
    there = tuple(map(xp.asarray, host))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
        found = fourfold.decompose_marginals(
            *there, tol=OUT_OF_REACH, max_iter=CHECKED_STEPS, method="ipfp"
        )
    factors = found.factored.factors
    iteration = NumpyIteration(*there, xp=xp)
    iteration.run(CHECKED_STEPS)
    iteration.fit()
    iteration.shrink()  # the back end ends with a certificate
    difference = max(
        float(abs(iteration.x - factors.log_r).max()),
        float(abs(iteration.a / factors.a - 1.0).max()),
        float(abs(iteration.b / factors.b - 1.0).max()),
    )
    if not difference <= SAME_ITERATE:
        yield f"the iterate differs from CuPy's by {difference:.2e} after {CHECKED_STEPS} steps"
