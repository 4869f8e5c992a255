# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of which similar states become one before they are solved: docs/decisions/coarsening.md."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold import _core
from fourfold.results.coupling import Grouped
from fourfold.solve import backends
from fourfold.solve.closed_form import of_two_classes
from fourfold.solve.memory import has_room_for_factors, require_memory_of_merged

if TYPE_CHECKING:
    from fourfold.solve.options import SolverOptions

#: Of what is lost, the parts that the solver leaves room for, one after the other.
_MATTERS = (0.6, 0.8, 1.0)

__all__ = ["Merged", "merges", "solve_merged"]


class Merged(NamedTuple):
    """What was found of a table whose similar states were made one.

    Attributes
    ----------
    numbers : dict of float
        What a back end says of one problem, and `merged`, the bits that merging lost: bounds and
        informations are those of the given table.
    coupling : Grouped or None
        Of the given table; None where log r of all pairs of groups has no room.
    dual : ndarray, shape (K1 + K2, K_Y)
        log a above log b in nats: feasible for the given table, with the value of the lower bound.
    """

    numbers: dict[str, Any]
    coupling: Grouped | None
    dual: np.ndarray


def merges(p1y: Any, p2y: Any, options: SolverOptions) -> bool:
    """Whether states of a table (K1, K_Y) and (K2, K_Y) are merged: of two classes all are exact."""
    if not options.merge:
        return False
    return options.method != "auto" or not of_two_classes(p1y, p2y)


def solve_merged(
    p1y: np.ndarray, p2y: np.ndarray, options: SolverOptions, *, factors: bool = False
) -> Merged:
    """Merge, solve what is left to the rest of the tolerance, and say what holds of the table.

    With P the groups, of which merging loses d1 and d2 (docs/embeddings.md, Lemma B)::

        v*(P1,P2) <= v* <= v*(P1,P2) + d1 + d2

    and the factors that were found say more of both sides (docs/algorithm.md). `factors` asks for
    them whatever room they take.
    """
    if not merges(p1y, p2y, options):
        exact = dataclasses.replace(options, merge=0.0)
        out = backends.solve_one(p1y, p2y, exact, factors=False)
        numbers = {name: values.item() for name, values in out.items() if values.ndim == 1}
        return Merged(numbers | {"merged": 0.0}, None, out["dual"])
    p1y, p2y = np.ascontiguousarray(p1y), np.ascontiguousarray(p2y)
    threads = options.num_threads
    groups = _core.merge_similar(p1y, p2y, merge=options.merge, num_threads=threads)
    few1, few2, loss = groups["p1y"], groups["p2y"], groups["loss"]
    require_memory_of_merged(few1, few2, options)
    kept = has_room_for_factors(few1, few2, options)
    roomy = factors or kept
    group1, group2 = groups["group1"], groups["group2"]
    steps = {"iterations": 0, "sweeps": 0}
    coupling = start = best = None
    dual = np.empty(0)
    lower, upper = -np.inf, np.inf
    # what is lost bounds what it matters, which the factors say: half of it as a rule
    # (factors that had no room before are those of the same solve, so worth no more than its bound)
    parts = _MATTERS if kept and loss else (1.0,)
    for part in parts:
        most = options.max_iter - steps["iterations"]
        rest = dataclasses.replace(
            options, tol=options.tol - part * loss, merge=0.0, max_iter=most
        )
        out = backends.solve_one(few1, few2, rest, start, factors=roomy)
        steps = {name: taken + out[name].item() for name, taken in steps.items()}
        if out["lower"].item() > lower:
            lower, dual = out["lower"].item(), _spread(out["dual"], p1y, p2y, group1, group2)
        if not roomy:
            upper = out["upper"].item() + loss
            break
        log_r, a, b = out["log_r"], out["a"], out["b"]
        fine_lower, fine_upper, fine_dual = _core.bounds_of_given(
            p1y, p2y, group1, group2, few1, few2, log_r, a, b, out["dual"], num_threads=threads
        )
        # a start that is refused, with few steps left, ends before it is as good as what was
        fine_upper = min(fine_upper, out["upper"].item() + loss)
        if best is None or fine_upper < upper:
            upper, best = fine_upper, (log_r, a, b)
        if fine_lower > lower:
            lower, dual = fine_lower, fine_dual
        enough = upper - max(lower, groups["mi1"], groups["mi2"]) <= options.tol
        if enough or steps["iterations"] >= options.max_iter:
            break
        start = (np.exp(log_r), a, b)
    if best is not None:
        log_r, a, b = best
        coupling = Grouped(
            log_r, group1, group2, _shared(a, few1, p1y, group1), _shared(b, few2, p2y, group2)
        )
    numbers = {"lower": lower, "upper": upper, "merged": loss, "solver": out["solver"].item()}
    numbers |= steps | {"mi1": groups["mi1"], "mi2": groups["mi2"]}
    return Merged(numbers, coupling, dual)


def _shared(
    factor: np.ndarray, few: np.ndarray, p: np.ndarray, group: np.ndarray
) -> np.ndarray:
    """A factor of groups for their states, each with its share p(i,y) / P(I,y)."""
    per_mass = np.divide(factor, few, out=np.zeros_like(factor), where=few > 0)
    shared: np.ndarray = per_mass[group] * p
    return shared


def _spread(
    dual: np.ndarray, p1y: np.ndarray, p2y: np.ndarray, group1: np.ndarray, group2: np.ndarray
) -> np.ndarray:
    """The pair of groups for their states: as feasible, and of the same value."""
    groups = len(dual) - (group2.max() + 1)
    logs = np.concatenate([dual[group1], dual[groups + group2]])
    return np.where(np.concatenate([p1y, p2y]) > 0, logs, -np.inf)
