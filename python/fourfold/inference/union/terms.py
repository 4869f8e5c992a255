# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard errors of what subsets of many sources tell, from what each row adds.

As of two sources (docs/alike-sources.md): v* of a subset A is the largest value of a linear function
of the tables p(x_i,y) over a set that does not depend on them::

    v* = H(Y) + max { sum over i of sum p(x_i,y) log2 a_i(x_i,y) : sum_y prod_i a_i <= 1 for all states }

so a row adds sum_i log2 a_i(x_i,y) - log2 p(y), less the share of the bias of each I(X_i;Y) that is
taken off; and to the informations by entropies of Chao, Wang and Jost pseudo-values of these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fourfold.counts.many_cells import Joint, ManyCells
from fourfold.counts.pseudo_values import pseudo_values
from fourfold.inference.influence import widened
from fourfold.inference.union.bias import union_share
from fourfold.inputs.subsets import Subset

__all__ = ["entropy_error", "standard_errors"]

Factors = tuple[np.ndarray, ...]


def standard_errors(
    cells: ManyCells,
    subsets: Sequence[Subset],
    joints: Sequence[Joint],
    duals: Sequence[Factors],
) -> np.ndarray:
    """Of I(X_A;Y), v* and their difference by sampling, (3, M) in bits.

    Parameters
    ----------
    cells : ManyCells
    subsets : sequence of tuple of int
    joints : sequence of Joint
        Their states as one.
    duals : sequence of tuple of ndarray
        log2 a_i (K_i, K_Y) of each source of each.
    """
    n = cells.draws
    classes = cells.marginal(0, cells.counts[None])[0].sum(0)
    log_py = np.log2(classes / n)[cells.y]
    h_y = pseudo_values([classes])[0][cells.y]
    singles = [_of_single(cells, k, h_y, log_py) for k in range(len(cells.shape) - 1)]
    found = np.zeros((3, len(subsets)))
    for m, (subset, joint, dual) in enumerate(zip(subsets, joints, duals, strict=True)):
        if len(subset) == 1:
            told, _, fitted = singles[subset[0]]
            found[:2, m] = _error(told, cells.counts, fitted)
            continue
        h_states, h_cells = pseudo_values([groups.sums(cells.counts) for groups in joint])
        told = h_y + h_states[joint.states.of_cell] - h_cells[joint.cells.of_cell]
        union, share = -log_py, union_share(len(subset))
        for k, log_a in zip(subset, dual, strict=True):
            union = union + log_a[cells.codes[k], cells.y] - share * singles[k][1]
        fitted = sum(singles[k][2] for k in subset)
        found[:, m] = (
            _error(told, cells.counts, joint.cells.number),
            _error(union, cells.counts, min(fitted, joint.cells.number)),
            _error(told - union, cells.counts, joint.cells.number),
        )
    return found


def entropy_error(cells: ManyCells) -> float:
    """Of H(Y)."""
    classes = cells.marginal(0, cells.counts[None])[0].sum(0)
    return _error(pseudo_values([classes])[0], classes, 0)


def _of_single(
    cells: ManyCells, source: int, h_y: np.ndarray, log_py: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Pseudo-values of I(X_i;Y) of each cell, what its plug-in terms are above, and occupied cells."""
    table = cells.marginal(source, cells.counts[None])[0]
    states = table.sum(1)
    h_states, h_table = pseudo_values([states, table])
    x, y = cells.codes[source], cells.y
    told = h_y + h_states[x] - h_table[x, y]
    return told, np.log2(table[x, y] / states[x]) - log_py - told, int((table > 0).sum())


def _error(terms: np.ndarray, counts: np.ndarray, fitted: int) -> float:
    """Of their mean over n rows, wider by the cells to which they were fitted."""
    n = counts.sum()
    away = widened(terms - counts @ terms / n, fitted, n)
    return math.sqrt(float(counts @ away**2)) / float(n)
