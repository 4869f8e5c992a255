# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each row adds to the corrected atoms, and with it their standard errors, from one solve.

The union information is the largest value of a linear function of the pairwise marginals::

    v* = H(Y) + max { sum P1 log2 a + sum P2 log2 b : sum_y a(x1,y) b(x2,y) <= 1 }

over a set that does not depend on them, so that its influence function is the term of a row by
the optimal pair (envelope theorem; Danskin 1967)::

    log2 a(x1,y) + log2 b(x2,y) - log2 p(y)

and that of the informations by entropies of Chao, Wang and Jost are pseudo-values of these. The
proof, and what holds where the pair is not unique, are in docs/alike-sources.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.counts.pseudo_values import pseudo_values
from fourfold.counts.sampling_bias import UNION_BIAS
from fourfold.inputs.device import to_numpy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.samples import Samples
    from fourfold.results.pid import PID

__all__ = ["Influence", "influence_of", "of_strata", "widened"]

#: A table of at most this many cells a row is counted cell by cell, a larger one by sorting.
_CELLS_PER_ROW = 16

#: How many rows a cell costs to which the pair was fitted; see docs/decisions/confidence-intervals.md.
_FITTED = 1.5


class Influence(NamedTuple):
    """Terms of the atoms of each occupied cell, and which cell a row is in.

    Attributes
    ----------
    terms : ndarray, shape (C, 4)
        Of R, U1, U2 and S in bits, of mean zero over the rows; wider than they are, by
        what is left after the dual pair was fitted to as many numbers as there are cells.
    counts : ndarray, shape (C,)
        Rows in each.
    occupied : ndarray, shape (C,)
        Numbers of the cells, sorted.
    cells : ndarray, shape (N,)
        Number of the cell of each row.
    """

    terms: np.ndarray
    counts: np.ndarray
    occupied: np.ndarray
    cells: np.ndarray

    def covariance(self) -> np.ndarray:
        """(4, 4) of the four atoms, in squared bits."""
        n = len(self.cells)
        scaled = self.terms * (self.counts / n)[:, None]
        found: np.ndarray = scaled.T @ self.terms / n
        return found


def widened(terms: np.ndarray, fitted: int, n: float) -> np.ndarray:
    """Terms of n rows, wider as cells to which the dual pair was fitted are no data."""
    found: np.ndarray = terms * np.sqrt(1 + _FITTED * fitted / n)
    return found


def of_strata(
    parts: Sequence[Influence], rows: Sequence[np.ndarray], atoms: np.ndarray
) -> Influence:
    """Terms of the mean over strata of the rows, weighted by the share of each.

    Beside what a row adds to the atoms of its stratum, it makes that stratum weigh more.

    Parameters
    ----------
    parts : sequence of Influence
        Of the S strata.
    rows : sequence of ndarray
        Rows of each, that are all rows together.
    atoms : ndarray, shape (S, 4)
        Of each.
    """
    counts = np.concatenate([part.counts for part in parts])
    cells = np.empty(sum(map(len, rows)), dtype=np.min_scalar_type(len(counts)))
    first = 0
    for part, chosen in zip(parts, rows, strict=True):
        cells[chosen] = first + np.searchsorted(part.occupied, part.cells)
        first += len(part.counts)
    weights = np.array([len(chosen) for chosen in rows]) / len(cells)
    more = atoms - weights @ atoms
    terms = np.concatenate([part.terms + row for part, row in zip(parts, more, strict=True)])
    return Influence(terms, counts, np.arange(len(counts)), cells)


def influence_of(samples: Samples, plug_in: PID) -> Influence:
    """Terms of the atoms of labelled rows, of which `plug_in` is the decomposition.

    Parameters
    ----------
    samples : Samples
        Of labels, on the host.
    plug_in : PID
    """
    k1, k2, ky = samples.shape
    n = len(samples.x1)
    cells = (samples.x1 * np.int64(k2) + samples.x2) * ky + samples.y
    if k1 * k2 * ky <= _CELLS_PER_ROW * n:
        table = np.bincount(cells, minlength=k1 * k2 * ky)
        occupied = np.flatnonzero(table)
        counts = table[occupied]
    else:
        occupied, counts = np.unique(cells, return_counts=True)
    pairs, y = np.divmod(occupied, ky)
    x1, x2 = np.divmod(pairs, k2)
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    of_pairs = np.add.reduceat(counts, starts)
    pair = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(pairs)))
    p1y = np.bincount(x1 * ky + y, counts, k1 * ky).reshape(k1, ky)
    p2y = np.bincount(x2 * ky + y, counts, k2 * ky).reshape(k2, ky)
    h_y, h_1, h_2, h_1y, h_2y, h_pairs, h_cells = pseudo_values(
        [p1y.sum(0), p1y.sum(1), p2y.sum(1), p1y, p2y, of_pairs, counts]
    )
    log_py = np.log2(p1y.sum(0)[y] / n)
    i1 = h_y[y] + h_1[x1] - h_1y[x1, y]
    i2 = h_y[y] + h_2[x2] - h_2y[x2, y]
    joint = h_y[y] + h_pairs[pair] - h_cells
    as_is1 = np.log2(p1y[x1, y] / p1y.sum(1)[x1]) - log_py
    as_is2 = np.log2(p2y[x2, y] / p2y.sum(1)[x2]) - log_py
    log_a, log_b = map(to_numpy, plug_in.dual)  # as rows, which may have been on a device
    union = log_a[x1, y] + log_b[x2, y] - log_py
    union = union - UNION_BIAS * (as_is1 - i1 + as_is2 - i2)
    terms = np.stack([i1 + i2 - union, union - i2, union - i1, joint - union], axis=1)
    terms -= counts @ terms / n
    terms = widened(terms, len(counts), n)
    small = np.min_scalar_type(k1 * k2 * ky - 1)
    return Influence(terms, counts, occupied, cells.astype(small, copy=False))
