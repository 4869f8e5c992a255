# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Entropies from counts, with the cells that the samples have not met yet accounted for.

.. [1] Chao, Wang, Jost, "Entropy and the species accumulation curve: a novel entropy estimator
   via discovery rates of new species", Methods in Ecology and Evolution 4 (2013), equation (7).
"""

from __future__ import annotations

import functools
import math
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import digamma, exp1, xlogy

from fourfold.counts.information import x_log_x
from fourfold.inputs.device import array_module, on_device, to_numpy

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CountStatistics", "chao_entropy", "count_statistics", "statistics_of_each", "unmet"]

_LOOKED_UP = 4096  # counts below this have their c digamma(c) looked up
_SLAB = 2**22  # entries of a table that are looked at together
_FEW = 16  # tables, whose tails are summed one by one
_LARGE = 600.0  # of which six terms of an asymptotic series are exact to rounding


class CountStatistics(NamedTuple):
    """What `chao_entropy` needs to know of a table of counts; each of the batch's shape.

    Attributes
    ----------
    total : ndarray
        Number of samples n.
    occupied, singles, doubles : ndarray
        Cells with at least one sample, with exactly one (f1) and with exactly two (f2).
    c_digamma : ndarray
        Sum of c digamma(c) over the cells, in nats.
    c_log_c : ndarray
        Sum of c log c, in nats.
    """

    total: np.ndarray
    occupied: np.ndarray
    singles: np.ndarray
    doubles: np.ndarray
    c_digamma: np.ndarray
    c_log_c: np.ndarray

    @property
    def coverage(self) -> np.ndarray:
        """1 - f1 / n: what a further sample's chance is to fall into a known cell (Good)."""
        return np.asarray(1.0 - self.singles / self.total)


def statistics_of_each(tables: Sequence[Any]) -> CountStatistics:
    """Statistics of T tables of counts of one batch, on the host or on a CUDA device.

    Parameters
    ----------
    tables : sequence of ndarray, each of shape (..., any number)
        Whole numbers of any type. Leading axes are a batch; zeros may be left out.

    Returns
    -------
    CountStatistics
        Arrays of the host, of shape (T, ...).
    """
    few = sum(table.size for table in tables) <= _SLAB
    if few and tables[0].ndim < 3 and not on_device(tables[0]):
        together = np.concatenate(tables, axis=-1)
        if together.max(initial=0) < _LOOKED_UP:
            starts = [*accumulate((table.shape[-1] for table in tables[:-1]), initial=0)]
            found = _lookup().take(together.astype(np.int64, copy=False), axis=0)
            return CountStatistics(*np.add.reduceat(found, starts, axis=-2).T)
    return CountStatistics(*map(np.array, zip(*map(count_statistics, tables), strict=True)))


def count_statistics(counts: Any) -> CountStatistics:
    """Statistics of tables of counts (..., cells), each of shape (...); see `statistics_of_each`."""
    shape, cells = counts.shape[:-1], counts.shape[-1]
    if counts.size <= _SLAB:
        return CountStatistics(*map(to_numpy, _sums(counts)))
    flat = counts.reshape(int(np.prod(shape)), cells)
    sums = np.zeros((len(CountStatistics._fields), len(flat)))
    tables = max(1, _SLAB // max(cells, 1))
    for first in range(0, len(flat), tables):
        for start in range(0, cells, _SLAB):
            slab = flat[first : first + tables, start : start + _SLAB]
            for row, part in zip(sums, _sums(slab), strict=True):
                row[first : first + tables] += to_numpy(part)
    return CountStatistics(*(row.reshape(shape) for row in sums))


def _sums(counts: Any) -> tuple[Any, ...]:
    """The fields of `CountStatistics` of counts (..., cells)."""
    return (
        counts.sum(-1),
        (counts > 0).sum(-1),
        (counts == 1).sum(-1),
        (counts == 2).sum(-1),
        _c_digamma(counts).sum(-1),
        x_log_x(counts).sum(-1),
    )


@functools.cache
def _lookup() -> np.ndarray:
    """The terms of small counts c in the fields of `CountStatistics`, shape (counts, fields)."""
    c = np.arange(_LOOKED_UP, dtype=np.float64)
    c_digamma = np.concatenate([[0.0], c[1:] * digamma(c[1:])])
    return np.stack([c, c > 0, c == 1, c == 2, c_digamma, xlogy(c, c)], axis=1)


def _c_digamma(counts: Any) -> Any:
    """c digamma(c) in nats of each count, 0 where it is 0."""
    table = array_module(counts).asarray(_lookup()[:, 4])
    if not bool((counts >= _LOOKED_UP).any()):
        return table[counts.astype(np.int64)]
    low = table[np.minimum(counts, _LOOKED_UP - 1).astype(np.int64)]
    large = np.maximum(counts, float(_LOOKED_UP))
    # its asymptotic series, to rounding
    return np.where(counts < _LOOKED_UP, low, large * np.log(large) - 0.5 - 1 / (12 * large))


def chao_entropy(statistics: CountStatistics) -> np.ndarray:
    """Entropy in bits of the distributions that counts were drawn from.

    Parameters
    ----------
    statistics : CountStatistics
        Of tables of at least one sample each.

    Returns
    -------
    ndarray
        The estimate of Chao, Wang and Jost (2013), equation (7), of the batch's shape.
    """
    n, c_digamma = statistics.total, statistics.c_digamma
    return np.asarray((digamma(n) - c_digamma / n + unmet(statistics) / n) / np.log(2.0))


def unmet(statistics: CountStatistics) -> np.ndarray:
    """By how many nats the cells without samples raise the entropy, times n."""
    n, _, f1, f2, _, _ = statistics
    # by the coverage estimator of Good and Turing, 1 - the mean share of a cell that was met once,
    # of which cells that were met twice tell; where there are none, as if there were one
    twice = f2 > 0
    seldom = (n - 1.0) * np.where(twice, f1, np.maximum(f1 - 1, 0))
    unseen = seldom / (seldom + 2 * np.where(twice, f2, 1))
    return np.asarray(f1 * _tail(unseen, n))


def _tail(z: np.ndarray, n: np.ndarray) -> np.ndarray:
    """z**(1-n) (-log(1-z) - sum_{r<n} z**r / r) = sum_{k>=0} z**(k+1) / (n+k), for 0 <= z < 1.

    The difference on the left cancels, and the series on the right takes of order n terms, so
    each is summed where it is good, and between them an expansion in 1 / n.
    """
    if z.max(initial=0.0) <= 0.5:
        return _series(z, n, 55)
    out = np.zeros(z.shape)
    few = n <= 64
    near_one = few & (z > 0.9)
    if near_one.any():
        w, m = z[near_one], n[near_one]
        head = np.zeros(w.shape)
        for r in range(1, 64):
            head += np.where(r < m, w**r / r, 0.0)
        out[near_one] = w ** (1 - m) * (-np.log1p(-w) - head)
    short = (z > 0) & ((z <= 0.5) | (few & (z <= 0.9)))
    if short.any():
        out[short] = _series(z[short], n[short], 350 if z[short].max() > 0.5 else 55)
    rest = ~few & (z > 0.5)
    w, m = -np.log(z[rest]), n[rest] - 1
    if len(w) <= _FEW:  # numbers of Python are then faster than arrays
        out[rest] = [_expansion(*each) for each in zip(w.tolist(), m.tolist(), strict=True)]
    else:
        out[rest] = _expansion(w, m)
    return out


def _expansion(w: Any, m: Any) -> Any:
    """The tail for w = -log z and m = n - 1, in powers of 1 / m.

    It is an integral over u of exp(-m u) / (exp(u + w) - 1), by the Bernoulli numbers of
    1 / (exp(v) - 1); its first term is exp(m w) E1(m w).
    """
    moment, power = [1 / m], 1.0  # of (u + w)**j
    for j in range(1, 8):
        power = power * w
        moment.append((power + j * moment[-1]) / m)
    return (
        _scaled_exp1(m * w)
        - moment[0] / 2
        + moment[1] / 12
        - moment[3] / 720
        + moment[5] / 30240
        - moment[7] / 1209600
    )


def _scaled_exp1(x: Any) -> Any:
    """exp(x) E1(x); where that would overflow, by its asymptotic series in 1 / x."""
    if isinstance(x, float) and x < _LARGE:
        return math.exp(x) * float(exp1(x))
    far = 1 / np.maximum(x, _LARGE)
    series = far * (1 - far * (1 - 2 * far * (1 - 3 * far * (1 - 4 * far * (1 - 5 * far)))))
    near = np.minimum(x, _LARGE)
    return np.where(x < _LARGE, np.exp(near) * exp1(near), series)


def _series(z: np.ndarray, n: np.ndarray, terms: int) -> np.ndarray:
    """The sum of so many z**(k+1) / (n+k)."""
    if z.size * terms > _SLAB:  # term by term, for memory
        return np.asarray(sum(z ** (k + 1) / (n + k) for k in range(terms)))
    k = np.arange(terms)
    return np.asarray((z[..., None] ** (k + 1) / (n[..., None] + k)).sum(-1))
