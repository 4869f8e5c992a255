# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts by the pairs of states that occur, and what their three pairwise tables say of them.

Of all tables with the pairwise tables (x1,y), (x2,y) and (x1,x2) of p, m has the largest entropy.
It is the log-linear table without an interaction of the three, and D(p || m) = H(m) - H(p) is what
p has of such an interaction (Amari, IEEE Transactions on Information Theory 47, 2001).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import rel_entr, xlogy

if TYPE_CHECKING:
    from fourfold.counts.cells import Cells

__all__ = ["Interaction", "PairCounts", "interaction_of", "members", "pair_counts"]

_MOST_CYCLES = 20_000


class PairCounts(NamedTuple):
    """Counts (P, K_Y) of the P pairs of states that occur, int64.

    Of the states x1 (P,) and x2 (P,) those that occur have numbers, 0 to as many.
    """

    x1: np.ndarray
    x2: np.ndarray
    counts: np.ndarray


class Interaction(NamedTuple):
    """D(p || m) in bits, and by how much it may be too large."""

    value: float
    gap: float


def pair_counts(cells: Cells) -> PairCounts:
    """Labelled samples by their pair of states."""
    x1, x2, y = cells.states()
    starts = cells.pair_starts()
    counts = np.zeros((len(starts), cells.shape[2]), dtype=cells.counts.dtype)
    counts[np.repeat(np.arange(len(starts)), np.diff(starts, append=len(y))), y] = cells.counts
    one, two = (np.unique(x[starts], return_inverse=True)[1] for x in (x1, x2))
    return PairCounts(one, two, counts)


def interaction_of(table: PairCounts, tol: float) -> Interaction:
    """Information of the interaction in a table of counts, by iterative proportional fitting.

    The fit is log-linear at each step, so that D(p || fit) is an upper end, which each scaling
    lowers by the divergence that it takes away. Where those of a cycle are e after t cycles, about
    t e is left: of a fit on the boundary of such tables what is left falls like 1 / t, of any
    other faster.

    Parameters
    ----------
    table : PairCounts
    tol : float
        Bits that are left where it stops; the gap is larger where 20000 cycles do not do.
    """
    p = table.counts / table.counts.sum()
    pairs = p.sum(1)
    belongs = [members(states) for states in (table.x1, table.x2)]
    targets = [member @ p for member in belongs]
    fit = np.repeat(pairs[:, None] / p.shape[1], p.shape[1], axis=1)
    left = np.inf
    for cycle in range(1, _MOST_CYCLES + 1):
        lowered = 0.0
        for member, target, states in zip(belongs, targets, table[:2], strict=True):
            now = member @ fit
            lowered += rel_entr(target, now).sum()
            ratios = np.divide(target, now, out=np.zeros_like(now), where=now > 0)
            fit *= ratios[states]
        now = fit.sum(1)
        lowered += rel_entr(pairs, now).sum()
        fit *= (pairs / now)[:, None]
        left = cycle * max(lowered, 0.0) / np.log(2.0)
        if left <= tol:
            break
    value = (xlogy(p, p).sum() - xlogy(p, fit).sum()) / np.log(2.0)
    return Interaction(max(float(value), 0.0), float(left))


def members(states: np.ndarray) -> sparse.csr_array:
    """(K, P): which pairs are of each state."""
    shape = (int(states.max()) + 1, len(states))
    return sparse.csr_array((np.ones(len(states)), (states, np.arange(len(states)))), shape)
