# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""p(y|x1,x2) as pairwise tables tell it, of each pair by all other pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.pairwise_fit import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.pairwise_fit import PairCounts

__all__ = ["STRENGTHS", "left_out_fits"]

#: Samples by which each state is drawn to p(y), a factor of root 10 apart.
STRENGTHS = tuple(10.0 ** (power / 2) for power in range(7, -2, -1))

_SCALINGS = 6  # of each strength, from where the one before ended
_LEAST = 1e-9  # chance of a class that none is below


def left_out_fits(pairs: PairCounts) -> Iterator[np.ndarray]:
    """Chances (P, K_Y) of the classes of each pair, for each of `STRENGTHS`.

    ::

        m(y|i,j) = p(y) a(i,y) b(j,y) / sum_y p(y) a(i,y) b(j,y)

    with a and b scaled until the tables (x1,y) and (x2,y) of m are those of the samples, to which
    are added so many samples of each state whose other source says nothing and whose classes are
    as in all: then a and b are drawn to 1. A pair must not tell its own prior: of a and b of its
    states one further scaling without its samples is taken.
    """
    one, two = members(pairs.x1), members(pairs.x2)
    counts = pairs.counts.astype(np.float64)
    total = counts.sum(1, keepdims=True)
    p_y = _normalised(counts.sum(0) + 0.5)
    p1y, p2y = one @ counts, two @ counts
    a, b = np.ones(p1y.shape), np.ones(p2y.shape)
    for strength in STRENGTHS:
        added = strength * p_y
        for scaling in range(_SCALINGS + 1):
            m = _normalised(p_y * a[pairs.x1] * b[pairs.x2])
            fitted = total * m
            fit1 = one @ fitted + strength * _normalised(p_y * a)
            fit2 = two @ fitted + strength * _normalised(p_y * b)
            if scaling < _SCALINGS:
                # both sources at once, so that neither is the first; root, as both share a misfit
                a, b = a * np.sqrt((p1y + added) / fit1), b * np.sqrt((p2y + added) / fit2)
        left1 = (p1y[pairs.x1] - counts + added) / (fit1[pairs.x1] - fitted)
        left2 = (p2y[pairs.x2] - counts + added) / (fit2[pairs.x2] - fitted)
        yield np.maximum(_normalised(m * left1 * left2), _LEAST)


def _normalised(values: np.ndarray) -> np.ndarray:
    found: np.ndarray = values / values.sum(-1, keepdims=True)
    return found
