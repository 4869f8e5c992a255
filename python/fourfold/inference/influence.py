# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each sample adds to the corrected atoms, and with it their standard errors, from one solve.

The union information is the largest value of a linear function of the pairwise marginals::

    v* = H(Y) + max { sum P1 log2 a + sum P2 log2 b : sum_y a(x1,y) b(x2,y) <= 1 }

over a set that does not depend on them, so that its influence function is the term of a row by
the optimal pair (envelope theorem; Danskin 1967)::

    log2 a(x1,y) + log2 b(x2,y) - log2 p(y)

and that of the informations by entropies of Chao, Wang and Jost are pseudo-values of these. The
proof, and what holds where the pair is not unique, are in docs/alike-sources.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.pseudo_values import pseudo_values
from fourfold.counts.sampling_bias import UNION_BIAS
from fourfold.inputs.device import to_numpy
from fourfold.results.confidence_interval import RowTerms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.cells import Cells
    from fourfold.results.pid import PID

__all__ = ["influence_of", "of_strata", "widened"]

#: How many rows a cell costs to which the pair was fitted; see docs/decisions/confidence-intervals.md.
_FITTED = 1.5


def widened(terms: np.ndarray, fitted: int, n: float) -> np.ndarray:
    """Terms of n rows, wider as cells to which the dual pair was fitted are no data."""
    found: np.ndarray = terms * np.sqrt(1 + _FITTED * fitted / n)
    return found


def of_strata(
    parts: Sequence[RowTerms], rows: Sequence[np.ndarray] | None, atoms: np.ndarray
) -> RowTerms:
    """Terms of the mean over strata of the samples, weighted by the share of each.

    Beside what a sample adds to the atoms of its stratum, it makes that stratum weigh more.

    Parameters
    ----------
    parts : sequence of RowTerms
        Of the S strata.
    rows : sequence of ndarray or None
        Rows of each, that are all rows together; None where only counts are known.
    atoms : ndarray, shape (S, 4)
        Of each.
    """
    counts = np.concatenate([part.counts for part in parts])
    sizes = np.array([part.counts.sum() for part in parts])
    weights = sizes / sizes.sum()
    more = atoms - weights @ atoms
    terms = np.concatenate([part.terms + row for part, row in zip(parts, more, strict=True)])
    cells = None if rows is None else _cells_of_strata(parts, rows)
    return RowTerms(terms, counts, np.arange(len(counts)), cells)


def _cells_of_strata(
    parts: Sequence[RowTerms], rows: Sequence[np.ndarray]
) -> np.ndarray | None:
    numbers = sum(len(part.counts) for part in parts)
    cells = np.empty(sum(map(len, rows)), dtype=np.min_scalar_type(numbers))
    first = 0
    for part, chosen in zip(parts, rows, strict=True):
        if part.cells is None:
            return None
        cells[chosen] = first + np.searchsorted(part.occupied, part.cells)
        first += len(part.counts)
    return cells


def influence_of(cells: Cells, plug_in: PID) -> RowTerms:
    """Terms of the atoms of labelled samples, of which `plug_in` is the decomposition.

    They are wider than they are, by what is left after the dual pair was fitted to as many
    numbers as there are cells.
    """
    counts, n = cells.counts, cells.total
    x1, x2, y = cells.states()
    p1y, p2y, _, of_pairs = cells.tallies()
    starts = cells.pair_starts()
    pair = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(y)))
    h_y, h_1, h_2, h_1y, h_2y, h_pairs, h_cells = pseudo_values(
        [p1y.sum(0), p1y.sum(1), p2y.sum(1), p1y, p2y, of_pairs, counts]
    )
    log_py = np.log2(p1y.sum(0)[y] / n)
    i1 = h_y[y] + h_1[x1] - h_1y[x1, y]
    i2 = h_y[y] + h_2[x2] - h_2y[x2, y]
    joint = h_y[y] + h_pairs[pair] - h_cells
    as_is1 = np.log2(p1y[x1, y] / p1y.sum(1)[x1]) - log_py
    as_is2 = np.log2(p2y[x2, y] / p2y.sum(1)[x2]) - log_py
    log_a, log_b = map(to_numpy, plug_in.dual)  # which may have been on a device
    union = log_a[x1, y] + log_b[x2, y] - log_py
    union = union - UNION_BIAS * (as_is1 - i1 + as_is2 - i2)
    terms = np.stack([i1 + i2 - union, union - i2, union - i1, joint - union], axis=1)
    terms -= counts @ terms / n
    return RowTerms(widened(terms, len(counts), n), counts, cells.occupied, cells.rows)
