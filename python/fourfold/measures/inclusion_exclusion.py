# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Probabilities of "these sources, or those" as sums over marginals, and Moebius inversion."""

from __future__ import annotations

import functools
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import sparse

from fourfold.inputs.subsets import Subset
from fourfold.solve.union.antichains import antichains_of

__all__ = ["MOST_SOURCES", "Shares", "shares_of"]

#: Of five sources there are 7579 antichains, which nobody reads.
MOST_SOURCES = 4


class Shares(NamedTuple):
    """Of n sources, with A antichains; the lower ones first.

    Attributes
    ----------
    subsets : tuple of tuple of int
        All 2**n - 1 of the sources.
    unions : ndarray, shape (A, 2**n - 1)
        Inclusion and exclusion: the probability of "one of these subsets is as observed" is
        ``unions @ p``, where p are those of each subset.
    below : ndarray, shape (A, A)
        1 where antichain j is antichain i or below it: what is shared is ``below @ atoms``.
    moebius : sparse array, shape (A, A)
        The inverse of `below`, of whole numbers.
    """

    subsets: tuple[Subset, ...]
    unions: np.ndarray
    below: np.ndarray
    moebius: sparse.csr_array


@functools.cache
def shares_of(n: int) -> Shares:
    """Of n sources, at least one."""
    order = antichains_of(n)
    place = {frozenset(one): k for k, one in enumerate(order.subsets)}
    unions = np.zeros((len(order.members), len(order.subsets)))
    for k, chain in enumerate(order.members):
        for size in range(1, len(chain) + 1):
            for some in combinations(chain, size):
                together = frozenset().union(*(order.subsets[one] for one in some))
                unions[k, place[together]] -= (-1) ** size
    below = order.below.T + np.eye(len(order.below))
    moebius = np.rint(np.linalg.inv(below))  # triangular, with ones on its diagonal
    return Shares(order.subsets, unions, below, sparse.csr_array(moebius))
