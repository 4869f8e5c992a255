# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Means over rows with their standard errors, and the bounds that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from scipy.special import stdtrit

from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.union_bounds import UnionBounds

if TYPE_CHECKING:
    from fourfold.posteriors.target import Target

__all__ = [
    "FEWEST",
    "Means",
    "Rows",
    "bounds_of_unions",
    "halves_of",
    "no_bounds",
    "outer_bounds",
]

#: Independent rows, or groups, below which means of them are not normal enough to bound anything.
FEWEST = 30


class Means(Protocol):
    """Means of terms over rows, and their errors: of the terms of each row, or of what is summed.

    Terms are (N,), or (N, k), one number a row, where the rows are known; else N stands for
    the few numbers that are summed over the rows, and terms are combinations of these.
    """

    def mean(self, terms: np.ndarray) -> Any:
        """Of each column."""

    def error(self, terms: np.ndarray) -> Any:
        """Standard error of that mean, of sampling alone."""

    @property
    def independent(self) -> float:
        """How many rows, or groups, of equal weight would say as much."""


class Rows(NamedTuple):
    """How much each row counts, and which belong together.

    Attributes
    ----------
    weights : ndarray of shape (N,)
        With sum 1.
    groups : ndarray of shape (N,) or None
        Numbers from 0 of the groups; rows of different groups are independent.
    """

    weights: np.ndarray
    groups: np.ndarray | None = None

    def mean(self, terms: np.ndarray) -> Any:
        """Weighted mean over the rows of terms (N,) or (N, k)."""
        return self.weights @ terms

    def error(self, terms: np.ndarray) -> Any:
        """Standard error of that mean, of sampling alone; groups are drawn whole.

        NaN of a single one.
        """
        spread = (self.weights * (terms - self.mean(terms)).T).T
        if self.groups is not None:
            order = np.argsort(self.groups, kind="stable")
            starts = np.searchsorted(self.groups[order], np.arange(self.groups.max() + 1))
            spread = np.add.reduceat(spread[order], starts, axis=0)
        number = len(spread)
        return np.sqrt((spread**2).sum(0) * (number / (number - 1) if number > 1 else np.nan))

    @property
    def independent(self) -> float:
        """How many rows, or groups, of equal weight would say as much: Kish's effective number."""
        units = self.weights if self.groups is None else np.bincount(self.groups, self.weights)
        return round(float(1 / (units**2).sum()), 6)


def halves_of(target: Target, groups: np.ndarray | None) -> np.ndarray:
    """Which rows (N,) are one half, of each class half, whatever their order; groups whole."""
    if groups is not None:
        half: np.ndarray = groups % 2 == 0
        return half
    halves = np.empty(len(target.shares), dtype=bool)
    halves[np.argsort(target.strata, kind="stable")] = np.arange(len(halves)) % 2 == 0
    return halves


def outer_bounds(
    mi1: np.ndarray,
    mi2: np.ndarray,
    union: np.ndarray | None,
    surprise: np.ndarray,
    rows: Means,
    confidence_level: float,
    most: np.ndarray | None = None,
) -> OuterBounds:
    """Bounds from held-out terms of I(X1;Y), I(X2;Y) and v* (N,), in bits.

    `surprise` are the -log2 p(y) of the rows, whose mean is H(Y). Without terms of v* nothing
    is known of S but that it is at most H(Y) minus the larger information. Of fewer independent
    rows than `FEWEST` there are no bounds. `most` are terms of a bound of I(X1,X2;Y) that takes
    the place of H(Y), of soft targets: see `Target.most`.

    Losses that are rare, as of labels of which one in N is wrong, may not have been drawn, and
    then the rows' spread knows nothing of them. So N + 1 rows are counted, the last with 1/N of
    the p(y) that nobody needs a source for (about the rule of three: 3/N at 95 %).
    """
    number = rows.independent
    if number < FEWEST:
        return no_bounds(confidence_level)
    unseen = -float(np.log2(number))
    entropy = float(rows.mean(surprise))
    most = surprise if most is None else most

    def at_least(terms: np.ndarray, last: float = unseen - entropy) -> float:
        return mean_at_least(terms, last, rows, confidence_level)

    if union is None:
        union = max((mi1, mi2), key=at_least)
    return OuterBounds(
        redundancy=max(0.0, at_least(mi1 + mi2 - most, 2 * unseen - entropy)),
        unique1=-at_least(mi2 - most),
        unique2=-at_least(mi1 - most),
        synergy=-at_least(union - most),
        confidence_level=float(confidence_level),
    )


def mean_at_least(
    terms: np.ndarray, last: float, rows: Means, confidence_level: float
) -> float:
    """One-sided bound of the mean of terms, with one more row of which the term is `last`."""
    number = rows.independent
    share = 1 / (number + 1)
    mean = rows.mean(terms)
    error = np.hypot((1 - share) * rows.error(terms), share * (last - mean))
    quantile = stdtrit(number - 1, confidence_level)
    return float(mean + share * (last - mean) - quantile * error)


def bounds_of_unions(
    union: np.ndarray,
    without: np.ndarray,
    surprise: np.ndarray,
    rows: Rows,
    confidence_level: float,
    most: np.ndarray,
) -> UnionBounds:
    """Likewise, from held-out terms of v* (N, M), and of all sources but one each (N, n)."""
    number = rows.independent
    if number < FEWEST:
        nan = np.full(union.shape[1], np.nan)
        return UnionBounds(nan, nan, nan[: without.shape[1]], float(confidence_level))
    unseen, entropy = -float(np.log2(number)), float(rows.mean(surprise))

    def at_least(terms: np.ndarray, last: float) -> np.ndarray:
        return np.array([mean_at_least(one, last, rows, confidence_level) for one in terms.T])

    beyond = most[:, None]
    return UnionBounds(
        at_least(union, unseen),
        -at_least(union - beyond, unseen - entropy),
        -at_least(without - beyond, unseen - entropy),
        float(confidence_level),
    )


def no_bounds(confidence_level: float) -> OuterBounds:
    """Where nothing was held out."""
    nan = float("nan")
    return OuterBounds(nan, nan, nan, nan, float(confidence_level))
