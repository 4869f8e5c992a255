# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns as a Gaussian has them, by their ranks: monotone maps of columns then change nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from fourfold.inputs.device import array_module, to_numpy

__all__ = ["NormalScores", "normal_scores"]


class NormalScores(NamedTuple):
    """Of the columns of (N, d), or of (L, N, d) of L layers.

    Attributes
    ----------
    values : ndarray of the same shape
        ndtri(rank / (N + 1)), equal values at their average rank; columns are contiguous.
    different : ndarray of int, shape (d,) or (L, d)
        How many different values there are.
    tied : ndarray, shape (d,) or (L, d)
        Share of the rows whose value another row has, too.
    lost : ndarray, shape (d,) or (L, d)
        1 - r^2 of the correlation r of these scores with those without ties: of a Gaussian column
        that tells -1/2 log2(1 - s^2) bits, -1/2 log2(1 - (1 - lost) s^2) are left.
    """

    values: Any
    different: np.ndarray
    tied: np.ndarray
    lost: np.ndarray


def normal_scores(values: Any) -> NormalScores:
    """Normal scores (van der Waerden) of finite columns, of NumPy or CuPy, at least two rows."""
    xp = array_module(values)
    rows, shape = values.shape[-2], values.shape[:-2] + values.shape[-1:]
    columns = xp.ascontiguousarray(values.swapaxes(-1, -2)).reshape(-1, rows)
    order = xp.argsort(columns, axis=1)
    starts = rows * xp.arange(len(columns))[:, None]
    order += starts  # places in all columns, one behind the other
    # average ranks are whole or half, so there are few different scores
    table = ndtri(np.arange(2, 2 * rows + 1) / (2 * rows + 2))
    untied = table[::2]
    scores = xp.empty_like(columns, dtype=np.float64)
    flat = scores.reshape(-1)
    ordered = columns.reshape(-1)[order]
    same = ordered[:, 1:] == ordered[:, :-1]
    different = np.full(len(columns), rows)
    tied, lost = np.zeros(len(columns)), np.zeros(len(columns))
    with_ties = np.flatnonzero(to_numpy(same.any(1)))
    spread, size = xp.asarray(untied), float(untied @ untied)
    if len(with_ties) < len(columns):
        flat[order] = spread
    for k in with_ties:
        ranks, sizes = _average_ranks(xp, same[int(k)])
        one = xp.asarray(table)[ranks]
        flat[order[int(k)]] = one
        different[k], tied[k] = len(sizes), float(sizes[sizes > 1].sum()) / rows
        variance = float(one @ one - one.sum() ** 2 / rows) * size
        lost[k] = 1 - float(one @ spread) ** 2 / variance if variance > 0 else 1.0
    scores = scores.reshape((*shape, rows)).swapaxes(-1, -2)
    return NormalScores(scores, *(part.reshape(shape) for part in (different, tied, lost)))


def _average_ranks(xp: Any, same: Any) -> tuple[Any, Any]:
    """Twice the average rank from 0 of each row of a sorted column, and the sizes of its ties.

    `same` (N - 1,) says which row has the value of the one before.
    """
    group = xp.zeros(len(same) + 1, dtype=np.int64)
    group[1:] = xp.cumsum(~same)
    sizes = xp.bincount(group)
    ends = xp.cumsum(sizes)
    return (2 * ends - sizes - 1)[group], sizes
