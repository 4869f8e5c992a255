# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the union information of three or more sources will take, known before it begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold import _core
from fourfold.inputs.room import require_room
from fourfold.inputs.subsets import Subset
from fourfold.solve.memory import distinct_states

__all__ = ["MOST_WORK", "require_budget"]

#: Multiplications of all tuples and of all systems of a call, about ten minutes of one thread.
MOST_WORK = 3e12
_PER_SECOND = 5e9
#: Newton steps, and times that all tuples are looked at.
_STEPS = 30
_INSTEAD = "use fewer states of each source, or method='pairs'"


class _Cost(NamedTuple):
    tuples: int
    work: float
    system: int  # bytes
    listed: int  # bytes, where all tuples are


def require_budget(
    tables: Sequence[np.ndarray], subsets: Sequence[Subset], method: str
) -> None:
    """Raise where subsets of three or more sources (K_i, K_Y) would take too long, or too much room.

    Raises
    ------
    ValueError
        With the number of tuples, about how many seconds they would take, and what to do instead;
        not of a method that was asked for by name.
    MemoryError
        If the system of one Newton step, or with "dense" the tuples, cannot fit what is free.
    """
    many = [subset for subset in subsets if len(subset) > 2]
    if not many or tables[0].shape[1] <= 2 or method == "pairs":
        return
    shapes = [_shape(table, len(table)) for table in tables]
    costs = _costs(shapes, many)
    if sum(cost.work for cost in costs.values()) > MOST_WORK:
        shapes = [_shape(table, distinct_states(table)) for table in tables]
        costs = _costs(shapes, many)
    work = sum(cost.work for cost in costs.values())
    worst = max(costs, key=lambda subset: costs[subset].work)
    states = " x ".join(str(shapes[k][0]) for k in worst)
    words = f"{states} = {costs[worst].tuples:,} tuples of states"
    if work > MOST_WORK and method == "auto":
        seconds = float(f"{work / _PER_SECOND:.1g}")
        msg = (
            f"subsets: {len(many)} of three sources or more, the largest of {words}, would take "
            f"about {seconds:,.0f} seconds; ask for fewer or smaller subsets, bound them by their "
            "pairs with method='pairs', use fewer states of each source, or give a method by name "
            "to go on"
        )
        raise ValueError(msg)
    needed = costs[worst].system + (costs[worst].listed if method == "dense" else 0)
    require_room(needed, "subsets", f"{words}, solved for by method={method!r},", _INSTEAD)


def _costs(
    shapes: Sequence[tuple[int, int, int]], subsets: Sequence[Subset]
) -> dict[Subset, _Cost]:
    return {subset: _cost([shapes[k] for k in subset]) for subset in subsets}


def _shape(table: np.ndarray, states: int) -> tuple[int, int, int]:
    """States, cells that have mass, and classes that have."""
    seen = table > _core.LEAST_MASS
    share = states / len(table)
    cells = math.ceil(share * int(np.count_nonzero(seen)))
    return states, cells, int(np.count_nonzero(seen.any(0)))


def _cost(shapes: Sequence[tuple[int, int, int]]) -> _Cost:
    tuples = math.prod(states for states, _, _ in shapes)
    cells = [cells for _, cells, _ in shapes]
    unknowns = sum(cells) - max(cells)  # the largest source is eliminated
    classes = shapes[0][2]
    if classes <= 2:
        return _Cost(tuples, 0.0, 0, 0)
    work = _STEPS * (float(tuples) * classes + unknowns**3 / 3.0)
    return _Cost(tuples, work, 8 * unknowns**2, 8 * tuples * classes)
