# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the core will need of the memory of the host, at the least, known before it begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold import _core
from fourfold.inputs.room import has_room, likely_cause, require_room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.solve.options import SolverOptions

__all__ = [
    "distinct_states",
    "has_room_for_factors",
    "require_memory",
    "require_memory_of_merged",
]

#: Problems of fewer pairs of states are solved without a look.
_FEW_PAIRS = 2**22
#: r, x and x_prev of each pair in first-order steps; docs/algorithm.md.
_ARRAYS = 3
_SOFT = "of posteriors, merge=0.01 with tol=0.02 of fourfold.decompose_marginals makes similar states one"


def require_memory(
    problems: Sequence[tuple[Any, Any]], options: SolverOptions, name: str = "x1, x2"
) -> None:
    """Raise MemoryError where a problem, p1y (K1, K_Y) and p2y (K2, K_Y), cannot fit what is free.

    Large problems are solved one after another, so that the largest decides.
    """
    if options.device != "cpu":
        return
    for p1y, p2y in problems:
        k1, k2 = len(p1y), len(p2y)
        if k1 * k2 < _FEW_PAIRS:
            continue
        require_room(
            _least_bytes(p1y, p2y, options),
            name,
            f"{k1} states of x1 and {k2} states of x2, whose pairs are all solved for,",
            "; ".join(filter(None, (likely_cause({"x1": k1, "x2": k2}), _SOFT))),
        )


def require_memory_of_merged(p1y: np.ndarray, p2y: np.ndarray, options: SolverOptions) -> None:
    """The same of the groups (K1, K_Y) and (K2, K_Y) that merging left."""
    merge = options.merge
    k1, k2 = len(p1y), len(p2y)
    if k1 * k2 < _FEW_PAIRS:
        return
    require_room(
        _least_bytes(p1y, p2y, options),
        "merge",
        f"{merge:g} bits leave {k1} states of x1 and {k2} of x2, whose pairs are all solved for and",
        f"allow more, for example merge={4 * merge:g} with tol={5 * merge:g}",
    )


def has_room_for_factors(p1y: Any, p2y: Any, options: SolverOptions) -> bool:
    """Whether log r of all pairs (K1, K2) fits besides, or is to be made when it is asked for."""
    pairs = len(p1y) * len(p2y)
    if pairs < _FEW_PAIRS or options.device != "cpu":
        return True
    return has_room(8 * pairs + _least_bytes(p1y, p2y, options))


def _least_bytes(p1y: np.ndarray, p2y: np.ndarray, options: SolverOptions) -> int:
    """Of the arrays over pairs of states; the core may merge states, and leave out pairs."""
    supports = [(p > _core.LEAST_MASS).astype(np.float64) for p in (p1y, p2y)]
    together = supports[0].sum(0) * supports[1].sum(0)  # cells of each class
    if options.method == "auto" and np.count_nonzero(together) <= 2:
        return 0
    if options.method == "reference":
        return 8 * math.prod(p1y.shape) * len(p2y)
    states = [distinct_states(p) for p in (p1y, p2y)]
    pairs = min(states[0] * states[1], int(together.sum()))
    if options.method == "active":  # in double precision, and a mark of each pair
        return (_ARRAYS * 8 + 1) * pairs
    return _ARRAYS * pairs * np.dtype(options.dtype).itemsize


def distinct_states(p: np.ndarray) -> int:
    """States (K, K_Y) with different posteriors, hardly more than the core tells apart."""
    masses = p.sum(1)
    seen = masses > _core.LEAST_MASS
    angles = np.cos(np.arange(1.0, p.shape[1] + 1))  # no two posteriors are alike in their sum
    return len(np.unique(np.round((p[seen] / masses[seen, None]) @ angles, 9)))
