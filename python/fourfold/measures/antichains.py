# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The redundancy lattice: antichains of sets of sources, and its Moebius inversion.

An antichain is what "these sources, or those" can name: sets of sources none of which holds another.
alpha <= beta where each set of beta holds one of alpha (Williams and Beer 2010). There are 4, 18 and
166 antichains of two, three and four sources.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from scipy import sparse

__all__ = ["MOST_SOURCES", "Lattice", "lattice_of"]

#: Of five sources there are 7579 antichains, which nobody reads.
MOST_SOURCES = 4


class Lattice(NamedTuple):
    """Of n sources, with A antichains; the lower ones first.

    Attributes
    ----------
    antichains : tuple of tuple of tuple of int
        Sets of numbers of sources.
    unions : ndarray, shape (A, 2**n - 1)
        Inclusion and exclusion: the probability of "one of these sets of sources is as observed" is
        ``unions @ p``, where ``p[k - 1]`` is that of "all sources in the bits of k are".
    below : ndarray, shape (A, A)
        1 where antichain j is at or below antichain i: shared information is ``below @ atoms``.
    moebius : sparse array, shape (A, A)
        The inverse of `below`, of whole numbers.
    """

    antichains: tuple[tuple[tuple[int, ...], ...], ...]
    unions: np.ndarray
    below: np.ndarray
    moebius: sparse.csr_array


@functools.cache
def lattice_of(n: int) -> Lattice:
    """Of n sources, at least one."""
    found: list[tuple[int, ...]] = []

    def extend(chosen: tuple[int, ...], first: int) -> None:
        if chosen:
            found.append(chosen)
        for one in range(first, 2**n):
            # a set with a larger number cannot be a part of one with a smaller
            if all(one & other != other for other in chosen):
                extend((*chosen, one), one + 1)

    extend((), 1)
    above = {alpha: _above(alpha, n) for alpha in found}
    found.sort(key=lambda alpha: (-above[alpha].bit_count(), -len(alpha), alpha))
    masks = [above[alpha] for alpha in found]
    below = np.array([[one & other == one for other in masks] for one in masks], float)
    moebius = np.rint(np.linalg.inv(below))  # triangular, with ones on its diagonal
    named = tuple(
        tuple(sorted((_sources(one, n) for one in alpha), key=lambda s: (len(s), s)))
        for alpha in found
    )
    unions = np.stack([_inclusion_exclusion(alpha, n) for alpha in found])
    return Lattice(named, unions, below, sparse.csr_array(moebius))


def _above(alpha: tuple[int, ...], n: int) -> int:
    """Which sets of sources hold one of the antichain, as bits."""
    holds = (any(every & one == one for one in alpha) for every in range(1, 2**n))
    return sum(1 << k for k, held in enumerate(holds) if held)


def _sources(bits: int, n: int) -> tuple[int, ...]:
    return tuple(k for k in range(n) if bits >> k & 1)


def _inclusion_exclusion(alpha: tuple[int, ...], n: int) -> np.ndarray:
    row = np.zeros(2**n - 1)
    for chosen in range(1, 2 ** len(alpha)):
        several = [one for k, one in enumerate(alpha) if chosen >> k & 1]
        together = functools.reduce(int.__or__, several)
        row[together - 1] -= (-1) ** len(several)
    return row
