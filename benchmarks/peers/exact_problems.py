# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `exact` command solves: tables, and marginals whose table would not fit anywhere."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers import binary_hull, solver_fourfold
from benchmarks.peers.carried import allowed_cells
from benchmarks.peers.clustered import breast_cancer_counts, digits_counts
from benchmarks.peers.instances import dense_random, dense_tall
from benchmarks.peers.soft import soft_marginals, soft_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.answer import Answer

__all__ = ["OTHER", "PROBLEMS", "Problem"]

#: The method that every table's answer is compared with. It takes first-order steps only and is
#: stopped early, at a gap that may be wide: its bounds hold all the same.
OTHER = {"method": "ipfp", "tol": 1e-6, "max_iter": 2000}


@dataclasses.dataclass(frozen=True)
class Problem:
    """One problem, and by what its answer is checked.

    Attributes
    ----------
    given : dict
        Arguments of `prepare` that say what is solved.
    prepare : callable
        Makes Fourfold's call from them and from options; see `benchmarks.record.child.measure`.
    other : callable
        Makes the call whose answer must meet Fourfold's.
    other_options : dict
        Arguments of `other` besides `given`.
    other_name : str
        What it is called.
    shape : tuple of int
        States of X1, X2 and Y.
    unknowns : int
        Cells that both pairwise marginals allow.
    nonzero : int or None
        Cells with mass; None without a table.
    information : float
        I(X1,X2;Y) in bits.
    """

    given: dict[str, Any]
    prepare: Callable[..., Callable[[], Answer]]
    other: Callable[..., Callable[[], Answer]]
    other_options: dict[str, Any]
    other_name: str
    shape: tuple[int, ...]
    unknowns: int
    nonzero: int | None
    information: float


def _of_table(make: Callable[[int, int], np.ndarray], states: int, seed: int) -> Problem:
    pmf = make(states, seed)
    return Problem(
        given={"pmf": pmf},
        prepare=solver_fourfold.prepare,
        other=solver_fourfold.prepare,
        other_options=OTHER,
        other_name=OTHER["method"],
        shape=pmf.shape,
        unknowns=allowed_cells(pmf.sum(axis=1), pmf.sum(axis=0)),
        nonzero=int((pmf > 0).sum()),
        information=_information(pmf),
    )


def _of_binary_target(states: int, seed: int) -> Problem:
    """Nearly equal soft marginals; the sources together are said to tell the class."""
    p1y, p2y = soft_marginals("near", states, 2, seed)
    p_y = p1y.sum(axis=0)
    entropy = float(-(p_y * np.log2(p_y)).sum())
    return Problem(
        given={"p1y": p1y, "p2y": p2y, "joint_information": entropy},
        prepare=solver_fourfold.prepare_marginals,
        other=binary_hull.prepare,
        other_options={},
        other_name="the hull by Qhull",
        shape=(*p1y.shape[:1], *p2y.shape),
        unknowns=allowed_cells(p1y, p2y),
        nonzero=None,
        information=entropy,
    )


def _tall(states: int, seed: int) -> np.ndarray:
    return dense_tall(states, 3, 500, seed)


def _information(pmf: np.ndarray) -> float:
    """I(X1,X2;Y) in bits by its definition, not by the solver's own sums."""
    independent = pmf.sum(axis=2, keepdims=True) * pmf.sum(axis=(0, 1))
    ratio = np.divide(pmf, independent, out=np.ones_like(pmf), where=pmf > 0)
    return float((pmf * np.log2(ratio)).sum())


#: Each makes a problem from a number of states and a seed.
PROBLEMS: dict[str, Callable[[int, int], Problem]] = {
    "dense": partial(_of_table, dense_random),
    "digits": partial(_of_table, digits_counts),
    "breast cancer": partial(_of_table, breast_cancer_counts),
    "soft near": partial(_of_table, partial(soft_table, "near", 10)),
    "soft near ternary": partial(_of_table, partial(soft_table, "near", 3)),
    "tall": partial(_of_table, _tall),
    "binary target": _of_binary_target,
}
