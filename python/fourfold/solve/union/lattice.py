# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All atoms of what up to four sources tell of a target of two classes.

Somebody who is to act on the second class where its odds are above t is helped by the sources A by
their worth E_A(t), the largest y - t x over the corners (x, y) of the ROC curve of X_A, masses of the
first and of the second class. With E_0(t) = max(P1 - t P0, 0) without any source::

    I(X_A;Y) = int (E_A - E_0) dt / (t (1 + t) ln 2)

The redundancy of A_1, ..., A_k is the same integral of the least of their E. Proof that all atoms
are non-negative: docs/many-sources.md. All is piecewise linear in t, and integrated exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fourfold.results.lattice import Lattice
from fourfold.solve.closed_form import hull_of
from fourfold.solve.union.antichains import Antichains, antichains_of

__all__ = ["MOST_IN_LATTICE", "lattice_of"]

#: Sources up to which there is one: of five there would be 7579 antichains.
MOST_IN_LATTICE = 4
#: Stretches of thresholds that are looked at together.
_STRETCHES = 2**12


class _Worth:
    """E_A of one ROC curve: corners by threshold, rising."""

    def __init__(self, table: np.ndarray, ends: np.ndarray) -> None:
        corners = hull_of([table])[0][::-1]
        # all curves end at (P0, P1) but for rounding, of which none may be above another
        corners[0] = ends
        corners = np.minimum(corners, ends)
        corners = corners[np.concatenate([[True], (corners[1:] != corners[:-1]).any(1)])]
        while True:
            turns = _turns(corners)
            (below,) = np.nonzero(turns[:-1] >= turns[1:])
            if not len(below):
                break
            # not neighbours at once
            corners = np.delete(corners, 1 + below[np.diff(below, prepend=-2) > 1], 0)
        self.turns = turns
        self.x, self.y = corners.T.copy()

    def corners_at(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best corner at thresholds that are no turns."""
        best = np.searchsorted(self.turns, t)
        return self.x[best], self.y[best]


def _turns(corners: np.ndarray) -> np.ndarray:
    """Thresholds between which each corner but the first and the last is best."""
    x, y = abs(np.diff(corners, axis=0)).T
    with np.errstate(divide="ignore"):
        found: np.ndarray = y / x
    return found


def lattice_of(tables: Sequence[np.ndarray], names: Sequence[str]) -> Lattice:
    """Of the tables (K_A, 2) of all subsets of two to four sources, small ones first, of mass 1.

    Returns
    -------
    Lattice
        Antichains from the lowest, that of all single sources, to that of all sources together.
    """
    order = antichains_of(len(names))
    classes = tables[0].sum(0)
    worths = [_Worth(np.ascontiguousarray(table), classes) for table in tables]
    turns = np.concatenate([worth.turns for worth in worths] + [classes[1:] / classes[:1]])
    turns = np.unique(turns[(turns > 0) & np.isfinite(turns)])
    redundancy, atoms = np.zeros((2, len(order.members)))
    edges = np.concatenate([[0.0], turns, [np.inf]])
    for first in range(0, len(edges) - 1, _STRETCHES):
        part = edges[first : first + _STRETCHES + 1]
        bits = _bits(worths, _with_crossings(worths, part), classes)
        for k, (shared, alone) in enumerate(_shared(order, bits)):
            redundancy[k] += shared.sum()
            atoms[k] += alone.sum()
    return Lattice(order.named(names), redundancy, atoms)


def _shared(order: Antichains, bits: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Of each antichain what all its sets tell, and what of that none below has, by stretch."""
    found: list[np.ndarray] = []
    for chain, covered in zip(order.members, order.covered(), strict=True):
        shared = bits[list(chain)].min(0)
        found.append(shared)
        below = np.max([found[k] for k in covered], axis=0) if len(covered) else 0.0
        yield shared, shared - below


def _with_crossings(worths: Sequence[_Worth], edges: np.ndarray) -> np.ndarray:
    """Thresholds between which no two of them cross, (G,): none does on the first and last stretch of all."""
    inner = edges[np.isfinite(edges)]
    middles = 0.5 * (inner[:-1] + inner[1:])
    if not len(middles):
        return edges
    x, y = map(np.array, zip(*(worth.corners_at(middles) for worth in worths), strict=True))
    crossings = []
    for a in range(len(worths)):
        for b in range(a):
            dx, dy = x[a] - x[b], y[a] - y[b]
            at = np.divide(dy, dx, out=np.full(len(dx), np.nan), where=dx != 0)
            crossings.append(at[(at > inner[:-1]) & (at < inner[1:])])
    return np.unique(np.concatenate([edges, *crossings]))


def _bits(worths: Sequence[_Worth], edges: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Of each worth beyond that of no source, integrated over each stretch, (A, G - 1) in bits."""
    low, high = edges[:-1], edges[1:]
    last = np.isinf(high)
    middles = np.where(last, 2.0 * low, 0.5 * (low + np.where(last, 0.0, high)))
    with np.errstate(divide="ignore", invalid="ignore"):
        # int dt / (t (1 + t)) and int dt / (1 + t)
        of_y = np.where(
            last,
            np.log1p(1 / low),
            np.log1p((high - low) / low) - np.log1p((high - low) / (1 + low)),
        )
        of_x = np.log1p((high - low) / (1 + low))
    nothing = middles < classes[1] / classes[0]
    found = []
    for worth in worths:
        x, y = worth.corners_at(middles)
        x, y = x - np.where(nothing, classes[0], 0.0), y - np.where(nothing, classes[1], 0.0)
        part = np.where(y != 0, y * np.where(y != 0, of_y, 0.0), 0.0)
        found.append(part - np.where(x != 0, x * np.where(x != 0, of_x, 0.0), 0.0))
    bits: np.ndarray = np.array(found) / np.log(2.0)
    return bits
