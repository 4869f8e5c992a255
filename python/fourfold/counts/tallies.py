# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What rows count to, on the host or on a device; never a dense table that does not fit."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from fourfold.counts.chao_entropy import CountStatistics, chao_entropy, statistics_of_each
from fourfold.counts.information import joint_information, x_log_x
from fourfold.inputs.device import array_module, cupy, on_device
from fourfold.results.atoms import Information, choose

__all__ = ["Estimates", "Tallies", "chao_information", "count", "row_sums"]

#: A table of at most this many cells a sample is counted cell by cell, a larger one by sorting;
#: one of at most so many is counted once, and summed for its marginals.
_CELLS_PER_SAMPLE = 16
_SUMMED_PER_SAMPLE = 1
_FEW = 2**13  # probabilities


class Estimates(NamedTuple):
    """Information in bits of the frequencies as they are, and by Chao, Wang and Jost.

    With the occupied cells (x1,x2,y), and the Good-Turing coverage of these.
    """

    plug_in: Information
    chao: Information
    occupied: Any
    coverage: Any


class Tallies(NamedTuple):
    """Samples by state. For a soft target the masses are not whole.

    Attributes
    ----------
    p1y, p2y : ndarray, shapes (..., K1, K_Y) and (..., K2, K_Y)
        Masses of (x1,y) and of (x2,y), adding up to N; leading axes are a batch.
    cells, pairs : ndarray, shape (..., any number)
        Those of (x1,x2,y) and of (x1,x2) in any order; where there are none may be left out.
    """

    p1y: Any
    p2y: Any
    cells: Any
    pairs: Any

    def plug_in(self) -> Information:
        """Information of the frequencies as they are."""
        if self.cells.dtype.kind == "i":
            return _of_frequencies(self._statistics())
        classes = self.p1y.sum(-2)
        total = classes.sum(-1)
        one, two = (
            joint_information(_flat(table), table.sum(-1), classes, total)
            for table in (self.p1y, self.p2y)
        )
        return Information(one, two, joint_information(self.cells, self.pairs, classes, total))

    def estimates(self) -> Estimates:
        """All that whole numbers tell, in one pass over the tables."""
        statistics = self._statistics()
        y, x1, x2, x1y, x2y, pairs, cells = _numbers(chao_entropy(statistics))
        return Estimates(
            _of_frequencies(statistics),
            Information(y + x1 - x1y, y + x2 - x2y, y + pairs - cells),
            *(_numbers(each)[-1] for each in (statistics.occupied, statistics.coverage)),
        )

    def _statistics(self) -> CountStatistics:
        """Of y, x1, x2, (x1,y), (x2,y), (x1,x2) and (x1,x2,y)."""
        return statistics_of_each(
            [
                self.p1y.sum(-2),
                self.p1y.sum(-1),
                self.p2y.sum(-1),
                _flat(self.p1y),
                _flat(self.p2y),
                self.pairs,
                self.cells,
            ]
        )


def _of_frequencies(statistics: CountStatistics) -> Information:
    n = _numbers(statistics.total)[0]
    y, x1, x2, x1y, x2y, pairs, cells = _numbers(statistics.c_log_c)
    # by the function of the sums, so that what cancels leaves nothing
    rest, unit = x_log_x(n) - y, n * np.log(2.0)
    plain = ((x1y - x1 + rest) / unit, (x2y - x2 + rest) / unit, (cells - pairs + rest) / unit)
    return Information(*(choose(value > 0, value, 0.0) for value in plain))


def _numbers(values: np.ndarray) -> Any:
    """The entries of the first axis; of one table as numbers of Python."""
    return values.tolist() if values.ndim == 1 else values


def chao_information(counts: Any) -> Any:
    """I(X;Y) in bits of counts (..., K, K_Y), by entropies of Chao, Wang and Jost."""
    y, x, xy = chao_entropy(statistics_of_each([counts.sum(-2), counts.sum(-1), _flat(counts)]))
    return y + x - xy


def count(x1: Any, x2: Any, y: Any, shape: tuple[int, int, int]) -> Tallies:
    """Masses of all pairs and cells that occur.

    Parameters
    ----------
    x1, x2 : ndarray of int64, shape (N,)
        States 0..K-1.
    y : ndarray, shape (N,) or (N, K_Y)
        Classes, int64, or rows of probabilities.
    shape : tuple of int
        (K1, K2, K_Y).
    """
    xp = array_module(x1)
    (k1, k2, ky), n = shape, len(x1)
    pair = x1 * k2 + x2
    if y.ndim == 2:  # of all pairs there may be K_Y times as many cells as fit
        codes = xp.unique(pair, return_inverse=True)[1]
        pairs = xp.bincount(codes)
        cells = row_sums(codes, len(pairs), y).ravel()
        return Tallies(row_sums(x1, k1, y), row_sums(x2, k2, y), cells, pairs)
    cell = pair * ky + y
    if k1 * k2 * ky <= _SUMMED_PER_SAMPLE * n:
        table = xp.bincount(cell, minlength=k1 * k2 * ky).reshape(k1, k2, ky)
        return Tallies(table.sum(1), table.sum(0), table.ravel(), table.sum(2).ravel())
    p1y, p2y = (
        xp.bincount(x * ky + y, minlength=k * ky).reshape(k, ky)
        for x, k in ((x1, k1), (x2, k2))
    )
    cells, pairs = (
        xp.bincount(codes)
        if states <= _CELLS_PER_SAMPLE * n
        else xp.unique(codes, return_counts=True)[1]
        for codes, states in ((cell, k1 * k2 * ky), (pair, k1 * k2))
    )
    return Tallies(p1y, p2y, cells, pairs)


def row_sums(codes: Any, states: int, rows: Any) -> Any:
    """(states, K_Y) sums of rows (N, K_Y) over the samples in each state."""
    if on_device(rows):
        columns = [_exact_sums(codes, rows[:, y], states) for y in range(rows.shape[1])]
        return cupy().stack(columns, axis=1)
    n, ky = rows.shape
    if rows.size <= _FEW:  # a sparse matrix is checked for longer than it is summed
        cells = codes[:, None] * ky + np.arange(ky)
        return np.bincount(cells.ravel(), rows.ravel(), states * ky).reshape(states, ky)
    member = sparse.csr_array((np.ones(n), codes, np.arange(n + 1)), shape=(n, states))
    return np.asarray(member.T @ rows)


def _exact_sums(codes: Any, weights: Any, states: int) -> Any:
    """Sums of weights in [0, 1] by code, the same in whatever order a device adds them.

    Whole numbers below 2**53 add up without rounding: first the leading bits, then the rest.
    """
    xp = cupy()
    unit = 2.0 ** (52 - int(np.ceil(np.log2(max(len(codes), 1)))))
    leading = xp.rint(weights * unit)
    rest = xp.rint((weights * unit - leading) * unit)
    first, second = (
        xp.bincount(codes, weights=part, minlength=states) for part in (leading, rest)
    )
    return first / unit + second / unit / unit


def _flat(masses: Any) -> Any:
    """The last two axes as one."""
    return masses.reshape(*masses.shape[:-2], -1)
