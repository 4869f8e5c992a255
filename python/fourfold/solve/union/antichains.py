# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The lattice of antichains: sets of subsets of sources, none within another."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from fourfold.inputs.subsets import Subset

__all__ = ["Antichains", "antichains_of"]


class Antichains(NamedTuple):
    """Of n sources, from that of all single sources up to that of all together.

    Attributes
    ----------
    subsets : tuple of tuple
        The 2^n - 1 subsets of the sources, small ones first.
    members : tuple of tuple of int
        Places of its subsets, of each antichain: 4, 18 and 166 of two, three and four sources.
    below : ndarray of bool, shape (A, A)
        Whether antichain a is below b and another one, at [a, b]; none is below one before it.
    """

    subsets: tuple[Subset, ...]
    members: tuple[tuple[int, ...], ...]
    below: np.ndarray

    def named(self, names: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """The antichains, of names of the sources."""
        return tuple(
            tuple(tuple(names[k] for k in self.subsets[place]) for place in chain)
            for chain in self.members
        )

    def covered(self) -> list[np.ndarray]:
        """Those next below each, by their places."""
        between = (self.below.astype(int) @ self.below.astype(int)) > 0
        return [np.flatnonzero(column) for column in (self.below & ~between).T]


@functools.cache
def antichains_of(sources: int) -> Antichains:
    """In the order of Williams and Beer: one is below another if each set of that has one of it within."""
    subsets = tuple(
        subset
        for size in range(1, sources + 1)
        for subset in combinations(range(sources), size)
    )
    within = [[set(a) <= set(b) for b in subsets] for a in subsets]
    found: list[tuple[int, ...]] = [()]
    for place in range(len(subsets)):
        found += [
            (*chain, place) for chain in found if not any(within[k][place] for k in chain)
        ]
    chains = [chain for chain in found if chain]
    below = _below(np.array(within), chains)
    # what is above has more below it
    order = sorted(
        range(len(chains)), key=lambda k: (below[:, k].sum(), len(chains[k]), chains[k])
    )
    return Antichains(subsets, tuple(chains[k] for k in order), below[np.ix_(order, order)])


def _below(within: np.ndarray, chains: list[tuple[int, ...]]) -> np.ndarray:
    """(A, A): whether antichain a is below b and another one, at [a, b]."""
    # [a, k]: whether some set of a is within subset k
    reaches = np.array([within[list(chain)].any(0) for chain in chains])
    found: np.ndarray = np.array([reaches[:, list(chain)].all(1) for chain in chains]).T
    np.fill_diagonal(found, False)
    return found
