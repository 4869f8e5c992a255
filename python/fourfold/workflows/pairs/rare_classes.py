# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""P-values of pairs where a class has few rows, held to those of permuted labels.

Of a class of ten rows, G has few values, and a tail that no gamma distribution of its mean and
variance has. There p-values are replaced by their rank among those of all pairs with labels
permuted, pooled [1]: never smaller than they were.

.. [1] Storey, Tibshirani, "Statistical significance for genomewide studies", PNAS 100 (2003).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import xlogy

from fourfold.runtime.progress import progress
from fourfold.workflows.pairs.pair_tables import pair_tables
from fourfold.workflows.pairs.permuted_information import PermutedInformation

if TYPE_CHECKING:
    from fourfold.workflows.pairs.features import Features

__all__ = ["FEW_ROWS", "permuted_pvalues"]

#: Rows of a class from which on the gamma distribution is close, as measured: docs/feature-pairs.md.
FEW_ROWS = 50
_MOST = 200  # permutations, where pairs are few
_POOLED = 400_000  # p-values, from which on fewer permutations do
_TIMES = 2  # the permutations that would let one pair pass
_AT_MOST = 2000


def permuted_pvalues(
    pvalues: np.ndarray, features: Features, y: np.ndarray, alpha: float, seed: int
) -> np.ndarray:
    """Ranks of p-values, (M,), among those of permuted labels; none is smaller than it was.

    Parameters
    ----------
    pvalues : ndarray, shape (M,)
        By `PermutedInformation`.
    features : Features
    y : ndarray of int, shape (N,)
        Classes, each of which occurs.
    alpha : float
        Level at which a single pair must be able to pass; below 5e-4 none can.
    seed : int
    """
    rng = np.random.default_rng(seed)
    number = max(math.ceil(_TIMES / alpha), min(_MOST, _POOLED // len(pvalues)))
    number = min(number, _AT_MOST)
    null = PermutedInformation(np.bincount(y))
    low, below = np.sort(pvalues), np.zeros(len(pvalues), dtype=np.int64)
    with progress(number, "permute labels") as bar:
        for _ in range(number):
            drawn = np.sort(_pvalues(features, rng.permutation(y), null))
            # one of a table as this one is equal but for rounding
            below += np.searchsorted(drawn, low * (1 + 1e-9), side="right")
            bar.update(1)
    ranks = (1 + below) / (1 + number * len(pvalues))
    found = np.empty_like(pvalues)
    found[np.argsort(pvalues, kind="stable")] = ranks
    return np.asarray(np.maximum(found, pvalues))


def _pvalues(features: Features, y: np.ndarray, null: PermutedInformation) -> np.ndarray:
    width, n = features.codes.shape
    of_classes = np.bincount(y)
    n_log_n = xlogy(np.arange(n + 1.0), np.arange(n + 1.0))
    found = np.empty(width * (width - 1) // 2)
    alone = n_log_n[n] - n_log_n[of_classes].sum()
    for part in pair_tables(features.codes, features.n_states, y, len(of_classes)):
        counts = part.tallies()
        nats = n_log_n[counts.cells].sum(1) - n_log_n[counts.pairs].sum(1) + alone
        bits = np.maximum(nats, 0.0) / (n * math.log(2.0))
        found[part.numbers] = null.pvalues(bits, counts.pairs)
    return found
