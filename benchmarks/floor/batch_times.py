# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many small tables in one call of `fourfold.decompose`."""

from __future__ import annotations

import dataclasses
import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.floor.stopwatch import elapsed, rounds
from benchmarks.peers.answer import ATOMS
from benchmarks.peers.instances import dense_batch
from benchmarks.peers.solver_fourfold import answer_of
from fourfold.exceptions import ConvergenceWarning, UndersampledWarning

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.answer import Answer

__all__ = ["BatchTimes", "prepare"]

MOST_ROUNDS = 15


@dataclasses.dataclass
class BatchTimes:
    """What the child process found.

    Attributes
    ----------
    seconds : list of float
        Of each call.
    largest_gap : float
        Bits.
    unconverged, outside : int
        Tables that did not converge; tables with an atom outside its own bounds.
    answers : list of Answer
        Those of the chosen tables.
    """

    seconds: list[float]
    largest_gap: float
    unconverged: int
    outside: int
    answers: list[Answer]


def prepare(
    count: int,
    states: int,
    seed: int,
    *,
    chosen: list[int],
    only_chosen: bool = False,
    least_rounds: int = 1,
    budget: float = 0.0,
    **options: Any,
) -> Callable[[], BatchTimes]:
    """Return the call that measures; for `benchmarks.record.child.measure`.

    Parameters
    ----------
    count, states, seed : int
        As in `dense_batch`.
    chosen : list of int
        Tables whose answers are wanted.
    only_chosen : bool
        Whether to solve no others.
    least_rounds : int
        Calls at least; they go on until `budget` seconds are over. Before them, one to warm up.
    budget : float
        See `least_rounds`.
    **options
        Of `fourfold.decompose`.
    """
    warnings.simplefilter("ignore", ConvergenceWarning)  # counted
    warnings.simplefilter("ignore", UndersampledWarning)
    tables = dense_batch(count, states, seed)
    picked = chosen
    if only_chosen:
        tables = tables[chosen]
        picked = list(range(len(chosen)))

    def times() -> BatchTimes:
        result = fourfold.decompose(tables, **options)
        seconds = [
            elapsed(lambda: fourfold.decompose(tables, **options))
            for _ in rounds(least_rounds, budget, MOST_ROUNDS)
        ]
        inside = np.ones(len(tables), dtype=bool)
        for atom in ATOMS:
            value = getattr(result, atom)
            inside &= getattr(result.lower, atom) <= value
            inside &= value <= getattr(result.upper, atom)
        largest_gap = float(result.gap.max())
        if not math.isfinite(largest_gap):
            msg = f"the answer is not finite: a gap of {largest_gap}"
            raise ValueError(msg)
        return BatchTimes(
            seconds=seconds,
            largest_gap=largest_gap,
            unconverged=int(np.count_nonzero(~result.converged)),
            outside=int(np.count_nonzero(~inside)),
            answers=[answer_of(result[index]) for index in picked],
        )

    return times
