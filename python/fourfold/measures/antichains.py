# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Probabilities of "these sources, or those" as sums over marginals, and Moebius inversion."""

from __future__ import annotations

import functools
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
    antichains : tuple of tuple of tuple of int
        Subsets, none of which holds another.
    unions : ndarray, shape (A, 2**n - 1)
        Inclusion and exclusion: the probability of "one of these subsets is as observed" is
        ``unions @ p``, where p are those of each subset.
    below : ndarray, shape (A, A)
        1 where antichain j is at or below antichain i: what is shared is ``below @ atoms``.
    moebius : sparse array, shape (A, A)
        The inverse of `below`, of whole numbers.
    """

    subsets: tuple[Subset, ...]
    antichains: tuple[tuple[Subset, ...], ...]
    unions: np.ndarray
    below: np.ndarray
    moebius: sparse.csr_array


@functools.cache
def shares_of(n: int) -> Shares:
    """Of n sources, at least one."""
    subsets, members, _ = antichains_of(n)
    place = {frozenset(one): k for k, one in enumerate(subsets)}
    unions = np.zeros((len(members), len(subsets)))
    reached = np.zeros((len(members), len(subsets)), bool)
    for k, members_of in enumerate(members):
        sets = [frozenset(subsets[one]) for one in members_of]
        reached[k] = [any(one <= frozenset(every) for one in sets) for every in subsets]
        for chosen in range(1, 2 ** len(sets)):
            several = [one for j, one in enumerate(sets) if chosen >> j & 1]
            unions[k, place[frozenset.union(*several)]] -= (-1) ** len(several)
    # at or below another: each set of that holds one of its own
    below = np.array(
        [[reached[j, list(of)].all() for j in range(len(members))] for of in members], float
    )
    moebius = np.rint(np.linalg.inv(below))  # triangular, with ones on its diagonal
    named = tuple(tuple(subsets[one] for one in of) for of in members)
    return Shares(subsets, named, unions, below, sparse.csr_array(moebius))
