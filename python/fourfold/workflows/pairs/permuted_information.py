# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The G-test of I(X1,X2;Y), by its moments over permutations of the labels.

G = 2 N ln 2 I(X1,X2;Y), the information in bits, tends to a chi-square as rows become many. Of
8 x 8 states and 2000 rows it is not there: most cells have few rows. So its law is that of permuted
labels. These leave the rows a of each pair of states and the rows N p(y) of each class, and G is then
a sum over pairs of states of what hypergeometric counts n(y) of their rows give::

    G = 2 sum_a (h(n) - E_a),   h(n) = sum_y n(y) ln n(y) - n(y) ln(a p(y))

Its mean is exact [3]. Its variance is that of independent multinomial counts, less what the given
rows of the classes explain: the linear part by regression [1, 2], and the quadratic one in its
limit, K_Y - 1 degrees of freedom. A gamma distribution of this mean and variance stands for the law;
as rows become many it becomes the chi-square.

.. [1] Morris, "Central limit theorems for multinomial sums", Annals of Statistics 3 (1975).
   [2] Read, Cressie, "Goodness-of-Fit Statistics for Discrete Multivariate Data" (1988).
   [3] Vinh, Epps, Bailey, Journal of Machine Learning Research 11 (2010).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincc, gammaln, xlogy

__all__ = ["PermutedInformation"]

#: Rows of a pair of states up to which its terms are computed for each number; beyond, for so many on
#: a geometric grid, between which they are smooth.
_EVERY = 256
_GRID = 64
#: Standard deviations to either side of a mean that its sum reaches.
_REACH = 12.0
_LEAST = 1e-9  # of a mean and a variance that are not zero


class _Terms(NamedTuple):
    """Of a pair of states, by its number of rows.

    Attributes
    ----------
    rows : ndarray of int, shape (A,)
        0, 1, ..., and a grid beyond.
    numbers : ndarray, shape (A, 2 + K_Y)
        E h over permutations, in nats; the variance of h of multinomial counts, and its covariances
        with the counts of the classes.
    """

    rows: np.ndarray
    numbers: np.ndarray


class PermutedInformation:
    """Moments and p-values of G, of labels with so many rows in each class.

    Parameters
    ----------
    classes : ndarray of int, shape (K_Y,)
        Rows of each class, at least one.
    """

    def __init__(self, classes: np.ndarray) -> None:
        self._classes = np.asarray(classes, dtype=np.int64)
        self._n = int(self._classes.sum())
        self._shares = self._classes / self._n
        self._terms = self._tabulated()

    def moments(self, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of G, (B,) each, of rows of pairs of states, (B, any number)."""
        sums = self._sums(pairs)
        explained = (sums[:, 2:] ** 2 / self._shares).sum(1) / self._n
        degrees = len(self._classes) - 1
        return 2 * sums[:, 0], 4 * (sums[:, 1] - explained) - 2 * degrees

    def pvalues(self, bits: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        """Chances, (B,), that permuted labels give as many bits I(X1,X2;Y), (B,), or more."""
        mean, variance = self.moments(pairs)
        known = (mean > _LEAST) & (variance > _LEAST)
        mean, variance = np.where(known, mean, 1.0), np.where(known, variance, 1.0)
        g = 2 * self._n * math.log(2.0) * bits
        found: np.ndarray = np.where(
            known, gammaincc(mean**2 / variance, g * mean / variance), 1.0
        )
        return found

    def _sums(self, pairs: np.ndarray) -> np.ndarray:
        """Over the pairs of states, (B, 2 + K_Y)."""
        rows, numbers = self._terms
        most = min(self._n, _EVERY)
        # how many pairs of states have so many rows, as a product is faster than as many look-ups
        of_batch = np.arange(len(pairs))[:, None] * (most + 2)
        places = of_batch + np.minimum(pairs, most + 1)
        table = np.bincount(places.ravel(), minlength=len(pairs) * (most + 2))
        sums: np.ndarray = table.reshape(len(pairs), -1)[:, : most + 1] @ numbers[: most + 1]
        batch, column = np.nonzero(pairs > most)
        if len(batch):
            a = np.log(pairs[batch, column])
            grid = np.log(rows[most:])
            for k in range(numbers.shape[1]):
                np.add.at(sums[:, k], batch, np.interp(a, grid, numbers[most:, k]))
        return sums

    def _tabulated(self) -> _Terms:
        n, most = self._n, min(self._n, _EVERY)
        grid = np.unique(np.rint(np.geomspace(most, n, _GRID)).astype(np.int64))
        rows = np.concatenate([np.arange(most), grid])
        mean = [_permuted_mean(int(a), self._classes, n) for a in rows]
        variance, slopes = _multinomial(most, self._shares)
        # beyond, what differs from the limits falls like 1 / a
        limit, ratio = (len(self._shares) - 1) / 2, most / grid[1:]
        variance = np.concatenate([variance, limit + (variance[-1] - limit) * ratio])
        slopes = np.concatenate([slopes, ratio[:, None] * slopes[-1]])
        return _Terms(rows, np.column_stack([mean, variance, slopes]))


def _permuted_mean(a: int, classes: np.ndarray, n: int) -> float:
    """E h in nats, of a of n rows."""
    total = 0.0
    sizes, often = np.unique(classes, return_counts=True)
    for size, number in zip(sizes.tolist(), often.tolist(), strict=True):
        mean = a * size / n
        spread = math.sqrt(mean * (n - size) / n * (n - a) / max(n - 1, 1))
        low = max(0, a + size - n, math.floor(mean - _REACH * spread - _REACH))
        high = min(a, size, math.ceil(mean + _REACH * spread + _REACH))
        k = np.arange(low, high + 1.0)
        logs = _log_choose(size, k) + _log_choose(n - size, a - k) - _log_choose(n, a)
        total += number * float(np.exp(logs) @ (xlogy(k, k) - xlogy(k, max(mean, _LEAST))))
    return total


def _multinomial(most: int, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Var h, (most + 1,), and Cov(h, n(y)), (most + 1, K_Y), of a = 0, ..., most rows.

    Classes of the same share have the same terms, which are computed once.
    """
    a = np.arange(most + 1.0)[:, None]
    k = np.arange(most + 1.0)[None]
    f = xlogy(k, k)
    unique, places, often = np.unique(shares, return_inverse=True, return_counts=True)
    binomial = [_binomial(a, k, share) for share in unique]
    # of each share by (a, k)
    own = [f - xlogy(k, np.where(a > 0, a, 1.0) * share) for share in unique]
    first = [(p * h).sum(1) for p, h in zip(binomial, own, strict=True)]
    variance = np.zeros(most + 1)
    with_count = np.empty((most + 1, len(unique)))
    for y, share in enumerate(unique):
        variance += often[y] * ((binomial[y] * own[y] ** 2).sum(1) - first[y] ** 2)
        with_count[:, y] = (binomial[y] * own[y] * (k - a * share)).sum(1)
    for y, share in enumerate(unique):
        for z in range(y, len(unique)):
            pairs = often[y] * often[z] if z > y else often[y] * (often[y] - 1) // 2
            if not pairs:
                continue
            # given k rows of y those of z are binomial of the a - k others
            rest = min(1.0, unique[z] / (1 - share))
            of_others = (_binomial(a, k, rest) * f).sum(1)
            others = np.maximum(a - k, 0)
            given = of_others[others.astype(np.int64)] - xlogy(
                others * rest, np.where(a > 0, a, 1.0) * unique[z]
            )
            both = (binomial[y] * own[y] * given).sum(1)
            variance += 2 * pairs * (both - first[y] * first[z])
    with_each = with_count[:, places]
    rest = with_each / np.maximum(1 - shares, _LEAST)
    slopes = with_each - shares * (rest.sum(1)[:, None] - rest)
    return variance, slopes


def _binomial(a: np.ndarray, k: np.ndarray, share: float) -> np.ndarray:
    """Chances of k of a, where k <= a, else 0."""
    inside = np.where(k <= a, a - k, 0.0)
    logs = _log_choose(a, np.minimum(k, a)) + xlogy(k, share) + xlogy(inside, 1 - share)
    chances: np.ndarray = np.where(k <= a, np.exp(logs), 0.0)
    return chances


def _log_choose(n: float | np.ndarray, k: float | np.ndarray) -> np.ndarray:
    found: np.ndarray = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
    return found
