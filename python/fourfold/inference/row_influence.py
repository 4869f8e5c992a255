# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each row adds to the atoms where rows are no counts: probabilities, or tokens of a sample.

As in `fourfold.inference.influence`, with the plug-in entropies of all rows and of all but one,
n H(all rows) - (n - 1) H(all but one), for which only the cells of that row change. Of a block of
rows that were drawn together the terms are averaged: blocks are independent, rows of one are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.information import x_log_x
from fourfold.counts.sampling_bias import UNION_BIAS
from fourfold.counts.tallies import row_sums
from fourfold.inference.influence import widened
from fourfold.inputs.device import to_numpy
from fourfold.results.confidence_interval import RowTerms

if TYPE_CHECKING:
    from fourfold.counts.samples import Samples
    from fourfold.results.pid import PID

__all__ = ["influence_of_rows"]

_SLAB = 2**20  # numbers of rows and classes that are looked at together


def influence_of_rows(samples: Samples, plug_in: PID) -> RowTerms:
    """Terms of the atoms of each row or block, of which `plug_in` is the decomposition.

    Parameters
    ----------
    samples : Samples
        Of the host.
    plug_in : PID
    """
    k1, k2, ky = samples.shape
    x1, x2, y = samples.x1, samples.x2, samples.y
    n = len(x1)
    pair_of_row = np.unique(x1 * np.int64(k2) + x2, return_inverse=True)[1]
    pairs = int(pair_of_row.max()) + 1
    tables = [
        _Masses(codes, k, y, ky) for codes, k in ((x1, k1), (x2, k2), (pair_of_row, pairs))
    ]
    classes = tables[0].cells.sum(0)
    log_py = _log2(classes / n)
    of_classes = x_log_x(classes)
    if y.ndim == 2:
        of_classes = of_classes.sum()
    pair = map(to_numpy, plug_in.dual)
    log_a, log_b = (np.where(np.isfinite(logs), logs, 0.0) for logs in pair)
    terms = np.empty((n, 4))
    step = max(1, _SLAB // ky)
    for start in range(0, n, step):
        rows = slice(start, start + step)
        of_y = y[rows]
        h_y = _added(
            _at(classes, None, of_y), of_classes if of_y.ndim == 2 else of_classes[of_y], of_y
        )
        (i1, loss1), (i2, loss2), (joint, _) = (
            table.information(rows, of_y, h_y, log_py) for table in tables
        )
        union = _mean(
            _at(log_a, x1[rows], of_y) + _at(log_b, x2[rows], of_y) - _at(log_py, None, of_y),
            of_y,
        )
        union -= UNION_BIAS * (loss1 + loss2)
        terms[rows] = np.stack([i1 + i2 - union, union - i2, union - i1, joint - union], axis=1)
    terms -= terms.mean(0)
    of_draws = terms.reshape(samples.draws, samples.block, 4).mean(1)
    fitted = pairs if samples.soft else int(np.count_nonzero(tables[2].cells))
    own = np.arange(samples.draws)
    effective = n / _alike(terms, of_draws, samples.block)
    return RowTerms(widened(of_draws, fitted, effective), np.ones(len(own)), own, own)


def _alike(terms: np.ndarray, of_draws: np.ndarray, block: int) -> float:
    """How many rows of a block say what one would that is independent of the others."""
    total, between = (float((values**2).mean(0).sum()) for values in (terms, of_draws))
    return min(max(block * between / total, 1.0), block) if total > 0 else 1.0


class _Masses:
    """Masses (K, K_Y) of the states of rows, and what entropies are without one of the rows."""

    def __init__(self, codes: np.ndarray, states: int, y: np.ndarray, ky: int) -> None:
        self._codes = codes
        self._rows = np.bincount(codes, minlength=states)
        self.cells = (
            row_sums(codes, states, y)
            if y.ndim == 2
            else np.bincount(codes * ky + y, minlength=states * ky).reshape(states, ky)
        )
        self._whole = x_log_x(self.cells)
        if y.ndim == 2:  # of which a row takes from all classes
            self._whole = self._whole.sum(1)
        self._logs = _log2(self.cells)

    def information(
        self, rows: slice, y: np.ndarray, h_y: np.ndarray, log_py: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pseudo-values of I(X;Y) of some rows in bits, and what their plug-in terms are above."""
        codes, n = self._codes[rows], len(self._codes)
        of_x = self._rows[codes]
        of_cells = _at(self.cells, codes, y)
        of_whole = self._whole[codes] if y.ndim == 2 else self._whole[codes, y]
        whole = x_log_x(float(n)) - x_log_x(n - 1.0)
        pseudo = (
            _added(of_cells, of_whole, y) - h_y - (x_log_x(of_x) - x_log_x(of_x - 1.0)) + whole
        )
        pseudo = pseudo / np.log(2.0)
        plain = _mean(_at(self._logs, codes, y) - _at(log_py, None, y), y) - np.log2(of_x)
        return pseudo, plain - pseudo


def _at(table: np.ndarray, codes: np.ndarray | None, y: np.ndarray) -> Any:
    """Entries of the state and the class of each row; of probabilities those of all classes."""
    if y.ndim == 2:
        return table if codes is None else table[codes]
    return table[y] if codes is None else table[codes, y]


def _added(masses: np.ndarray, whole: np.ndarray, y: np.ndarray) -> Any:
    """What a row adds to the sum of m log m, which is `whole` with it, in nats."""
    if y.ndim == 1:
        return whole - x_log_x(masses - 1.0)
    return whole - x_log_x(np.maximum(masses - y, 0.0)).sum(-1)


def _mean(values: Any, y: np.ndarray) -> Any:
    """Over the classes of each row."""
    return values if y.ndim == 1 else (y * values).sum(-1)


def _log2(masses: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log2(masses, out=np.zeros(masses.shape), where=masses > 0)
    return logs
