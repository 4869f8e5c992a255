# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Records of batches: tables a second, converged and compared with second-order steps."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.floor import batch_times
from benchmarks.floor.records import LIMIT, start, threads_of
from benchmarks.peers.agreement import compare
from benchmarks.peers.instances import CLASSES
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target
from benchmarks.record.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.floor.batch_times import BatchTimes
    from benchmarks.floor.settings import Batch, Settings
    from benchmarks.record.child import Outcome

__all__ = ["record_batch"]

#: Gaps in bits: that of the batches, and that at which a few of their tables are compared.
TOL, COMPARED_TOL = 1e-4, 1e-8
#: Timed calls at least, each of a second or two.
ROUNDS = 3


def record_batch(settings: Settings, batch: Batch, threads: int) -> dict[str, Any]:
    """Time a batch, and compare a few of its tables with second-order steps."""
    wanted = min(batch.compared, batch.count)
    tables = {
        "count": batch.count,
        "states": batch.states,
        "seed": settings.seed,
        "chosen": [k * batch.count // wanted for k in range(wanted)],
        "num_threads": threads,
    }
    plan = Plan(limit=LIMIT, fast_repeats=1)
    compared = {**tables, "only_chosen": True, "method": "newton", "tol": COMPARED_TOL}
    other = measure(batch_times.prepare, compared, plan)
    timed = {
        **tables,
        "tol": TOL,
        "dtype": batch.dtype,
        "least_rounds": ROUNDS,
        "budget": settings.budget,
    }
    outcome = measure(batch_times.prepare, timed, plan)
    shape = (batch.states, batch.states, CLASSES)
    name = f"{batch.count} tables of {size(shape)} at {TOL:g}, {threads_of(threads)}"
    if batch.dtype != "float64":
        name += f", {batch.dtype}"
    record = start("batch", name, threads, outcome)
    record |= {"shape": list(shape), "count": batch.count, "seconds": None, "rate": None}
    if outcome.status == "solved":
        times: BatchTimes = outcome.answer
        record["wrong"] += _wrong_batch(times, other)
        record |= {"largest_gap_bits": times.largest_gap}
    per_core = None
    if not record["wrong"]:
        seconds = statistics.median(times.seconds)
        record["seconds"] = {"median": seconds, "all": times.seconds}
        record["rate"] = batch.count / seconds
        per_core = record["rate"] / threads
    target = Target("tables a second per core", "at least", batch.per_core, "a second")
    record["targets"].append(target.judge(per_core))
    return record


def _wrong_batch(times: BatchTimes, other: Outcome) -> Iterator[str]:
    if times.unconverged:
        yield f"{times.unconverged} tables did not converge"
    if not times.largest_gap <= TOL:
        yield f"largest gap {times.largest_gap:.2e}"
    if times.outside:
        yield f"{times.outside} tables with an atom outside its bounds"
    if other.status != "solved":
        yield f"no answer of newton to compare with: {other.reason}"
        return
    if other.answer.unconverged:
        yield "newton, to compare with, did not converge"
    apart = max(
        compare(exact, answer).apart
        for exact, answer in zip(other.answer.answers, times.answers, strict=True)
    )
    if apart > 0.0:
        yield f"certified intervals {apart:.2e} bits apart from newton's"
