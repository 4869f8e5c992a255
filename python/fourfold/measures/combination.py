# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Co-information and O-information as sums of informations, and these as sums of entropies.

Of variables V, H(A) the entropy of some of them and TC(A) = sum_{i in A} H(i) - H(A) their total
correlation, all of it follows from the definitions as H(i) cancels::

    co-information    sum_A (-1)**(|A| + 1) H(A)            = sum_{|A| > 1} (-1)**|A| TC(A)
      of X and Y                                            = sum_A (-1)**(|A| + 1) I(X_A;Y)
    O-information     (n - 2) H(V) + sum_i [H(i) - H(V - i)] = sum_i TC(V - i) - (n - 2) TC(V)
      about Y         Omega(X,Y) - Omega(X)                 = sum_i I(X_{-i};Y) - (n - 1) I(X;Y)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

__all__ = ["MOST_VARIABLES", "Combination", "co_combination", "o_combination"]

#: Of the co-information, which adds up all 2**n sets of them.
MOST_VARIABLES = 12

Sets = list[tuple[int, ...]]


class Combination(NamedTuple):
    """A weighted sum of informations.

    Attributes
    ----------
    subsets : list of tuple of int
        Numbers of variables, rising.
    coefficients : ndarray, shape (T,)
    sets : list of tuple of int
        Of which entropies the informations are made.
    terms : ndarray, shape (T, S)
        ``terms @ entropies`` are the informations.
    """

    subsets: Sets
    coefficients: np.ndarray
    sets: Sets
    terms: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Of the entropies, (S,)."""
        found: np.ndarray = self.coefficients @ self.terms
        return found


def co_combination(variables: int, *, target: bool) -> Combination:
    """Of so many variables, of which the last is y where there is a target."""
    every = range(variables - target)
    subsets = [a for size in range(1, len(every) + 1) for a in combinations(every, size)]
    if target:
        signs = [(-1) ** (len(a) + 1) for a in subsets]
        return _informations(subsets, signs, variables - 1)
    several = [a for a in subsets if len(a) > 1]
    return _correlations(several, [(-1) ** len(a) for a in several])


def o_combination(variables: int, *, about: bool) -> Combination:
    """Of all variables, or `about` the last of them, y."""
    every = tuple(range(variables - about))
    subsets = [*combinations(every, len(every) - 1), every]
    if about:
        return _informations(subsets, [1] * len(every) + [1 - len(every)], variables - 1)
    return _correlations(subsets, [1] * variables + [2 - variables])


def _informations(subsets: Sets, coefficients: Sequence[int], y: int) -> Combination:
    """H(A) + H(y) - H(A,y) of each."""
    return _summed(subsets, coefficients, [[(a, 1), ((y,), 1), ((*a, y), -1)] for a in subsets])


def _correlations(subsets: Sets, coefficients: Sequence[int]) -> Combination:
    """The sum of H(i) less H(A) of each."""
    return _summed(subsets, coefficients, [[*(((k,), 1) for k in a), (a, -1)] for a in subsets])


def _summed(
    subsets: Sets, coefficients: Sequence[int], parts: list[list[tuple[tuple[int, ...], int]]]
) -> Combination:
    found = sorted({one for some in parts for one, _ in some}, key=lambda a: (len(a), a))
    place = {one: k for k, one in enumerate(found)}
    terms = np.zeros((len(subsets), len(found)))
    for row, some in zip(terms, parts, strict=True):
        for one, sign in some:
            row[place[one]] += sign
    return Combination(subsets, np.array(coefficients, float), found, terms)
