# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One union, called as a user calls it, and the same by a conic solver: for processes of their own."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["fourfold_union", "prepare", "prepare_peer"]


def prepare(
    tables: Sequence[np.ndarray], *, tol: float, num_threads: int = 1
) -> Callable[[], dict[str, Any]]:
    """Return a call of Fourfold for v* of all sources together."""
    from fourfold import union_information_from_marginals  # noqa: F401, PLC0415  not timed

    return lambda: fourfold_union(tables, tol=tol, num_threads=num_threads)


def fourfold_union(
    tables: Sequence[np.ndarray], *, tol: float, num_threads: int = 1
) -> dict[str, Any]:
    """v* of all sources: its bounds in bits, whether they are close enough, and the steps."""
    import fourfold  # noqa: PLC0415  not in the process of the peer

    every = tuple(range(len(tables)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fourfold.ConvergenceWarning)  # it is in the answer
        result = fourfold.union_information_from_marginals(
            tables, subsets=[every], tol=tol, num_threads=num_threads
        )
    place = next(k for k, subset in enumerate(result.subsets) if len(subset) == len(tables))
    return {
        "lower": float(result.lower[place]),
        "upper": float(result.upper[place]),
        "converged": bool(result.converged[place]),
        "iterations": int(result.iterations[place]),
    }


def prepare_peer(tables: Sequence[np.ndarray]) -> Callable[[], dict[str, Any]]:
    """Return a call that writes the convex program over all tuples in cvxpy, for Clarabel."""
    import cvxpy  # noqa: F401, PLC0415  the import is not timed

    return lambda: _peer(tables)


def _peer(tables: Sequence[np.ndarray]) -> dict[str, Any]:
    import cvxpy as cp  # noqa: PLC0415  in the child process only
    import scipy.sparse as sp  # noqa: PLC0415

    shape = [len(p) for p in tables]
    p_y = tables[0].sum(axis=0)
    states = np.unravel_index(np.arange(int(np.prod(shape))), shape)
    allowed = np.all([p[i] > 0 for p, i in zip(tables, states, strict=True)], axis=0)
    tuple_of, y = np.nonzero(allowed)  # one unknown for each tuple and class with mass

    def summed_by(label: np.ndarray, count: int) -> sp.csr_array:
        entries = (np.ones(label.size), (label, np.arange(label.size)))
        return sp.csr_array(entries, shape=(count, label.size))

    q, r = cp.Variable(y.size), cp.Variable(len(allowed))
    constraints = [summed_by(tuple_of, len(allowed)) @ q == r]
    for p, i in zip(tables, states, strict=True):
        sums = summed_by(i[tuple_of] * p.shape[1] + y, p.size)
        constraints.append(sums[np.flatnonzero(p)] @ q == p[p > 0])
    problem = cp.Problem(cp.Minimize(cp.sum(cp.rel_entr(q, r[tuple_of]))), constraints)
    problem.solve(solver=cp.CLARABEL)

    if q.value is None:
        msg = f"no coupling: {problem.status}"
        raise RuntimeError(msg)
    # the coupling itself, as the objective is infinite at an entry of -1e-15
    mass = np.zeros((len(allowed), len(p_y)))
    mass[tuple_of, y] = np.maximum(q.value, 0.0)
    independent = mass.sum(axis=1, keepdims=True) * p_y
    ratio = np.divide(mass, independent, out=np.ones_like(mass), where=mass > 0)
    return {
        "union": float((mass * np.log2(ratio)).sum()),
        "status": problem.status,
        "unknowns": int(y.size),
    }
