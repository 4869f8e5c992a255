# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Steps of bootstrap-like replicates of a table, started at its coupling and as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.floor.records import LIMIT, start
from benchmarks.peers.clustered import breast_cancer_counts, digits_counts
from benchmarks.peers.instances import dense_random
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.floor.settings import Replicates, Settings

__all__ = ["prepare", "record_replicates"]

MAKERS: dict[str, Callable[[int, int], np.ndarray]] = {
    "dense": dense_random,
    "digits": digits_counts,
    "breast cancer": breast_cancer_counts,
}
#: The table itself is solved to this part of the tolerance of its replicates.
EARLIER = 0.1
#: What rounding may do to a bound, in bits.
ROUNDING = 1e-12


def prepare(
    family: str, states: int, samples: int, count: int, tol: float, seed: int, threads: int
) -> Callable[[], dict[str, Any]]:
    """Return the call that counts the steps; for `benchmarks.record.child.measure`."""
    table = MAKERS[family](states, seed)
    p = table / table.sum()
    rng = np.random.default_rng([seed, states, samples])
    replicates = rng.multinomial(samples, p.ravel(), size=count).reshape(count, *p.shape)
    options: dict[str, Any] = {"method": "ipfp", "num_threads": threads}

    def steps() -> dict[str, Any]:
        earlier = fourfold.decompose(p, tol=EARLIER * tol, num_threads=threads)
        cold = fourfold.decompose(replicates, tol=tol, **options)
        warm = fourfold.decompose(replicates, tol=tol, warm_start=earlier, **options)
        apart = [
            np.maximum(low - high, 0.0).max()
            for one, other in ((cold, warm), (warm, cold))
            for low, high in zip(one.lower, other.upper, strict=True)
        ]
        return {
            "cold": float(cold.iterations.mean()),
            "warm": float(warm.iterations.mean()),
            "unconverged": int((~cold.converged).sum() + (~warm.converged).sum()),
            "apart": float(max(apart)),
        }

    return steps


def record_replicates(
    settings: Settings, replicates: Replicates, threads: int
) -> dict[str, Any]:
    """Count the outer steps of replicates with and without a warm start."""
    options = {
        "family": replicates.family,
        "states": replicates.states,
        "samples": replicates.samples,
        "count": replicates.count,
        "tol": replicates.tol,
        "seed": settings.seed,
        "threads": threads,
    }
    outcome = measure(prepare, options, Plan(limit=LIMIT, fast_repeats=1))
    name = (
        f"{replicates.count} replicates of {replicates.family} {replicates.states} states, "
        f"{replicates.samples:.0e} samples at {replicates.tol:g}"
    )
    record = start("replicates", name, threads, outcome)
    ratio = None
    if outcome.status == "solved":
        found = outcome.answer
        if found["unconverged"]:
            record["wrong"].append(f"{found['unconverged']} tables did not converge")
        if not found["apart"] <= ROUNDING:
            record["wrong"].append(f"certified intervals {found['apart']:.2e} bits apart")
        if not record["wrong"]:
            record["steps"] = {"cold": found["cold"], "warm": found["warm"]}
            ratio = found["warm"] / found["cold"]
    target = Target("steps with / without a warm start", "at most", 1 / 3, "times")
    record["targets"].append(target.judge(ratio))
    return record
