# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many tables in one call on the device, beside all cores of the same machine."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.cuda.rates import seconds_of
from benchmarks.peers.answer import ATOMS
from benchmarks.peers.instances import dense_batch
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.settings import Batch, Settings

__all__ = ["record_batch"]

TOL = 1e-4
EXACT = 1e-8  # of the answers to compare with


def record_batch(xp: Any, settings: Settings, batch: Batch) -> dict[str, Any]:
    """Time a batch whose tables are on the device, and from the host; then on the CPU."""
    tables = dense_batch(batch.different, batch.states, settings.seed)
    repeats = -(-batch.count // batch.different)
    marginals = [
        np.concatenate([part] * repeats)[: batch.count]
        for part in (tables.sum(2), tables.sum(1))
    ]
    there = [xp.asarray(part) for part in marginals]
    options = {"tol": TOL, "dtype": batch.dtype}

    def solve(given: list[Any], device: str) -> fourfold.PID:
        return fourfold.decompose_marginals(*given, device=device, **options)

    result = solve(there, "cuda")
    record: dict[str, Any] = {
        "states": batch.states,
        "count": batch.count,
        "dtype": batch.dtype,
        "solver": str(np.asarray(result.solver).flat[0]),
        "wrong": list(_wrong(result, tables, batch)),
        "seconds": None,
        "rate": None,
    }
    beside = rate = None
    if not record["wrong"]:
        seconds = seconds_of(xp, lambda: solve(there, "cuda"), settings.rounds)
        rate = batch.count / statistics.median(seconds)
        some = [part[: batch.on_cpu] for part in marginals]
        on_cpu = seconds_of(xp, lambda: solve(some, "cpu"), settings.rounds)
        from_host = seconds_of(xp, lambda: solve(marginals, "cuda"), settings.rounds)
        cpu_rate = len(some[0]) / statistics.median(on_cpu)
        beside = rate / cpu_rate
        record |= {
            "seconds": {"median": statistics.median(seconds), "all": seconds},
            "rate": rate,
            "rate_from_host": batch.count / statistics.median(from_host),
            "cpu_rate": cpu_rate,
        }
    record["targets"] = [
        *([Target("tables a second", "at least", batch.per_second, "a second").judge(rate)]
          if batch.per_second else []),
        *([Target("beside all cores", "at least", batch.beside_cpu, "times").judge(beside)]
          if batch.beside_cpu else []),
    ]  # fmt: skip
    return record


def _wrong(result: fourfold.PID, tables: np.ndarray, batch: Batch) -> Iterator[str]:
    if not bool(result.converged.all()):
        yield f"{int((~result.converged).sum())} tables did not converge"
    for index in range(min(batch.compared, len(tables))):
        part = result[index]
        exact = fourfold.decompose(tables[index], tol=EXACT, method="newton", device="cpu")
        for atom in ATOMS[:3]:  # without I(X1,X2;Y) there is no synergy
            low, high = getattr(part.lower, atom), getattr(part.upper, atom)
            least, most = getattr(exact.lower, atom), getattr(exact.upper, atom)
            if not (low <= most + 1e-12 and least <= high + 1e-12):
                yield f"table {index}: {atom} in [{low}, {high}], exactly in [{least}, {most}]"
