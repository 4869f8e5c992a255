# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Shared information by what all sources exclude together: I^sx of Makkeh, Gutknecht and Wibral."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fourfold.counts.many_cells import ManyCells
from fourfold.inputs.room import require_room
from fourfold.inputs.subsets import Subset
from fourfold.measures.inclusion_exclusion import Shares, shares_of

__all__ = ["Shared", "shared_exclusions"]

_SLAB = 2**21  # entries that are worked on together


class Shared(NamedTuple):
    """In bits, of A antichains.

    Attributes
    ----------
    informative, misinformative : ndarray, shape (A,)
        Atoms of what the sources exclude at all, and of what of y they exclude by mistake.
    pointwise : ndarray, shape (M, A), or None
        Atoms of each cell.
    """

    informative: np.ndarray
    misinformative: np.ndarray
    pointwise: np.ndarray | None


def shared_exclusions(cells: ManyCells, *, pointwise: bool) -> Shared:
    """Of the sources and, last, y.

    With W(alpha) the event that one of the sets of sources in alpha is as in the cell::

        i(y: alpha) = log2 p(y | W) / p(y) = -log2 p(W) - log2 p(y) / p(y, W)

    W is a union of events, whose probability is a sum over intersections, which are marginals of the
    cell: so what it takes are these, for cells that occur, and no table.
    """
    n, m = len(cells.shape) - 1, len(cells.counts)
    shares = shares_of(n)
    number = len(shares.unions)
    require_room(16 * m * 2**n, "sources", f"marginals of {m:,} occupied cells")
    share = cells.counts / cells.counts.sum()
    total = float(cells.counts.sum())
    alone = np.stack([_seen(cells, one) for one in shares.subsets])
    with_y = np.stack([_seen(cells, (*one, n)) for one in shares.subsets])
    of_y = _seen(cells, (n,))
    found = None
    if pointwise:
        require_room(8 * m * number, "pointwise", f"{number} atoms of {m:,} occupied cells")
        found = np.empty((m, number))
    sums = np.zeros((2, number))
    step = max(1, _SLAB // number)
    for first in range(0, m, step):
        some = slice(first, first + step)
        parts = _parts(shares, alone[:, some], with_y[:, some], of_y[some], total)
        sums += parts @ share[some]
        if found is not None:
            found[some] = (shares.moebius @ (parts[0] - parts[1])).T
    informative, misinformative = (shares.moebius @ part for part in sums)
    return Shared(informative, misinformative, found)


def _seen(cells: ManyCells, subset: Subset) -> np.ndarray:
    """Mass of all cells that agree with each in these variables, (M,)."""
    groups = cells.groups(subset)
    found: np.ndarray = groups.sums(cells.counts)[groups.of_cell]
    return found


def _parts(
    shares: Shares, alone: np.ndarray, with_y: np.ndarray, of_y: np.ndarray, total: float
) -> np.ndarray:
    """-log2 p(W) and log2 p(y) / p(y, W) of all antichains, (2, A, M)."""
    excluded = np.log2(total) - np.log2(shares.unions @ alone)
    mistaken = np.log2(of_y) - np.log2(shares.unions @ with_y)
    return np.stack([excluded, mistaken])
